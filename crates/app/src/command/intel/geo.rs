//! `vespid intel geo`

use std::io::{self, Write};
use std::path::Path;

use anyhow::Result;
use vespid_ingest::geo::Geo;
use vespid_store::Store;

use crate::cli::Database;
use crate::clock::clock;
use crate::exit::Exit;
use crate::intel;

pub(crate) async fn run(db: &Database, country: Option<&Path>, asn: Option<&Path>) -> Result<Exit> {
    let geo = Geo::open(country, asn)?;
    let store = Store::open_existing(&db.db).await?;
    let placed = intel::place(&store, &geo, clock().now()).await?;
    store.close().await;
    let mut out = io::stdout().lock();
    writeln!(out, "attackers     {}, of {} something else is stored now", placed.attackers, placed.changed)?;
    let found = [(country, "countries", placed.countries), (asn, "networks", placed.networks)];
    for (_, name, count) in found.into_iter().filter(|(file, ..)| file.is_some()) {
        writeln!(out, "{name:<13} {count} found")?;
    }
    Ok(Exit::Done)
}

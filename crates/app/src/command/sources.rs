//! `vespid sources`

use std::io::{self, Write};

use anyhow::Result;
use vespid_export::sources;
use vespid_store::Store;

use super::look;
use crate::cli::{Database, SourcesFormat};
use crate::clock::clock;
use crate::exit::Exit;

pub(crate) async fn run(db: &Database, format: SourcesFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let rows = store.source_health_list().await?;
    let now = clock().now();
    let mut out = io::stdout().lock();
    let text = match format {
        SourcesFormat::Table => sources::table(&rows, now, look::of(&out)),
        SourcesFormat::Json => sources::json(&rows, now),
    };
    out.write_all(text.as_bytes())?;
    store.close().await;
    Ok(Exit::Done)
}

//! `vespid intel show`

use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::Result;
use vespid_export::{holds_until, moment, printable, verdict};
use vespid_model::UtcMicros;
use vespid_model::body::Intel;
use vespid_model::listing::Listing;
use vespid_store::Store;

use crate::cli::Database;
use crate::clock::clock;
use crate::exit::Exit;

pub(crate) async fn run(db: &Database, ip: IpAddr) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let listings = store.listing_list(ip).await?;
    let attacker = store.attacker_find(ip).await?;
    let row = match &attacker {
        Some(attacker) => store.intel_find(attacker.id).await?,
        None => None,
    };
    store.close().await;
    let mut out = io::stdout().lock();
    match (&attacker, &row) {
        (None, _) => writeln!(out, "{ip} has not come")?,
        (Some(_), None) => writeln!(out, "{ip} has come; nothing was applied to it yet")?,
        (Some(_), Some(row)) => writeln!(out, "{ip}: {}", verdict(row))?,
    }
    if listings.is_empty() {
        writeln!(out, "No file or answer of a provider says anything of it.")?;
    }
    let now = clock().now();
    for listing in &listings {
        show(&mut out, listing, now)?;
    }
    Ok(Exit::Done)
}

fn show(out: &mut impl Write, listing: &Listing, now: UtcMicros) -> io::Result<()> {
    let body = listing.said.body();
    writeln!(
        out,
        "\n{}: {}",
        listing.said.feed.provider(),
        body.aggregate_verdict.as_deref().unwrap_or_default()
    )?;
    for (name, value) in words(&body) {
        writeln!(out, "  {name:<16} {}", printable(&value))?;
    }
    if let Some(seen) = listing.said.seen {
        writeln!(out, "  {:<16} {} UTC", "last seen", moment(seen))?;
    }
    writeln!(out, "  {:<16} {} UTC", "said since", moment(listing.since))?;
    writeln!(out, "  {:<16} {}", "holds until", holds_until(listing, now))
}

fn words(body: &Intel) -> Vec<(&'static str, String)> {
    let mut words = Vec::new();
    let mut add = |name, value: Option<String>| words.extend(value.map(|value| (name, value)));
    let list = |list: &[String]| (!list.is_empty()).then(|| list.join(", "));
    let categories: Vec<String> = body.abuseipdb_categories.iter().map(ToString::to_string).collect();
    add("score", body.abuseipdb_score.map(|score| score.to_string()));
    add("categories", list(&categories));
    add("classification", body.greynoise_classification.clone());
    add("name", body.greynoise_name.clone());
    add("tags", list(&body.greynoise_tags));
    add("family", body.feodo_malware_family.clone());
    add("first seen", body.first_seen_feodo.clone());
    add("threat types", list(&body.threatfox_threat_types));
    add("families", list(&body.threatfox_malware_families));
    words
}

//! `vespid intel lookup`

use std::env;
use std::io::{self, Write};
use std::time::Duration;

use anyhow::{Context as _, Result};
use vespid_export::printable;
use vespid_model::listing::Provider;
use vespid_store::{Edition, Store};

use super::args::{Live, LookupArgs, Tagging};
use super::import::{loaded, micros, show_applied};
use crate::clock::clock;
use crate::exit::Exit;
use crate::intel::{self, AbuseIpDb, Ask, Asked, GreyNoise, Pace};

pub(super) async fn run(args: &LookupArgs, tagging: &Tagging) -> Result<Exit> {
    let providers = args.provider.iter().map(|provider| named(*provider)).collect::<Result<Vec<_>>>()?;
    let store = Store::open_existing(&tagging.db.db).await?;
    let mut rules = loaded(&store, tagging).await?;
    let (now, ttl) = (clock().now(), micros(args.ttl));
    let pace = Pace { limit: args.limit, every: Duration::from_mins(1) / args.per_minute };
    let mut failed = false;
    for provider in &providers {
        let name = provider.feed().provider();
        // Nothing is sent that was not said.
        let key = if provider.key().is_some() { "your key" } else { "no key" };
        writeln!(
            io::stderr(),
            "asks {name} at {} about at most {} of the addresses: each address is sent, with {key}, and nothing else",
            provider.base(),
            args.limit
        )?;
        let edition = Edition { number: store.listing_edition().await?, now, ttl, keep: true };
        let asked = intel::ask(&store, &**provider, pace, edition).await?;
        show(&mut io::stdout().lock(), name, &asked)?;
        failed |= !asked.failed.is_empty();
    }
    let applied = intel::apply(&store, &mut rules, ttl, now).await?;
    store.close().await;
    show_applied(&mut io::stdout().lock(), &applied)?;
    Ok(if failed { Exit::Failed } else { Exit::Done })
}

fn named(provider: Live) -> Result<Box<dyn Ask>> {
    let base = |variable: &str, usual: &str| env::var(variable).unwrap_or_else(|_| usual.to_owned());
    Ok(match provider {
        Live::Abuseipdb => Box::new(AbuseIpDb {
            base: base("VESPID_ABUSEIPDB_URL", "https://api.abuseipdb.com"),
            key: env::var("VESPID_ABUSEIPDB_KEY")
                .context("VESPID_ABUSEIPDB_KEY is not set: put your key there")?,
        }),
        Live::Greynoise => Box::new(GreyNoise {
            base: base("VESPID_GREYNOISE_URL", "https://api.greynoise.io"),
            key: env::var("VESPID_GREYNOISE_KEY").ok(),
        }),
    })
}

fn show(out: &mut impl Write, name: Provider, asked: &Asked) -> io::Result<()> {
    let Asked { count, known, private, failed, stopped } = asked;
    write!(out, "{:<13} {count} asked about, {known} known already", name.to_string())?;
    if *private > 0 {
        write!(out, ", {private} not on the internet")?;
    }
    writeln!(out)?;
    for (why, count) in failed {
        writeln!(out, "  {:<24} {count}", printable(why))?;
    }
    if let Some(why) = stopped {
        writeln!(out, "  ended: {why}")?;
    }
    Ok(())
}

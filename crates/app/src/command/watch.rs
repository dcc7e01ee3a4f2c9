//! `vespid watch`

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use tokio::time::timeout;
use vespid_export::printable;
use vespid_store::Store;

use crate::cli::WatchArgs;
use crate::clock::clock;
use crate::exit::Exit;
use crate::live::Loaded;
use crate::stop::Stop;
use crate::{cluster, ingest, rules, sources};

/// For the database to be closed.
const GRACE: Duration = Duration::from_secs(3);

pub(crate) async fn run(args: &WatchArgs) -> Result<Exit> {
    let decoder = ingest::decoder(&args.reading)?;
    let files = rules::files(args.reading.rules.as_deref())?;
    let opened = sources::open(args).await?;
    let store = Store::open(&args.reading.db.db).await?;
    let Loaded { rules, news, looking } = ingest::load(&store, files, &args.reading).await?;
    news.say()?;
    let shared = ingest::Shared { store: store.clone(), rules, clock: clock().into() };
    let (mut stop, mut again) = (Stop::new()?, Stop::new()?);
    let mut out = io::stdout();
    for place in opened.places() {
        let is_there = place.contains(['*', '?', '[']) || Path::new(&place).exists();
        let note = if is_there { "" } else { " (not there yet)" };
        writeln!(out, "following {}{note}", printable(&place))?;
    }
    for (kind, address) in opened.addresses()? {
        let scheme = if kind == "pages" { "http" } else { kind };
        writeln!(out, "listening on {scheme}://{address}{}", if kind == "pages" { "/ (pages)" } else { "" })?;
        if kind == "pages" && !address.ip().is_loopback() {
            writeln!(
                io::stderr(),
                "warning: {address} can be reached by others, and the pages need no login"
            )?;
        }
    }
    writeln!(out, "ready (Ctrl-C to stop; `vespid sources` says how they fare)")?;
    out.flush()?;
    let clustering = cluster::keep(store.clone());
    let run = sources::run(opened, &shared, &decoder, async move { stop.next().await });
    tokio::select! {
        ended = run => ended?,
        // The first one is that of the sources.
        () = async { again.next().await; again.next().await } => return Ok(Exit::Interrupted),
    }
    looking.abort();
    clustering.abort();
    let _ = timeout(GRACE, store.close()).await;
    Ok(Exit::Done)
}

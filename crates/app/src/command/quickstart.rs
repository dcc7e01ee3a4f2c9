//! `vespid quickstart`: ingest, report, serve.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;

use anyhow::Result;
use vespid_export::Format;
use vespid_model::rows::Scope;
use vespid_store::Store;

use super::{hint, ingest as ingest_command, report, serve};
use crate::cli::IngestArgs;
use crate::exit::Exit;
use crate::ingest;

/// On a terminal the pages are then shown until Ctrl-C. Elsewhere nobody could press it, so the command that shows
/// them is printed instead.
pub(crate) async fn run(args: &IngestArgs, listen: SocketAddr) -> Result<Exit> {
    let sources = ingest::sources(args)?;
    let store = Store::open(&args.reading.db.db).await?;
    let summary = ingest::run(&store, &sources, args).await?;
    ingest::print(&summary)?;
    writeln!(io::stdout())?;
    report::print(&store, &args.reading.db, &Scope::Fleet, Format::Table, None).await?;
    if io::stdout().is_terminal() && !summary.interrupted {
        return serve::pages(store, listen).await;
    }
    store.close().await;
    let serve = hint::command(&args.reading.db, "serve");
    writeln!(io::stdout(), "\nThe same as pages: run `{serve}` and open http://{listen}/")?;
    Ok(ingest_command::exit(args, &summary))
}

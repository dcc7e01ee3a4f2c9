//! `vespid quickstart`: ingest, report, serve.

use std::io::{self, IsTerminal, Write};
use std::net::SocketAddr;

use anyhow::Result;
use vespid_export::Format;
use vespid_store::Store;

use super::{ingest as ingest_command, report, serve};
use crate::cli::{DEFAULT_DATABASE, IngestArgs};
use crate::exit::Exit;
use crate::ingest;

/// On a terminal the pages are then shown until Ctrl-C. Elsewhere nobody could press it, so the command that shows
/// them is printed instead.
pub(crate) async fn run(args: &IngestArgs, listen: SocketAddr) -> Result<Exit> {
    let inputs = ingest::inputs(args)?;
    let store = Store::open(&args.db.db).await?;
    let summary = ingest::run(&store, &inputs, args).await?;
    ingest::print(&summary)?;
    writeln!(io::stdout())?;
    report::print(&store, &vespid_model::rows::Scope::Fleet, Format::Table).await?;
    if io::stdout().is_terminal() && !summary.interrupted {
        return serve::pages(store, listen).await;
    }
    let program = std::env::args().next().unwrap_or_else(|| "vespid".to_owned());
    let db = if args.db.db == DEFAULT_DATABASE { String::new() } else { format!(" --db {}", args.db.db) };
    writeln!(io::stdout(), "\nThe same as pages: run `{program} serve{db}` and open http://{listen}/")?;
    Ok(ingest_command::exit(args, &summary))
}

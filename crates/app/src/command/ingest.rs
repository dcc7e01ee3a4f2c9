//! `vespid ingest`

use anyhow::Result;
use vespid_store::Store;

use crate::cli::IngestArgs;
use crate::exit::Exit;
use crate::ingest::{self, Summary};

pub(crate) async fn run(args: &IngestArgs) -> Result<Exit> {
    let sources = ingest::sources(args)?;
    let store = Store::open(&args.reading.db.db).await?;
    let summary = ingest::run(&store, &sources, args).await?;
    store.close().await;
    ingest::print(&summary)?;
    Ok(exit(args, &summary))
}

/// The exit code that a summary deserves.
pub(crate) fn exit(args: &IngestArgs, summary: &Summary) -> Exit {
    if summary.interrupted {
        Exit::Interrupted
    } else if args.strict && summary.has_faults() {
        Exit::Strict
    } else {
        Exit::Done
    }
}

//! From files to committed rows.

mod events;
mod feed;
mod pipeline;
mod progress;
mod resume;
mod summary;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use vespid_engine::RuleFile;
use vespid_ingest::decode::{Decoder, Mapping};
use vespid_ingest::source::file::{Input, expand};
use vespid_store::Store;

use crate::cli::IngestArgs;
use crate::clock::clock;
use crate::live::Rules;
use crate::rules;
pub(crate) use events::{Stored, store_events};
use pipeline::Pipeline;
use progress::Progress;
pub(crate) use summary::{Summary, print};

/// What the arguments name. Found before a database is opened: a misspelt path must not leave one behind.
pub(crate) struct Sources {
    inputs: Vec<Input>,
    rules: Vec<RuleFile>,
    decoder: Decoder,
}

/// Finds what the arguments name.
pub(crate) fn sources(args: &IngestArgs) -> Result<Sources> {
    let decoder = decoder(args)?;
    Ok(Sources { inputs: expand(&args.paths)?, rules: rules::files(args.rules.as_deref())?, decoder })
}

/// How lines are read, as far as the arguments say.
fn decoder(args: &IngestArgs) -> Result<Decoder> {
    let mappings: Vec<Mapping> = args.mapping.iter().map(|path| mapping(path)).collect::<Result<_>>()?;
    let decoder = args.format.map_or_else(|| Decoder::sniffing(mappings.into()), Decoder::given);
    Ok(decoder.own(args.own.as_slice().into()))
}

fn mapping(path: &Path) -> Result<Mapping> {
    let shown = || format!("mapping {}", path.display());
    let text = std::fs::read_to_string(path).with_context(shown)?;
    Mapping::parse(&text).with_context(shown)
}

/// Reads the inputs into the store.
pub(crate) async fn run(store: &Store, sources: &Sources, args: &IngestArgs) -> Result<Summary> {
    let attack = rules::catalogue(Some(store), args.attack_release).await?;
    let (mut rules, news) = Rules::load(store, sources.rules.clone(), args.rules.as_deref(), attack).await?;
    let mut summary = Summary::begin(news.problems, news.changed);
    read_all(store, &mut rules, sources, args.reread, &mut summary).await?;
    Ok(summary)
}

async fn read_all(
    store: &Store,
    rules: &mut Rules,
    sources: &Sources,
    reread: bool,
    summary: &mut Summary,
) -> Result<()> {
    let stop = stop_on_ctrl_c();
    let clock = clock();
    let progress = Progress::new(&sources.inputs);
    for input in &sources.inputs {
        if stop.load(Ordering::Relaxed) {
            summary.interrupted = true;
            break;
        }
        progress.begin(input);
        let decoder = sources.decoder.clone();
        let mut pipeline =
            Pipeline { store, rules, decoder, clock: &*clock, progress: &progress, stop: &stop, summary };
        pipeline.read(input, reread).await?;
        progress.end(input);
    }
    progress.finish();
    Ok(())
}

/// Set by the first Ctrl-C; the batch under way is still stored. A second one ends the process at once: a file is read
/// on from its last stored batch the next time, but what a pipe gave in the last second is gone.
pub(crate) fn stop_on_ctrl_c() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(crate::exit::Exit::Interrupted as i32);
            }
        }
    });
    stop
}

/// A path as the user may know it again.
fn short(name: &str) -> &str {
    Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name)
}

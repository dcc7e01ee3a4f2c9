//! From files to committed rows.

mod allowance;
mod events;
mod feed;
mod pipeline;
mod progress;
mod resume;
mod summary;
mod tally;
mod whole;

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::{Context as _, Result};
use tokio::task::JoinHandle;
use vespid_engine::RuleFile;
use vespid_ingest::decode::{Decoder, Mapping};
use vespid_ingest::source::file::{Input, expand};
use vespid_store::Store;

use crate::cli::{IngestArgs, Reading};
use crate::clock::clock;
use crate::live::News;
use crate::{live, rules};
pub(crate) use events::{Stored, store_events};
pub(crate) use pipeline::{Pipeline, Shared};
use progress::Progress;
pub(crate) use resume::{Place, row, stream};
pub(crate) use summary::{Summary, print, rule_states};
pub(crate) use tally::Tally;
use whole::Whole;

/// What the arguments name. Found before a database is opened: a misspelt path must not leave one behind.
pub(crate) struct Sources {
    inputs: Vec<Input>,
    rules: Vec<RuleFile>,
    decoder: Decoder,
}

/// Finds what the arguments name.
pub(crate) fn sources(args: &IngestArgs) -> Result<Sources> {
    let decoder = decoder(&args.reading)?;
    let rules = rules::files(args.reading.rules.as_deref())?;
    Ok(Sources { inputs: expand(&args.paths)?, rules, decoder })
}

/// How lines are read, as far as the arguments say.
pub(crate) fn decoder(args: &Reading) -> Result<Decoder> {
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
    let Tagging { shared, news, looking } = tagging(store, sources.rules.clone(), &args.reading).await?;
    let mut summary = Summary::begin(news.problems, news.changed);
    let read = read_all(&shared, sources, args.reread, &mut summary).await;
    looking.abort();
    read.map(|()| summary)
}

/// What sources need to store and tag their lines.
pub(crate) struct Tagging {
    pub(crate) shared: Shared,
    /// What is wrong with the rules.
    pub(crate) news: News,
    /// Looks at the rules until it is ended.
    pub(crate) looking: JoinHandle<()>,
}

/// Compiles these rules and begins to look at them.
pub(crate) async fn tagging(store: &Store, files: Vec<RuleFile>, args: &Reading) -> Result<Tagging> {
    let (rules, looking, news) =
        live::begin(store, files, args.rules.as_deref(), args.attack_release).await?;
    let shared = Shared { store: store.clone(), rules, clock: clock().into() };
    Ok(Tagging { shared, news, looking })
}

async fn read_all(shared: &Shared, sources: &Sources, reread: bool, summary: &mut Summary) -> Result<()> {
    let stop = stop_on_ctrl_c();
    let progress = Progress::new(&sources.inputs);
    for input in &sources.inputs {
        if stop.load(Ordering::Relaxed) {
            summary.interrupted = true;
            break;
        }
        progress.begin(input);
        let decoder = &sources.decoder;
        let mut whole = Whole { shared, decoder, progress: &progress, stop: &stop, summary };
        whole.read(input, reread).await?;
        progress.end(input);
    }
    progress.finish();
    (summary.reloads, summary.reload_problems) = shared.rules.counted();
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

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
use std::sync::atomic::Ordering;

use anyhow::{Context as _, Result};
use vespid_engine::RuleFile;
use vespid_ingest::decode::{Decoder, Mapping};
use vespid_ingest::source::file::{Input, expand};
use vespid_store::Store;

use crate::cli::{IngestArgs, Reading};
use crate::clock::clock;
use crate::live::{self, Loaded};
use crate::rules;
use crate::stop::Stop;
pub(crate) use events::{Stored, store_events};
pub(crate) use pipeline::{Pipeline, Shared};
use progress::Progress;
pub(crate) use resume::{Place, row, stream};
pub(crate) use summary::{Summary, print, withheld};
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
    let Loaded { rules, news, looking } = load(store, sources.rules.clone(), &args.reading).await?;
    let shared = Shared { store: store.clone(), rules, clock: clock().into() };
    let mut summary = Summary::begin(news);
    let read = read_all(&shared, sources, args.reread, &mut summary).await;
    looking.abort();
    read.map(|()| summary)
}

/// These rules, as the arguments say how to tag.
pub(crate) async fn load(store: &Store, files: Vec<RuleFile>, args: &Reading) -> Result<Loaded> {
    live::load(store, files, args.rules.as_deref(), args.attack_release).await
}

async fn read_all(shared: &Shared, sources: &Sources, reread: bool, summary: &mut Summary) -> Result<()> {
    let stop = Stop::flag()?;
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

/// A path as the user may know it again.
fn short(name: &str) -> &str {
    Path::new(name).file_name().and_then(|name| name.to_str()).unwrap_or(name)
}

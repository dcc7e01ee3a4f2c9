//! From files of providers to what is stored of addresses.

use std::collections::{BTreeMap, BTreeSet};
use std::mem;

use anyhow::Result;
use tokio::sync::mpsc::{Sender, channel};
use vespid_ingest::intel::{Given, IntelError, Item, read};
use vespid_ingest::source::file::Input;
use vespid_model::clock::{Clock, SystemClock};
use vespid_model::listing::{Feed, Provider};
use vespid_store::{Batch, DeadLetter, Edition, SourceOffset, Store};

/// Entries of one transaction.
const PART: usize = 2000;
/// Bad entries of a file that are kept and told; the others are counted.
const KEPT: u64 = 1000;

/// What became of a file.
#[derive(Debug, Default)]
pub(crate) struct FileRead {
    pub(crate) name: String,
    /// Entries that say something, by feed.
    pub(crate) used: BTreeMap<Feed, u64>,
    /// Entries about something else, by what.
    pub(crate) passed: BTreeMap<&'static str, u64>,
    /// Entries that cannot be used, and the first of them.
    pub(crate) bad: u64,
    pub(crate) first_bad: Option<String>,
    /// Why it was not read to its end.
    pub(crate) failed: Option<String>,
}

/// What became of all files.
#[derive(Debug, Default)]
pub(crate) struct Imported {
    pub(crate) files: Vec<FileRead>,
    /// Listings that hold no longer.
    pub(crate) ended: u64,
}

/// Reads files into the store, as one run. A file that cannot be read, or not to its end, costs itself only; what was
/// listed before in its feeds stays then.
pub(crate) async fn import(
    store: &Store,
    inputs: &[Input],
    given: Given,
    edition: Edition,
) -> Result<Imported> {
    let mut imported = Imported::default();
    for input in inputs {
        imported.files.push(one(store, input, given, edition).await?);
    }
    imported.ended = store.listing_settle(whole_lists(&imported.files, given.provider), edition).await?;
    Ok(imported)
}

/// The lists that were read to their end. A list without an entry is one only where somebody says whose.
fn whole_lists(files: &[FileRead], given: Option<Provider>) -> Vec<Feed> {
    let feeds = |file: &FileRead| file.used.keys().copied().collect::<BTreeSet<_>>();
    let (whole, broken): (Vec<_>, Vec<_>) = files.iter().partition(|file| file.failed.is_none());
    let mut lists: BTreeSet<Feed> = whole.iter().flat_map(|file| feeds(file)).collect();
    let empty = |file: &&FileRead| file.used.is_empty() && file.bad == 0;
    if whole.iter().any(empty) {
        lists.extend(Feed::ALL.into_iter().filter(|feed| Some(feed.provider()) == given));
    }
    let broken: BTreeSet<Feed> = broken.iter().flat_map(|file| feeds(file)).collect();
    lists.into_iter().filter(|feed| feed.is_list() && !broken.contains(feed)).collect()
}

async fn one(store: &Store, input: &Input, given: Given, edition: Edition) -> Result<FileRead> {
    let mut file = FileRead { name: input.name(), ..FileRead::default() };
    let source = begin(store, &file.name).await?;
    let (sender, mut parts) = channel(2);
    let reading = {
        let input = input.clone();
        tokio::task::spawn_blocking(move || send(&input, given, &sender))
    };
    while let Some(part) = parts.recv().await {
        let mut said = Vec::new();
        let mut dead = Vec::new();
        for item in part {
            match item {
                Item::Said(one) => {
                    *file.used.entry(one.feed).or_default() += 1;
                    said.push(*one);
                }
                Item::Passed(what) => *file.passed.entry(what).or_default() += 1,
                Item::Bad { position, detail, excerpt } => {
                    file.bad += 1;
                    file.first_bad.get_or_insert_with(|| detail.clone());
                    if file.bad <= KEPT {
                        dead.push(letter(source, position, "bad_entry", detail, excerpt));
                    }
                }
            }
        }
        store.listing_put(said, edition).await?;
        bury(store, dead).await?;
    }
    if let Err(error) = reading.await? {
        let detail = error.to_string();
        bury(store, vec![letter(source, 0, "unreadable", detail.clone(), String::new())]).await?;
        file.failed = Some(detail);
    }
    Ok(file)
}

/// Reads a file in a thread of its own, part by part.
fn send(input: &Input, given: Given, sender: &Sender<Vec<Item>>) -> Result<(), IntelError> {
    let mut part = Vec::new();
    let read = read(input, given, &mut |item| {
        part.push(item);
        part.len() < PART || sender.blocking_send(mem::take(&mut part)).is_ok()
    });
    // Whoever is gone needs no rest.
    let _ = sender.blocking_send(part);
    read
}

/// The row of a file, without dead letters of an earlier run.
async fn begin(store: &Store, name: &str) -> Result<i64> {
    let all = store.source_list(name).await?;
    let known = all.into_iter().find(|source| source.rules == SourceOffset::NO_RULES);
    let source = SourceOffset {
        id: known.map_or(0, |known| known.id),
        name: name.to_owned(),
        fingerprint: 0,
        fingerprint_length: 0,
        position: 0,
        rules: SourceOffset::NO_RULES.to_owned(),
    };
    Ok(store.source_begin(source, SystemClock.now()).await?)
}

fn letter(source: i64, position: u64, reason: &'static str, detail: String, excerpt: String) -> DeadLetter {
    DeadLetter { source, position, length: 0, reason, detail, excerpt: excerpt.into_bytes() }
}

async fn bury(store: &Store, dead: Vec<DeadLetter>) -> Result<()> {
    if !dead.is_empty() {
        store.commit(Batch { dead, ..Batch::default() }).await?;
    }
    Ok(())
}

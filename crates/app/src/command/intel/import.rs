//! `vespid intel import` and `vespid intel apply`

use std::io::{self, Write};

use anyhow::Result;
use vespid_export::printable;
use vespid_export::text::count;
use vespid_ingest::intel::Given;
use vespid_ingest::source::file::expand;
use vespid_store::{Edition, Store};

use super::args::{ImportArgs, Tagging};
use crate::cli::Age;
use crate::clock::clock;
use crate::exit::Exit;
use crate::ingest::withheld;
use crate::intel::{self, Applied, FileRead, Imported};
use crate::live::{self, Following};
use crate::rules;

pub(crate) async fn run(args: &ImportArgs, tagging: &Tagging) -> Result<Exit> {
    let inputs = expand(&args.files)?;
    let store = Store::open(&tagging.db.db).await?;
    let mut rules = loaded(&store, tagging).await?;
    let (now, ttl) = (clock().now(), micros(args.ttl));
    let given = Given { provider: args.provider, plain_score: args.confidence_minimum };
    let edition = Edition { number: store.listing_edition().await?, now, ttl, keep: args.keep };
    let imported = intel::import(&store, &inputs, given, edition).await?;
    let applied = intel::apply(&store, &mut rules, ttl, now).await?;
    store.close().await;
    for file in &imported.files {
        if let Some(why) = &file.failed {
            writeln!(io::stderr(), "{}", printable(why))?;
        }
    }
    let mut out = io::stdout().lock();
    show_files(&mut out, &imported)?;
    show_applied(&mut out, &applied)?;
    Ok(if imported.files.iter().any(|file| file.failed.is_some()) {
        Exit::Failed
    } else if args.strict && imported.files.iter().any(|file| file.bad > 0) {
        Exit::Strict
    } else {
        Exit::Done
    })
}

pub(crate) async fn apply(ttl: Age, tagging: &Tagging) -> Result<Exit> {
    let store = Store::open_existing(&tagging.db.db).await?;
    let mut rules = loaded(&store, tagging).await?;
    let applied = intel::apply(&store, &mut rules, micros(ttl), clock().now()).await?;
    store.close().await;
    show_applied(&mut io::stdout().lock(), &applied)?;
    Ok(Exit::Done)
}

/// The rules that events are tagged with, looked at until the program ends; what is wrong with them is told.
pub(super) async fn loaded(store: &Store, tagging: &Tagging) -> Result<Following> {
    let folder = tagging.rules.as_deref();
    let loaded = live::load(store, rules::files(folder)?, folder, tagging.attack_release).await?;
    loaded.news.say()?;
    Ok(loaded.rules)
}

pub(super) fn micros(age: Age) -> i64 {
    // An age is two hundred years at most.
    i64::try_from(age.0.as_micros()).unwrap_or(i64::MAX)
}

fn show_files(out: &mut impl Write, imported: &Imported) -> io::Result<()> {
    for file in &imported.files {
        writeln!(out, "{}", printable(&file.name))?;
        show_file(out, file)?;
    }
    writeln!(out, "{:<13} {} no longer", "listings", imported.ended)
}

fn show_file(out: &mut impl Write, file: &FileRead) -> io::Result<()> {
    for (feed, count) in &file.used {
        writeln!(out, "  {:<24} {count}", feed.name())?;
    }
    for (what, count) in &file.passed {
        writeln!(out, "  {:<24} {count}", format!("passed over: {what}"))?;
    }
    if let Some(first) = &file.first_bad {
        writeln!(out, "  {:<24} {}, such as {}", "not usable", file.bad, printable(first))?;
    }
    if file.used.is_empty() && file.passed.is_empty() && file.bad == 0 && file.failed.is_none() {
        writeln!(out, "  no entry; give --provider if it is a whole list that has become empty")?;
    }
    Ok(())
}

pub(super) fn show_applied(out: &mut impl Write, applied: &Applied) -> io::Result<()> {
    let done = &applied.stored.committed;
    writeln!(
        out,
        "{:<13} {} listed, of {} something else is said now",
        "attackers", applied.listed, applied.changed
    )?;
    writeln!(out, "{:<13} {} new, {} already known", "events", done.events_new, done.events_duplicate)?;
    writeln!(
        out,
        "{:<13} {} new, {} changed, {} already known, {} below the confidence floor",
        "tags", done.tags_new, done.tags_changed, done.tags_duplicate, done.tags_floored
    )?;
    if let Some(withheld) = withheld(applied.stored.withheld, done) {
        writeln!(out, "{:<13} {withheld}", "rule states")?;
    }
    if applied.stored.odd > 0 {
        writeln!(
            out,
            "{:<13} {} that a rule could make no sense of",
            "odd data",
            count(applied.stored.odd, "event")
        )?;
    }
    Ok(())
}

//! `vespid rules try`

use std::io::{self, Write};

use anyhow::Result;
use serde_json::json;
use vespid_engine::{Engine, States};
use vespid_export::printable;
use vespid_model::{Confidence, UtcMicros};
use vespid_store::Store;

use super::args::{RulesFormat, TryArgs};
use super::candidates;
use crate::clock::clock;
use crate::exit::Exit;
use crate::rules;
use crate::whatif::{self, Difference, Pass, by_event};

pub(super) async fn run(args: &TryArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let attack = rules::catalogue_for(&store, args.attack_release).await?;
    let engine = candidates::engine(&args.files, &attack)?;
    let now = clock().now();
    let states = States::at(&store.rule_states().await?, now);
    let since = args.since.map(|since| since.before(now));
    let difference = difference(&store, &engine, &states, since, args.samples).await?;
    let mut out = io::stdout().lock();
    match args.format {
        RulesFormat::Text => {
            heads(&mut out, &store, &engine, &states).await?;
            whatif::text(&mut out, &difference)?;
        }
        RulesFormat::Json => {
            let mut shown = whatif::json(&difference);
            let rules = engine.rules().iter();
            let heads = rules.map(|rule| json!({ "rule": rule.id.as_str(), "version": rule.version }));
            shown["rules"] = heads.collect();
            writeln!(out, "{shown:#}")?;
        }
    }
    store.close().await;
    Ok(Exit::Done)
}

async fn difference(
    store: &Store,
    engine: &Engine,
    states: &States,
    since: Option<UtcMicros>,
    samples: usize,
) -> Result<Difference> {
    let names = candidates::names(engine);
    let mut difference = Difference::new(samples);
    let mut pass = Pass::new(store, since).await?;
    while let Some(part) = pass.next().await? {
        let keys: Vec<i64> = part.iter().map(|stored| stored.key).collect();
        let mut stored = by_event(store.event_tags(&keys, &names).await?);
        for event in &part {
            let mut tags = engine.tag(&event.event).tags;
            states.apply(&mut tags);
            tags.retain(|tag| tag.confidence >= Confidence::FLOOR);
            let old = stored.remove(&event.key).unwrap_or_default();
            difference.compare(event, &old, &tags);
        }
    }
    Ok(difference)
}

/// The rules, each with what is stored of it.
async fn heads(out: &mut impl Write, store: &Store, engine: &Engine, states: &States) -> Result<()> {
    for rule in engine.rules() {
        let known = store.rule_find(rule.id.as_str()).await?;
        let stored = known.map_or("not stored yet".to_owned(), |row| format!("stored: v{}", row.version));
        let state = match states.ruling(&rule.id) {
            Some(ruling) => format!("; {ruling}"),
            None => String::new(),
        };
        writeln!(out, "rule        {} v{} ({stored}{state})", printable(rule.id.as_str()), rule.version)?;
    }
    Ok(())
}

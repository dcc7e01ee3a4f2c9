//! `vespid rules try`

use std::io::{self, Write};
use std::sync::Arc;

use anyhow::Result;
use vespid_engine::States;
use vespid_model::{Confidence, UtcMicros};
use vespid_store::Store;

use super::args::{RulesFormat, TryArgs};
use super::candidates::Candidates;
use crate::clock::clock;
use crate::exit::Exit;
use crate::judge::ByRules;
use crate::rules;
use crate::whatif::{self, Difference, Pass, by_event};

pub(super) async fn run(args: &TryArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let attack = rules::catalogue_for(&store, args.attack_release).await?;
    let candidates = Candidates::load(&args.files, args.rules.as_deref(), &attack)?;
    let now = clock().now();
    let states = States::at(&store.rule_states().await?, now);
    let since = args.since.map(|since| since.before(now));
    let difference = difference(&store, &candidates, &states, since, args.samples).await?;
    let mut out = io::stdout().lock();
    match args.format {
        RulesFormat::Text => {
            candidates.write(&mut out, &store, &states).await?;
            whatif::text(&mut out, &difference)?;
        }
        RulesFormat::Json => {
            let mut shown = whatif::json(&difference);
            shown["rules"] = candidates.json();
            writeln!(out, "{shown:#}")?;
        }
    }
    store.close().await;
    Ok(Exit::Done)
}

async fn difference(
    store: &Store,
    candidates: &Candidates,
    states: &States,
    since: Option<UtcMicros>,
    samples: usize,
) -> Result<Difference> {
    let (engine, names) = (&candidates.engine, candidates.names());
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
    let judge = Arc::new(ByRules { engine: Arc::clone(engine), states: states.clone() });
    let told = |told| difference.compare_windows(&told);
    store.windows_look(judge, &candidates.texts, Some(&names), since, told).await?;
    Ok(difference)
}

//! `vespid rules list`

use std::io::{self, Write};

use anyhow::Result;
use serde_json::{Value, json};
use vespid_export::printable;
use vespid_export::text::count;
use vespid_store::Store;

use super::args::{PackArgs, RulesFormat};
use super::known::{Known, Spoken, say_problems, state_json};
use crate::exit::Exit;

pub(super) async fn run(pack: &PackArgs, format: RulesFormat) -> Result<Exit> {
    let store = Store::open_existing(&pack.db.db).await.ok();
    let known = Known::of(pack, store.as_ref()).await?;
    if let Some(store) = store {
        store.close().await;
    }
    match format {
        RulesFormat::Text => text(&known)?,
        RulesFormat::Json => writeln!(io::stdout(), "{:#}", all_json(&known))?,
    }
    Ok(Exit::Done)
}

fn text(known: &Known) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let width = known.running.keys().map(String::len).max().unwrap_or(0);
    for (name, rule) in &known.running {
        let name_shown = printable(name);
        let (state, techniques) = (known.state_shown(name), techniques(rule));
        writeln!(
            out,
            "{name_shown:width$}  v{:<3} {state:8}  {:5}  {techniques}  {}",
            rule.version,
            confidence(rule),
            printable(&rule.title)
        )?;
    }
    for name in known.states.keys().filter(|name| !known.running.contains_key(*name)) {
        let state = known.state_shown(name);
        writeln!(out, "{:width$}  not among these rules; {state}", printable(name))?;
    }
    let held = known.running.keys().filter(|name| known.state(name).is_some()).count();
    writeln!(
        out,
        "{}, {held} of them disabled or clipped; {}",
        count(known.running.len() as u64, "rule"),
        count(known.problems.len() as u64, "fault")
    )?;
    say_problems(&known.problems)
}

fn techniques(rule: &Spoken) -> String {
    rule.emits.iter().map(|emit| emit.technique.to_string()).collect::<Vec<_>>().join(",")
}

/// One number, or the least and the most.
fn confidence(rule: &Spoken) -> String {
    let mut values: Vec<f64> = rule.emits.iter().map(|emit| emit.confidence.get()).collect();
    values.sort_by(f64::total_cmp);
    match (values.first(), values.last()) {
        (Some(least), Some(most)) if least < most => format!("{least}-{most}"),
        (Some(one), _) => one.to_string(),
        _ => String::new(),
    }
}

fn all_json(known: &Known) -> Value {
    let rules = known.running.iter().map(|(name, rule)| rule_json(known, name, rule));
    let strays = known.states.iter().filter(|(name, _)| !known.running.contains_key(*name));
    let problems = known.problems.iter().map(|problem| {
        json!({
            "path": problem.path, "rule": problem.rule, "code": problem.fault.code(),
            "fault": problem.fault.to_string(),
        })
    });
    json!({
        "rules": rules.collect::<Vec<_>>(),
        "other_states": strays.map(|(name, row)| (name.clone(), state_json(Some(row), known.now)))
            .collect::<serde_json::Map<_, _>>(),
        "problems": problems.collect::<Vec<_>>(),
    })
}

pub(super) fn rule_json(known: &Known, name: &str, rule: &Spoken) -> Value {
    let emits = rule.emits.iter().map(|emit| {
        json!({
            "technique": emit.technique.to_string(),
            "tactic": emit.tactic.to_string(),
            "confidence": emit.confidence.get(),
        })
    });
    json!({
        "name": name,
        "version": rule.version,
        "title": rule.title,
        "path": rule.path,
        "emits": emits.collect::<Vec<_>>(),
        "state": state_json(known.states.get(name), known.now),
    })
}

//! `vespid rules show`

use std::io::{self, Write};

use anyhow::Result;
use serde_json::{Value, json};
use vespid_export::printable;
use vespid_model::rule_state::RuleStateRow;
use vespid_store::Store;

use super::args::{PackArgs, RulesFormat};
use super::known::{Known, state_json};
use super::list::rule_json;
use crate::exit::Exit;

pub(super) async fn run(pack: &PackArgs, name: &str, format: RulesFormat) -> Result<Exit> {
    let store = Store::open_existing(&pack.db.db).await.ok();
    let known = Known::of(pack, store.as_ref()).await?;
    if let Some(store) = store {
        store.close().await;
    }
    known.check(name)?;
    match format {
        RulesFormat::Text => text(&mut io::stdout().lock(), &known, name)?,
        RulesFormat::Json => writeln!(io::stdout(), "{:#}", one_json(&known, name))?,
    }
    Ok(Exit::Done)
}

fn text(out: &mut impl Write, known: &Known, name: &str) -> io::Result<()> {
    match (known.running.get(name), known.stored.get(name)) {
        (Some(rule), stored) => {
            writeln!(out, "{}  version {}", printable(name), rule.version)?;
            writeln!(out, "title       {}", printable(&rule.title))?;
            writeln!(out, "file        {}", printable(&rule.path))?;
            for emit in &rule.emits {
                writeln!(
                    out,
                    "technique   {} under {}, {}",
                    emit.technique,
                    emit.tactic,
                    emit.confidence.get()
                )?;
            }
            if let Some(stored) = stored.filter(|stored| stored.yaml != rule.source) {
                writeln!(out, "stored      another text, version {}", stored.version)?;
            }
            description(out, &rule.description)?;
        }
        (None, Some(row)) => {
            writeln!(out, "{}  version {}, stored; not among these rules", printable(name), row.version)?;
            writeln!(out, "title       {}", printable(&row.title))?;
            writeln!(out, "file        {}", printable(&row.source_path))?;
            description(out, &row.description)?;
        }
        (None, None) => writeln!(out, "{}  cannot run", printable(name))?,
    }
    writeln!(out, "state       {}", known.state_shown(name))?;
    if let Some(RuleStateRow { state, set_at }) = known.states.get(name) {
        let by = state.set_by.as_deref().unwrap_or("nobody named");
        let why = state.reason.as_deref().map(|why| format!(": {}", printable(why))).unwrap_or_default();
        writeln!(out, "said        {} by {} at {set_at}{why}", state.state, printable(by))?;
        if let Some(end) = state.expires_at {
            let tense = if end <= known.now { "expired" } else { "expires" };
            writeln!(out, "{tense:11} {end}")?;
        }
    }
    let faults = known.problems.iter().filter(|problem| problem.rule.as_deref() == Some(name));
    faults.into_iter().try_for_each(|problem| writeln!(out, "fault       {problem}"))
}

fn description(out: &mut impl Write, text: &str) -> io::Result<()> {
    text.lines().try_for_each(|line| writeln!(out, "            {}", printable(line.trim())))
}

fn one_json(known: &Known, name: &str) -> Value {
    let mut shown = match known.running.get(name) {
        Some(rule) => rule_json(known, name, rule),
        None => json!({ "name": name, "state": state_json(known.states.get(name), known.now) }),
    };
    let stored = known.stored.get(name).map(|row| {
        json!({ "version": row.version, "title": row.title, "source_path": row.source_path, "yaml": row.yaml })
    });
    let faults = known.problems.iter().filter(|problem| problem.rule.as_deref() == Some(name));
    shown["stored"] = stored.unwrap_or_default();
    shown["problems"] = faults.map(ToString::to_string).collect();
    shown
}

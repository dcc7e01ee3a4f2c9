//! The rules that can be spoken of: those that run, those that are only stored, and what operators say of them.

use std::collections::BTreeMap;
use std::io::{self, Write};

use anyhow::{Result, bail};
use serde_json::{Value, json};
use vespid_engine::rule::{Correlation, Emit};
use vespid_engine::{Engine, Pack, Problem, Rule};
use vespid_export::printable;
use vespid_model::UtcMicros;
use vespid_model::rule_state::{RuleMode, RuleRow, RuleStateRow};
use vespid_store::Store;

use super::args::PackArgs;
use super::nearest::nearest;
use crate::clock::clock;
use crate::rules;

/// All rules by name.
pub(super) struct Known {
    pub(super) running: BTreeMap<String, Spoken>,
    /// Those that the database knows.
    pub(super) stored: BTreeMap<String, RuleRow>,
    pub(super) states: BTreeMap<String, RuleStateRow>,
    pub(super) problems: Vec<Problem>,
    pub(super) now: UtcMicros,
}

/// What is said of a rule that makes tags, be it of one event or of several.
pub(super) struct Spoken {
    name: String,
    pub(super) version: u32,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) emits: Vec<Emit>,
    pub(super) path: String,
    pub(super) source: String,
}

impl From<&Rule> for Spoken {
    fn from(rule: &Rule) -> Self {
        Self {
            name: rule.id.to_string(),
            version: rule.version,
            title: rule.title.clone(),
            description: rule.description.clone(),
            emits: rule.emits.clone(),
            path: rule.path.clone(),
            source: rule.source.clone(),
        }
    }
}

impl From<&Correlation> for Spoken {
    fn from(rule: &Correlation) -> Self {
        Self {
            name: rule.id.to_string(),
            version: rule.version,
            title: rule.title.clone(),
            description: rule.description.clone(),
            emits: rule.emits.clone(),
            path: rule.path.clone(),
            source: rule.source.clone(),
        }
    }
}

impl Known {
    /// Without a database there are the rules alone: a newcomer may look before there is one.
    pub(super) async fn of(pack: &PackArgs, store: Option<&Store>) -> Result<Self> {
        let attack = rules::catalogue(store, None).await?;
        let files = rules::files(pack.rules.as_deref())?;
        let (engine, problems) = Engine::new(Pack::load(&files, &attack), &attack);
        let alone = engine.rules().iter().filter(|rule| !rule.emits.is_empty()).map(Spoken::from);
        let running = alone.chain(engine.correlations().iter().map(Spoken::from));
        let running = running.map(|rule| (rule.name.clone(), rule)).collect();
        let (stored, states) = match store {
            Some(store) => (store.rule_list().await?, store.rule_states().await?),
            None => (Vec::new(), Vec::new()),
        };
        Ok(Self {
            running,
            stored: stored.into_iter().map(|row| (row.rule.to_string(), row)).collect(),
            states: states.into_iter().map(|row| (row.state.rule.to_string(), row)).collect(),
            problems,
            now: clock().now(),
        })
    }

    /// Refuses a name that no rule has; the nearest ones are named.
    pub(super) fn check(&self, name: &str) -> Result<()> {
        let faulty: Vec<&str> = self.problems.iter().filter_map(|problem| problem.rule.as_deref()).collect();
        if self.running.contains_key(name) || self.stored.contains_key(name) || faulty.contains(&name) {
            return Ok(());
        }
        let names = self.running.keys().chain(self.stored.keys()).map(String::as_str).chain(faulty);
        let near = nearest(name, names);
        let hint = if near.is_empty() {
            "`vespid rules list` names them all".to_owned()
        } else {
            format!("did you mean {}?", near.join(" or "))
        };
        bail!("no rule is called {}; {hint}", printable(name))
    }

    /// What holds of a rule now; None when it fires as it is written.
    pub(super) fn state(&self, name: &str) -> Option<&RuleStateRow> {
        let state = self.states.get(name).filter(|row| !row.is_expired(self.now))?;
        (state.state.state != RuleMode::Enabled).then_some(state)
    }

    /// The same in a few words: `disabled until 2026-11-24T16:00:00Z`.
    pub(super) fn state_shown(&self, name: &str) -> String {
        let Some(RuleStateRow { state, .. }) = self.state(name) else { return "enabled".to_owned() };
        let most = state.confidence_max.filter(|_| state.state == RuleMode::Clipped);
        let most = most.map(|most| format!(" to {}", most.get())).unwrap_or_default();
        let until = state.expires_at.map(|end| format!(" until {end}")).unwrap_or_default();
        format!("{}{most}{until}", state.state)
    }
}

/// What operators said, whether it holds or not; null when nobody said anything.
pub(super) fn state_json(row: Option<&RuleStateRow>, now: UtcMicros) -> Value {
    let Some(row) = row else { return Value::Null };
    let state = &row.state;
    json!({
        "state": state.state.as_str(),
        "confidence_max": state.confidence_max.map(vespid_model::Confidence::get),
        "expires_at": state.expires_at.map(|at| at.to_string()),
        "expired": row.is_expired(now),
        "reason": state.reason,
        "set_by": state.set_by,
        "set_at": row.set_at.to_string(),
    })
}

pub(super) fn say_problems(problems: &[Problem]) -> io::Result<()> {
    problems.iter().try_for_each(|problem| writeln!(io::stderr(), "{problem}"))
}

//! Rule files that are not in use yet, among those that are.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use vespid_attack::Catalogue;
use vespid_engine::problem::Fault;
use vespid_engine::{Engine, Pack, Problem, RuleFile, States};
use vespid_export::printable;
use vespid_export::text::count;
use vespid_model::id::RuleId;
use vespid_store::{RuleText, Store};

use super::among::{Among, Head, Role};
use crate::rules::{self, LONGEST_RULE};

/// The rules of some files, and those around them that say something else because of them.
pub(super) struct Candidates {
    /// They alone make tags here: those that they would make among all others.
    pub(super) engine: Arc<Engine>,
    /// The texts of those that make tags.
    pub(super) texts: Vec<RuleText>,
    /// Those that make no tags of their own: what is stored of them would go.
    pub(super) silent: Vec<RuleId>,
    heads: Vec<Head>,
}

impl Candidates {
    /// Compiles these files among those of a folder, or the shipped ones.
    ///
    /// # Errors
    /// When a file cannot be read, or any of its rules, or one that is used with them, cannot run: what is wrong is
    /// printed.
    pub(super) fn load(paths: &[PathBuf], folder: Option<&Path>, attack: &Catalogue) -> Result<Self> {
        let files = paths.iter().map(read).collect::<Result<Vec<_>>>()?;
        let around = rules::files(folder)?;
        let others = Pack::load(&around, attack);
        let mut pack = Pack::load_among(&files, &around, attack);
        // What could not run before cannot run now; nothing depends on the files in that.
        let mut problems = std::mem::take(&mut pack.problems);
        problems.retain(|problem| !others.problems.contains(problem));
        let heads = Among { files: &files, others: &others }.narrow(&mut pack);
        let (engine, more) = Engine::new(pack, attack);
        problems.extend(more);
        let loaded: Vec<_> = files.iter().chain(&around).cloned().collect();
        for said in rules::said(&problems, &loaded) {
            writeln!(io::stderr(), "{said}")?;
        }
        // A rule of other files that no correlation uses any more.
        let is_idle = |problem: &Problem| {
            problem.fault == Fault::NoTechnique && files.iter().all(|file| file.path != problem.path)
        };
        problems.retain(|problem| !is_idle(problem));
        if !problems.is_empty() || heads.is_empty() {
            bail!("{} can run, {}", count(heads.len() as u64, "rule"), count(problems.len() as u64, "fault"));
        }
        let silent = heads.iter().filter(|head| head.role.is_silent()).map(|head| head.rule.clone());
        let (silent, texts) = (silent.collect(), rules::texts(&engine));
        Ok(Self { engine: Arc::new(engine), texts, silent, heads })
    }

    /// Whose stored tags are spoken of.
    pub(super) fn names(&self) -> Vec<RuleId> {
        let speaking = self.texts.iter().map(|text| RuleId::new(&text.name));
        speaking.chain(self.silent.iter().cloned()).collect()
    }

    /// The rules in a few words.
    pub(super) fn said(&self) -> String {
        let said = |Head { rule, version, role }: &Head| {
            let silent = if *role == Role::Silenced { " (no tags of its own any more)" } else { "" };
            format!("{} v{version}{silent}", printable(rule.as_str()))
        };
        self.heads.iter().map(said).collect::<Vec<_>>().join(", ")
    }

    /// The rules, each with what is stored of it.
    pub(super) async fn write(&self, out: &mut impl Write, store: &Store, states: &States) -> Result<()> {
        for Head { rule, version, role } in &self.heads {
            let known = store.rule_find(rule.as_str()).await?;
            let stored = known.map_or("not stored yet".to_owned(), |row| format!("stored: v{}", row.version));
            let state = states.ruling(rule).map(|ruling| format!("; {ruling}")).unwrap_or_default();
            let (word, why) = match role {
                Role::Own => ("rule", ""),
                Role::Base => ("rule", "; only correlations use it"),
                Role::Changed => ("with it", "; it uses what is in the files"),
                Role::Silenced => ("with it", "; it makes no tags of its own any more"),
            };
            writeln!(out, "{word:10}  {} v{version} ({stored}{state}{why})", printable(rule.as_str()))?;
        }
        Ok(())
    }

    pub(super) fn json(&self) -> Value {
        let head = |Head { rule, version, role }: &Head| json!({ "rule": rule.as_str(), "version": version, "role": role.word() });
        self.heads.iter().map(head).collect()
    }
}

fn read(path: &PathBuf) -> Result<RuleFile> {
    let shown = path.display().to_string();
    let length = fs::metadata(path).with_context(|| shown.clone())?.len();
    if length > LONGEST_RULE {
        bail!("{shown} is longer than {LONGEST_RULE} bytes: not a rule");
    }
    let text = fs::read(path).with_context(|| shown.clone())?;
    Ok(RuleFile { path: shown, text: String::from_utf8_lossy(&text).into_owned() })
}

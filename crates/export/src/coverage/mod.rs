//! Which techniques the rules name.

mod json;
mod layer;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use vespid_attack::{Catalogue, Tactic};
use vespid_model::{Confidence, TacticId, TechniqueId};

use crate::style::Look;

/// How the rules cover the matrix.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Coverage {
    rules: u64,
    cells: BTreeMap<(TacticId, TechniqueId), Covered>,
}

/// What the rules say of a technique under a tactic.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Covered {
    rules: u64,
    /// The highest of theirs.
    confidence: Confidence,
}

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Table,
    /// For programs.
    Json,
    /// A layer for ATT&CK Navigator, format 4.5; the score is the number of rules.
    Navigator,
}

impl Coverage {
    /// Counts a rule by what it names, each technique once.
    pub fn add(&mut self, names: impl IntoIterator<Item = (TechniqueId, TacticId, Confidence)>) {
        self.rules += 1;
        for (technique, tactic, confidence) in names {
            let cell = self.cells.entry((tactic, technique)).or_insert(Covered { rules: 0, confidence });
            cell.rules += 1;
            cell.confidence = cell.confidence.max(confidence);
        }
    }

    /// The document, ending with a line feed. `look` is for [`Format::Table`] only.
    pub fn render(&self, format: Format, attack: &Catalogue, look: Look) -> String {
        match format {
            Format::Table => table::render(self, attack, look),
            Format::Json => json::render(self, attack),
            Format::Navigator => layer::render(self, attack),
        }
    }

    fn totals(&self) -> Totals {
        let ids: BTreeSet<_> = self.cells.keys().map(|(_, technique)| *technique).collect();
        let tactics: BTreeSet<_> = self.cells.keys().map(|(tactic, _)| *tactic).collect();
        Totals {
            rules: self.rules,
            techniques: ids.iter().map(|id| id.parent()).collect::<BTreeSet<_>>().len() as u64,
            named: ids.len() as u64,
            sub_techniques: ids.iter().filter(|id| id.is_sub()).count() as u64,
            tactics: tactics.len() as u64,
        }
    }

    /// Tactics in the order of the matrix with what is named under each, by id.
    fn by_tactic<'a>(&self, attack: &'a Catalogue) -> Vec<(&'a Tactic, Vec<(TechniqueId, Covered)>)> {
        let under = |id: TacticId| self.cells.iter().filter(move |((tactic, _), _)| *tactic == id);
        let of = |tactic: &'a Tactic| {
            (tactic, under(tactic.id).map(|((_, id), covered)| (*id, *covered)).collect::<Vec<_>>())
        };
        attack.tactics().iter().map(of).filter(|(_, cells)| !cells.is_empty()).collect()
    }
}

/// How much in all.
struct Totals {
    rules: u64,
    /// Techniques of which the technique itself or a sub-technique is named.
    techniques: u64,
    /// Techniques and sub-techniques.
    named: u64,
    sub_techniques: u64,
    tactics: u64,
}

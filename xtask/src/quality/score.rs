//! Counts what was wanted against what was named.

use std::collections::{BTreeMap, BTreeSet};

use vespid_attack::Catalogue;
use vespid_model::{TacticId, TechniqueId};

/// How many of `all` are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Share {
    /// The very technique.
    pub(crate) exact: usize,
    /// The technique, or another of the same parent.
    pub(crate) parent: usize,
    pub(crate) all: usize,
}

impl Share {
    fn add(&mut self, id: TechniqueId, among: &BTreeSet<TechniqueId>) {
        self.all += 1;
        self.exact += usize::from(among.contains(&id));
        self.parent += usize::from(among.iter().any(|other| other.parent() == id.parent()));
    }
}

/// A command with its labels and names.
#[derive(Debug)]
pub(crate) struct Judged {
    pub(crate) command: String,
    pub(crate) wanted: BTreeSet<TechniqueId>,
    pub(crate) named: BTreeSet<TechniqueId>,
}

/// The score of a file.
#[derive(Debug, Default)]
pub(crate) struct Score {
    pub(crate) commands: usize,
    /// Of the labels: found among the names (recall).
    pub(crate) wanted: Share,
    /// Of the names: found among the labels (precision).
    pub(crate) named: Share,
    /// Commands that must name nothing.
    pub(crate) plain: usize,
    /// Those of them that name something.
    pub(crate) loud: Vec<Judged>,
    /// Commands of which a label is not named exactly.
    pub(crate) misses: Vec<Judged>,
    pub(crate) techniques: BTreeMap<TechniqueId, Share>,
    /// A technique of several tactics counts under each.
    pub(crate) tactics: BTreeMap<TacticId, Share>,
}

impl Score {
    /// Scores commands by their labels.
    pub(crate) fn of(
        commands: &BTreeMap<String, BTreeSet<TechniqueId>>,
        name: impl Fn(&str) -> BTreeSet<TechniqueId>,
        attack: &Catalogue,
    ) -> Self {
        let mut score = Self { commands: commands.len(), ..Self::default() };
        for (command, wanted) in commands {
            let named = name(command);
            for id in wanted {
                score.wanted.add(*id, &named);
                score.techniques.entry(*id).or_default().add(*id, &named);
                for tactic in attack.technique(*id).into_iter().flat_map(|known| &known.tactics) {
                    score.tactics.entry(*tactic).or_default().add(*id, &named);
                }
            }
            for id in &named {
                score.named.add(*id, wanted);
            }
            let is_loud = wanted.is_empty() && !named.is_empty();
            let is_miss = !wanted.is_subset(&named);
            score.plain += usize::from(wanted.is_empty());
            let all = Judged { command: command.clone(), wanted: wanted.clone(), named };
            if is_loud {
                score.loud.push(all);
            } else if is_miss {
                score.misses.push(all);
            }
        }
        score
    }
}

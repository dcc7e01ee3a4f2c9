//! The rules of one target, ready to be asked.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::RandomState;
use rsigma_eval::CompiledRule;

use super::atom::{Atom, AtomId};
use super::fact::{FactId, Literals};
use super::slot::Slot;
use super::tree::{Condition, Node};

/// The field whose literals are nearly all names of programs.
pub(super) const IMAGE: &str = "Image";

/// A rule as a formula.
#[derive(Debug)]
pub(super) struct Formula {
    /// Its place in the pack.
    pub(super) place: usize,
    /// A rule may have several conditions; one is enough.
    pub(super) conditions: Vec<Condition>,
    /// By the order of their names.
    pub(super) selections: Vec<Node>,
    /// May what it says of a command depend on the line around the command?
    pub(super) looks_at_line: bool,
}

/// One way in which a rule may match: unless of each of these sets of atoms one holds, it does not.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) rule: u32,
    /// Without the set that the way is found by. Places in the program's `needs`: what a view must have itself, then
    /// what its line must have.
    pub(super) own: Range<u32>,
    pub(super) line: Range<u32>,
}

/// What stands behind each set of a way's needs.
pub(super) const END_OF_SET: AtomId = AtomId::MAX;

/// The rules of one target.
#[derive(Default)]
pub(crate) struct Program {
    pub(super) fields: Vec<String>,
    /// The field that holds the whole line.
    pub(super) line: Option<Slot>,
    pub(super) atoms: Vec<Atom>,
    /// What atoms of literals ask for.
    pub(super) facts: Vec<FactId>,
    pub(super) rules: Vec<Formula>,
    pub(super) ways: Vec<Way>,
    pub(super) needs: Vec<AtomId>,
    /// By fact: the ways that are open when it is there.
    pub(super) anchors: Anchors,
    /// The rules that may match when no literal is there.
    pub(super) always: Vec<u32>,
    pub(super) literals: Vec<Literals>,
    /// The fields that are searched for them.
    pub(super) searched: u64,
    /// The facts about the program's name, a slash before it.
    pub(super) names: HashMap<Box<str>, FactId, RandomState>,
    /// Rules that cannot be a formula, by their place in the pack.
    pub(super) whole: Vec<(usize, CompiledRule)>,
    /// Some rules look at the line, and may match without any literal.
    pub(super) line_always: bool,
}

impl Program {
    /// May the rule at this place match without any literal?
    pub(crate) fn asks_always(&self, rule: usize) -> bool {
        let mut always = self.always.iter().filter_map(|number| self.rules.get(*number as usize));
        always.any(|formula| formula.place == rule) || self.whole.iter().any(|(place, _)| *place == rule)
    }

    /// May what this rule says of a command depend on the line around the command?
    pub(super) fn looks_at_line(&self, rule: u32) -> bool {
        self.rules.get(rule as usize).is_some_and(|rule| rule.looks_at_line)
    }

    pub(super) fn facts_of(&self, range: &Range<u32>) -> &[FactId] {
        self.facts.get(range.start as usize..range.end as usize).unwrap_or_default()
    }

    /// Sets of atoms that a way needs beside its anchor.
    pub(super) fn sets(&self, range: &Range<u32>) -> impl Iterator<Item = &[AtomId]> {
        let all = self.needs.get(range.start as usize..range.end as usize).unwrap_or_default();
        all.split_inclusive(|atom| *atom == END_OF_SET)
            .map(|set| set.split_last().map_or(set, |(_, set)| set))
    }
}

/// Ways by the fact that opens them, side by side.
#[derive(Debug, Default)]
pub(super) struct Anchors {
    /// By fact: where its ways begin; then where the last end.
    begins: Vec<u32>,
    ways: Vec<u32>,
}

impl Anchors {
    /// `of` says the ways of each fact.
    pub(super) fn new(of: &[Vec<u32>]) -> Self {
        let mut anchors = Self { begins: vec![0], ways: Vec::new() };
        for ways in of {
            anchors.ways.extend(ways);
            anchors.begins.push(u32::try_from(anchors.ways.len()).unwrap_or(u32::MAX));
        }
        anchors
    }

    /// The number of facts.
    pub(super) fn len(&self) -> usize {
        self.begins.len().saturating_sub(1)
    }

    pub(super) fn of(&self, fact: FactId) -> &[u32] {
        let place = fact as usize;
        let Some([begin, end]) = self.begins.get(place..place + 2) else { return &[] };
        self.ways.get(*begin as usize..*end as usize).unwrap_or_default()
    }
}

//! The rules of one target, ready to be asked.

use std::collections::HashMap;

use daachorse::DoubleArrayAhoCorasick;
use rsigma_eval::CompiledRule;

use super::anchor::anchor;
use super::atom::{Atom, AtomId, Literal, Place};
use super::compile::{Form, compile};
use super::slot::{MAX_SLOTS, Slot};
use super::tree::{Condition, Node};

/// A rule as a formula.
#[derive(Debug)]
pub(super) struct Formula {
    /// Its place in the pack.
    pub(super) place: usize,
    /// A rule may have several conditions; one is enough.
    pub(super) conditions: Vec<Condition>,
    /// By the order of their names.
    pub(super) selections: Vec<Node>,
}

/// A rule's question for one literal of one field.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) slot: Slot,
    pub(super) place: Place,
    /// The literal itself, where case matters.
    pub(super) cased: Option<Literal>,
    pub(super) atom: AtomId,
}

/// The rules of one target.
#[derive(Default)]
pub(crate) struct Program {
    pub(super) fields: Vec<String>,
    pub(super) atoms: Vec<Atom>,
    pub(super) rules: Vec<Formula>,
    /// By atom: the rules that may match when it holds.
    pub(super) anchored: Vec<Vec<u32>>,
    /// The rules that may match when no literal is there.
    pub(super) always: Vec<u32>,
    /// Atoms that guard regular expressions hold in a text with `ſ`: it may be an `s` to them.
    pub(super) guards: Vec<AtomId>,
    /// Finds all literals; their numbers are places in `questions`.
    pub(super) literals: Option<DoubleArrayAhoCorasick<u32>>,
    pub(super) questions: Vec<Vec<Question>>,
    /// Rules that cannot be a formula, by their place in the pack.
    pub(super) whole: Vec<(usize, CompiledRule)>,
}

/// Collects rules.
#[derive(Default)]
pub(crate) struct Builder {
    program: Program,
    /// For each atom of literals the length of the shortest.
    shortest: Vec<usize>,
    known: HashMap<String, AtomId>,
    literals: Vec<(Slot, Literal, AtomId)>,
}

impl Builder {
    /// Adds a rule under its place in the pack.
    pub(crate) fn add(&mut self, place: usize, rule: CompiledRule) {
        match compile(&rule, self) {
            Some(Form { conditions, selections }) => {
                let number = u32::try_from(self.program.rules.len()).unwrap_or(u32::MAX);
                self.program.rules.push(Formula { place, conditions, selections });
                self.anchor(number);
            }
            None => self.program.whole.push((place, rule)),
        }
    }

    fn anchor(&mut self, number: u32) {
        let Some(rule) = self.program.rules.last() else { return };
        let literal = |id: AtomId| match self.program.atoms.get(id as usize)? {
            Atom::Literals => Some((*self.shortest.get(id as usize)?, id)),
            Atom::Regex { guard, .. } => guard.and_then(|id| Some((*self.shortest.get(id as usize)?, id))),
            Atom::Present(_) | Atom::Library(_) => None,
        };
        let mut all = Vec::new();
        for condition in &rule.conditions {
            match anchor(condition, &rule.selections, &literal) {
                Some((_, atoms)) => all.extend(atoms),
                None => return self.program.always.push(number),
            }
        }
        all.sort_unstable();
        all.dedup();
        for atom in all {
            if let Some(rules) = self.program.anchored.get_mut(atom as usize) {
                rules.push(number);
            }
        }
    }

    /// The place of a field; None when there are too many.
    pub(super) fn slot(&mut self, field: &str) -> Option<Slot> {
        let known = self.program.fields.iter().position(|own| own == field);
        let place = known.or_else(|| {
            (self.program.fields.len() < MAX_SLOTS).then(|| {
                self.program.fields.push(field.to_owned());
                self.program.fields.len() - 1
            })
        })?;
        Slot::try_from(place).ok()
    }

    /// An atom that holds when one of the literals is there. A guard is an atom of its own: it may hold where none is.
    pub(super) fn literals(&mut self, slot: Slot, mut literals: Vec<Literal>, guard: bool) -> AtomId {
        literals.sort_unstable();
        literals.dedup();
        let key = format!("{slot} {guard} {literals:?}");
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let shortest = literals.iter().map(|literal| literal.value.len()).min().unwrap_or_default();
        let atom = self.push(Atom::Literals, shortest);
        self.known.insert(key, atom);
        self.literals.extend(literals.into_iter().map(|literal| (slot, literal, atom)));
        atom
    }

    /// An atom of any other kind; `key` tells it from all others, where it may come again.
    pub(super) fn atom(&mut self, key: Option<String>, atom: Atom) -> AtomId {
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return *known;
        }
        if let Atom::Regex { guard: Some(guard), .. } = &atom {
            self.program.guards.push(*guard);
        }
        let id = self.push(atom, 0);
        if let Some(key) = key {
            self.known.insert(key, id);
        }
        id
    }

    /// What an answer costs, roughly.
    pub(super) fn cost(&self, atom: AtomId) -> u8 {
        match self.program.atoms.get(atom as usize) {
            Some(Atom::Literals | Atom::Present(_)) | None => 0,
            Some(Atom::Regex { .. }) => 1,
            Some(Atom::Library(_)) => 2,
        }
    }

    fn push(&mut self, atom: Atom, shortest: usize) -> AtomId {
        let id = AtomId::try_from(self.program.atoms.len()).unwrap_or(AtomId::MAX);
        self.program.atoms.push(atom);
        self.program.anchored.push(Vec::new());
        self.shortest.push(shortest);
        id
    }

    /// The rules, ready to be asked.
    pub(crate) fn finish(self) -> Program {
        let mut program = self.program;
        program.guards.sort_unstable();
        program.guards.dedup();
        let mut patterns: Vec<String> = Vec::new();
        let mut numbers: HashMap<String, usize> = HashMap::new();
        for (slot, literal, atom) in self.literals {
            let pattern = literal.value.to_lowercase();
            let number = *numbers.entry(pattern).or_insert_with_key(|pattern| {
                patterns.push(pattern.clone());
                patterns.len() - 1
            });
            if program.questions.len() <= number {
                program.questions.resize_with(number + 1, Vec::new);
            }
            let place = literal.place;
            let cased = literal.cased.then_some(literal);
            if let Some(questions) = program.questions.get_mut(number) {
                questions.push(Question { slot, place, cased, atom });
            }
        }
        if !patterns.is_empty() {
            let numbered = patterns.iter().zip(0_u32..).map(|(pattern, number)| (pattern.as_bytes(), number));
            program.literals = DoubleArrayAhoCorasick::with_values(numbered).ok();
        }
        program
    }
}

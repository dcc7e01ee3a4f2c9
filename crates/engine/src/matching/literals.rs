//! All literals that are asked of some fields, found in one pass.

use std::collections::HashMap;

use daachorse::DoubleArrayAhoCorasick;

use super::atom::{AtomId, Literal, Place};
use super::slot::Slot;

/// A question that rules ask of one literal.
#[derive(Debug)]
pub(super) struct Question {
    pub(super) slot: Slot,
    pub(super) place: Place,
    /// The literal itself, where case matters.
    pub(super) cased: Option<Literal>,
    /// What holds when the answer is yes.
    pub(super) atoms: Vec<AtomId>,
}

/// Finds literals in the texts of some fields.
pub(super) struct Literals {
    /// The fields that are asked.
    pub(super) slots: u64,
    /// Its values are places in `questions`.
    pub(super) automaton: DoubleArrayAhoCorasick<u32>,
    pub(super) questions: Vec<Vec<Question>>,
}

/// Collects literals.
#[derive(Default)]
pub(super) struct Search {
    patterns: Vec<String>,
    numbers: HashMap<String, usize>,
    questions: Vec<Vec<Question>>,
    slots: u64,
}

impl Search {
    pub(super) fn add(&mut self, slot: Slot, literal: Literal, atom: AtomId) {
        let pattern = literal.value.to_lowercase();
        let number = *self.numbers.entry(pattern).or_insert_with_key(|pattern| {
            self.patterns.push(pattern.clone());
            self.questions.push(Vec::new());
            self.patterns.len() - 1
        });
        self.slots |= 1 << slot;
        let place = literal.place;
        let cased = literal.cased.then_some(literal);
        let Some(questions) = self.questions.get_mut(number) else { return };
        let same = |own: &&mut Question| own.slot == slot && own.place == place && own.cased == cased;
        match questions.iter_mut().find(same) {
            Some(question) => question.atoms.push(atom),
            None => questions.push(Question { slot, place, cased, atoms: vec![atom] }),
        }
    }

    /// One pass finds them all, unless they are more than an automaton may have.
    pub(super) fn finish(mut self) -> Vec<Literals> {
        let numbered =
            self.patterns.iter().zip(0_u32..).map(|(pattern, number)| (pattern.as_bytes(), number));
        match DoubleArrayAhoCorasick::with_values(numbered) {
            Ok(automaton) => vec![Literals { slots: self.slots, automaton, questions: self.questions }],
            Err(_) if self.patterns.len() < 2 => Vec::new(),
            Err(_) => {
                let half = self.patterns.len() / 2;
                let rest = Self {
                    patterns: self.patterns.split_off(half),
                    questions: self.questions.split_off(half),
                    numbers: HashMap::new(),
                    slots: self.slots,
                };
                let mut all = self.finish();
                all.extend(rest.finish());
                all
            }
        }
    }
}

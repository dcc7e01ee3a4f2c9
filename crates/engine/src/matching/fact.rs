//! Facts: that a literal is there, at its place in a field. One pass over a text finds all of them.

use std::collections::HashMap;

use daachorse::DoubleArrayAhoCorasick;

use super::atom::{Literal, Place};
use super::slot::Slot;

/// A fact, by its place among those of its program.
pub(super) type FactId = u32;

/// Finds literals in the texts of some fields.
pub(super) struct Literals {
    /// The fields that are asked.
    pub(super) slots: u64,
    /// Its values are places in `begins`.
    automaton: DoubleArrayAhoCorasick<u32>,
    /// By pattern: where its questions begin; then where the last end.
    begins: Vec<u32>,
    questions: Vec<Question>,
    /// The literals themselves, where case matters.
    cased: Vec<Literal>,
}

/// What makes a fact true where its pattern is found.
struct Question {
    fact: FactId,
    slot: Slot,
    place: Place,
    cased: Option<u16>,
}

impl Literals {
    /// Tells all facts that hold of a text, some more than once. `lowered` is the text in lower case, `fields` are
    /// those that have it.
    pub(super) fn scan(&self, text: &str, lowered: &str, fields: u64, mut found: impl FnMut(FactId)) {
        for hit in self.automaton.find_overlapping_iter(lowered) {
            let pattern = hit.value() as usize;
            let Some([begin, end]) = self.begins.get(pattern..pattern + 2) else { continue };
            for question in self.questions.get(*begin as usize..*end as usize).unwrap_or_default() {
                if fields & (1 << question.slot) != 0
                    && question.place.fits(hit.start(), hit.end(), lowered.len())
                    && question.cased.is_none_or(|literal| {
                        self.cased.get(usize::from(literal)).is_some_and(|literal| literal.holds(text))
                    })
                {
                    found(question.fact);
                }
            }
        }
    }
}

/// Collects literals.
#[derive(Default)]
pub(super) struct Search {
    patterns: Vec<String>,
    numbers: HashMap<String, usize>,
    questions: Vec<Vec<(FactId, Slot, Literal)>>,
}

impl Search {
    /// A fact is added once.
    pub(super) fn add(&mut self, fact: FactId, slot: Slot, literal: Literal) {
        let pattern = literal.value.to_lowercase();
        let number = *self.numbers.entry(pattern).or_insert_with_key(|pattern| {
            self.patterns.push(pattern.clone());
            self.questions.push(Vec::new());
            self.patterns.len() - 1
        });
        if let Some(questions) = self.questions.get_mut(number) {
            questions.push((fact, slot, literal));
        }
    }

    /// One pass finds them all, unless they are more than an automaton may have.
    pub(super) fn finish(mut self) -> Vec<Literals> {
        let numbered =
            self.patterns.iter().zip(0_u32..).map(|(pattern, number)| (pattern.as_bytes(), number));
        match DoubleArrayAhoCorasick::with_values(numbered) {
            Ok(automaton) if u16::try_from(self.cased()).is_ok() => vec![self.ready(automaton)],
            _ if self.patterns.len() < 2 => Vec::new(),
            _ => {
                let half = self.patterns.len() / 2;
                let rest = Self {
                    patterns: self.patterns.split_off(half),
                    questions: self.questions.split_off(half),
                    numbers: HashMap::new(),
                };
                let mut all = self.finish();
                all.extend(rest.finish());
                all
            }
        }
    }

    fn cased(&self) -> usize {
        self.questions.iter().flatten().filter(|(.., literal)| literal.cased).count()
    }

    fn ready(self, automaton: DoubleArrayAhoCorasick<u32>) -> Literals {
        let mut ready =
            Literals { slots: 0, automaton, begins: vec![0], questions: Vec::new(), cased: Vec::new() };
        for questions in self.questions {
            for (fact, slot, literal) in questions {
                let place = literal.place;
                let cased = literal.cased.then(|| {
                    ready.cased.push(literal);
                    u16::try_from(ready.cased.len() - 1).unwrap_or(u16::MAX)
                });
                ready.slots |= 1 << slot;
                ready.questions.push(Question { fact, slot, place, cased });
            }
            ready.begins.push(u32::try_from(ready.questions.len()).unwrap_or(u32::MAX));
        }
        ready
    }
}

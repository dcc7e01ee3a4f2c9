//! Searches the texts of a view for literals.

use super::fact::Literals;
use super::look::Fields;
use super::program::{IMAGE, Program};
use super::scratch::{Reading, Scratch};
use super::text::{folded, lower, lowered};
use crate::view::View;

impl Program {
    /// Searches the line that a command is part of, once for all of its commands.
    pub(super) fn search_line(&self, line: &str, scratch: &mut Scratch) {
        let Some(slot) = self.line else { return };
        if !scratch.knows_line(line) {
            scratch.begin_line(line);
            for literals in self.literals.iter().filter(|literals| literals.slots & (1 << slot) != 0) {
                self.search_text(literals, line, 1 << slot, true, scratch);
            }
            scratch.end_line(self);
        }
    }

    /// Searches these fields.
    pub(super) fn search(&self, fields: &Fields<'_>, searched: u64, scratch: &mut Scratch) {
        for literals in &self.literals {
            let mut left = literals.slots & searched;
            while left != 0 {
                let place = left.trailing_zeros() as usize;
                let Some(Some(value)) = fields.get(place) else { break };
                // Fields with one text share a pass.
                let other = |at: usize| fields.get(at).and_then(Option::as_ref);
                let same = |at: &usize| *at == place || other(*at).is_some_and(|other| value.is(other));
                let mask = (place..fields.len()).filter(same).fold(0_u64, |mask, other| mask | 1 << other);
                left &= !mask;
                for text in value.texts() {
                    self.search_text(literals, text, mask & searched, false, scratch);
                }
            }
        }
    }

    /// Looks up the name of the program.
    pub(super) fn search_name(&self, view: &View<'_>, scratch: &mut Scratch) {
        let Some(image) = view.text(IMAGE).filter(|_| !self.names.is_empty()) else { return };
        let name = image.rfind('/').and_then(|slash| image.get(slash..)).unwrap_or_default();
        if let Some(name) = self.names.get(&*lowered(name)) {
            scratch.named(self, *name, Reading::AsItIs);
        }
        if let Some(name) = folded(name).and_then(|name| self.names.get(&*lowered(&name))) {
            scratch.named(self, *name, Reading::Folded);
        }
    }

    fn search_text(&self, literals: &Literals, text: &str, fields: u64, line: bool, scratch: &mut Scratch) {
        let mut lowered = std::mem::take(&mut scratch.lowered);
        lower(text, &mut lowered);
        literals.scan(text, &lowered, fields, |fact| scratch.found(self, fact, Reading::AsItIs, line));
        if let Some(text) = folded(text) {
            lower(&text, &mut lowered);
            literals.scan(&text, &lowered, fields, |fact| scratch.found(self, fact, Reading::Folded, line));
        }
        scratch.lowered = lowered;
    }
}

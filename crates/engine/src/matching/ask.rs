//! From a view to the rules that match it.

use super::look::Look;
use super::program::Program;
use super::scratch::{Remembered, Scratch};
use crate::evaluate::Match;
use crate::view::View;

impl Program {
    /// Adds the rules that match, by ascending place in the pack.
    pub(crate) fn matches(&self, view: &View<'_>, scratch: &mut Scratch, found: &mut Vec<Match>) {
        let first = found.len();
        scratch.begin(self);
        match view {
            View::Process { command, line } => {
                self.search_line(line, scratch);
                let mut key = std::mem::take(&mut scratch.key);
                key.clear();
                View::key(command, &mut key);
                self.of_command(view, &key, scratch, found);
                scratch.key = key;
            }
            View::Body(_) => {
                let mut look = Look::new(self, view, scratch);
                look.choose(0);
                look.rules(false, found);
                look.rules(true, found);
            }
        }
        if let Some(own) = found.get_mut(first..) {
            own.sort_unstable_by_key(|found| found.rule);
        }
    }

    /// What a command has itself says the same in any line, and is remembered.
    fn of_command(&self, view: &View<'_>, key: &[u8], scratch: &mut Scratch, found: &mut Vec<Match>) {
        let of_line = scratch.ways.len();
        if let Some(known) = scratch.commands.get(key) {
            found.extend_from_slice(&known.matches);
            if of_line > 0 || self.line_always || known.ways.iter().any(|way| scratch.line_has(self, *way)) {
                let mut look = Look::new(self, view, scratch);
                look.choose(of_line);
                look.rules(true, found);
            }
            return;
        }
        let mut look = Look::new(self, view, scratch);
        let ways = look.choose(of_line);
        let first = found.len();
        look.rules(false, found);
        let matches: Box<[_]> = found.get(first..).unwrap_or_default().into();
        look.rules(true, found);
        drop(look);
        let bytes = size_of_val(&*matches) + size_of_val(ways.as_slice());
        scratch.commands.insert(key, Remembered { matches, ways: ways.into() }, bytes);
    }
}

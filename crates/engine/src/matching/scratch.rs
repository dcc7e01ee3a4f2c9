//! What is known of the view that is being asked about.

use super::atom::{Atom, AtomId, Facts};
use super::fact::FactId;
use super::program::Program;
use crate::evaluate::Match;
use crate::known::Known;
#[cfg(doc)]
use crate::view::View;

/// Memory that is used again from one view of a program to the next. Nothing in it is wiped: a mark holds for the pass
/// whose number it is.
#[derive(Default)]
pub(crate) struct Scratch {
    /// The number of the newest pass.
    newest: u32,
    /// The pass over this view, and the one over its line, which views before it may have had, too.
    view: u32,
    line: u32,
    /// The line of that pass, and the ways that it opens.
    line_text: String,
    line_ways: Vec<u32>,
    /// By fact: the pass that found it; the one that found it where `ſ` is read as `s`.
    facts: Vec<u32>,
    folded: Vec<u32>,
    /// The name of the program; with `s` for `ſ`.
    names: [Option<FactId>; 2],
    /// By atom: the pass that asked it, and the answer.
    answers: Vec<(u32, bool)>,
    /// By way: the pass that opened it. By rule: the one that chose it.
    opened: Vec<u32>,
    chosen: Vec<u32>,
    /// The open ways; first those that the line opens.
    pub(super) ways: Vec<u32>,
    /// The rules that may match.
    pub(super) rules: Vec<u32>,
    /// The text that is searched, in lower case.
    pub(super) lowered: String,
    /// What commands said that came before, by [`View::key`]; room for a key.
    pub(super) commands: Known<Remembered>,
    pub(super) key: Vec<u8>,
}

/// What is the same for a command in any line.
pub(super) struct Remembered {
    /// The rules that match, of those that do not look at the line.
    pub(super) matches: Box<[Match]>,
    /// The ways of the others, but for what the line must have.
    pub(super) ways: Box<[u32]>,
}

/// How a text is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reading {
    AsItIs,
    /// `ſ` is an `s` to patterns that ignore case.
    Folded,
}

impl Scratch {
    /// Begins with another view.
    pub(super) fn begin(&mut self, program: &Program) {
        if self.newest > u32::MAX - 2 {
            *self = Self::default();
        }
        self.facts.resize(program.anchors.len(), 0);
        self.folded.resize(program.anchors.len(), 0);
        self.answers.resize(program.atoms.len(), (0, false));
        self.opened.resize(program.ways.len(), 0);
        self.chosen.resize(program.rules.len(), 0);
        self.ways.clear();
        self.rules.clear();
        self.names = [None; 2];
        self.newest += 1;
        self.view = self.newest;
    }

    /// Is this the line that was searched last? Its facts hold, and its ways are open.
    pub(super) fn knows_line(&mut self, line: &str) -> bool {
        let known = self.line != 0 && self.line_text == line;
        if known {
            for place in 0..self.line_ways.len() {
                self.line_ways.get(place).copied().into_iter().for_each(|way| self.open(way));
            }
        }
        known
    }

    /// What is found from now on, until [`Self::end_line`], is of a line that other views may have.
    pub(super) fn begin_line(&mut self, line: &str) {
        self.line_text.clear();
        self.line_text.push_str(line);
        self.newest += 1;
        self.line = self.newest;
    }

    /// Of the ways that the line opens those stay that it has everything for.
    pub(super) fn end_line(&mut self, program: &Program) {
        let mut ways = std::mem::take(&mut self.ways);
        ways.retain(|way| self.line_has(program, *way));
        self.line_ways.clone_from(&ways);
        self.ways = ways;
    }

    /// Has the line what a way needs of it?
    pub(super) fn line_has(&self, program: &Program, way: u32) -> bool {
        let may_hold = |atom: &AtomId| match program.atoms.get(*atom as usize) {
            Some(Atom::Literals(facts)) => self.has(program, facts),
            _ => true,
        };
        let Some(way) = program.ways.get(way as usize) else { return false };
        program.sets(&way.line).all(|atoms| atoms.iter().any(may_hold))
    }

    /// A fact of this view, or of its line while that is read. The ways that are found by it are open.
    pub(super) fn found(&mut self, program: &Program, fact: FactId, reading: Reading, of_line: bool) {
        let pass = if of_line { self.line } else { self.view };
        let marks = match reading {
            Reading::AsItIs => &mut self.facts,
            Reading::Folded => &mut self.folded,
        };
        if mark(marks, fact, pass) {
            program.anchors.of(fact).iter().for_each(|way| self.open(*way));
        }
    }

    /// The name of the program is one that rules ask for.
    pub(super) fn named(&mut self, program: &Program, name: FactId, reading: Reading) {
        if let Some(own) = self.names.get_mut(reading as usize) {
            *own = Some(name);
        }
        program.anchors.of(name).iter().for_each(|way| self.open(*way));
    }

    fn open(&mut self, way: u32) {
        if mark(&mut self.opened, way, self.view) {
            self.ways.push(way);
        }
    }

    /// Lists a rule among those that may match.
    pub(super) fn choose(&mut self, rule: u32) {
        if mark(&mut self.chosen, rule, self.view) {
            self.rules.push(rule);
        }
    }

    /// Is one of an atom's facts there? To a guard, `ſ` may be an `s`.
    pub(super) fn has(&self, program: &Program, facts: &Facts) -> bool {
        let named = |name: &Option<FactId>| {
            name.is_some_and(|name| program.facts_of(&facts.names).binary_search(&name).is_ok())
        };
        let there = |marks: &[u32], fact: FactId| {
            let pass = marks.get(fact as usize).copied().unwrap_or_default();
            pass != 0 && (pass == self.view || pass == self.line)
        };
        let [name, folded] = &self.names;
        named(name)
            || facts.guard && named(folded)
            || program
                .facts_of(&facts.texts)
                .iter()
                .any(|fact| there(&self.facts, *fact) || facts.guard && there(&self.folded, *fact))
    }

    /// The answer of an atom that this view was asked before.
    pub(super) fn answer(&self, atom: AtomId) -> Option<bool> {
        self.answers.get(atom as usize).filter(|(pass, _)| *pass == self.view).map(|(_, answer)| *answer)
    }

    pub(super) fn keep_answer(&mut self, atom: AtomId, answer: bool) {
        if let Some(own) = self.answers.get_mut(atom as usize) {
            *own = (self.view, answer);
        }
    }
}

/// Marks a place with a pass. False when it has that mark already.
fn mark(marks: &mut [u32], place: u32, pass: u32) -> bool {
    marks.get_mut(place as usize).is_some_and(|mark| std::mem::replace(mark, pass) != pass)
}

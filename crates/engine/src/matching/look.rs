//! Asks the rules about a view.

use rsigma_eval::{CompiledDetectionItem, CompiledMatcher, Event as _};
use smallvec::SmallVec;

use super::atom::{Atom, AtomId};
use super::program::{Formula, Program};
use super::scratch::Scratch;
use super::slot::{Slot, Value};
use super::text::lowered;
use crate::evaluate::{Match, mask};
use crate::view::View;

pub(super) type Fields<'v> = SmallVec<[Option<Value<'v>>; 12]>;

/// One view, as far as it was asked about.
pub(super) struct Look<'a> {
    program: &'a Program,
    view: &'a View<'a>,
    fields: Fields<'a>,
    scratch: &'a mut Scratch,
}

impl<'a> Look<'a> {
    /// Reads the fields that are searched, and searches them, but for the line.
    pub(super) fn new(program: &'a Program, view: &'a View<'a>, scratch: &'a mut Scratch) -> Self {
        let line = program.line.filter(|_| matches!(view, View::Process { .. }));
        let searched = program.searched & !line.map_or(0, |slot| 1 << slot);
        let field = |place: usize| program.fields.get(place).filter(|_| searched & (1 << place) != 0);
        let fields: Fields<'_> =
            (0..program.fields.len()).map(|place| field(place).map(|field| Value::of(view, field))).collect();
        program.search(&fields, searched, scratch);
        program.search_name(view, scratch);
        Self { program, view, fields, scratch }
    }

    /// Lists the rules that have a way whose literals are all there. Returns the ways, beside those that the line
    /// opens, that only wait for what the line must have.
    pub(super) fn choose(&mut self, of_line: usize) -> Vec<u32> {
        let mut waiting = Vec::new();
        for place in 0..self.scratch.ways.len() {
            let Some(number) = self.scratch.ways.get(place).copied() else { break };
            let Some(way) = self.program.ways.get(number as usize) else { continue };
            if !self.program.sets(&way.own).all(|atoms| self.one(atoms)) {
                continue;
            }
            if place >= of_line && self.program.looks_at_line(way.rule) {
                waiting.push(number);
            }
            if self.program.sets(&way.line).all(|atoms| self.one(atoms)) {
                self.scratch.choose(way.rule);
            }
        }
        waiting
    }

    fn one(&mut self, atoms: &[AtomId]) -> bool {
        atoms.iter().any(|atom| self.holds(*atom))
    }

    /// Adds the matching ones of the rules that were listed, and of those that no literal lists: either those that
    /// look at the line, or the others.
    pub(super) fn rules(&mut self, looks_at_line: bool, found: &mut Vec<Match>) {
        let rules = std::mem::take(&mut self.scratch.rules);
        let listed = self.program.always.iter().chain(&rules);
        for rule in listed.filter_map(|rule| self.program.rules.get(*rule as usize)) {
            if rule.looks_at_line == looks_at_line {
                found.extend(self.rule(rule));
            }
        }
        self.scratch.rules = rules;
        for (place, rule) in self.program.whole.iter().filter(|_| looks_at_line) {
            found.extend(whole(*place, rule, self.view));
        }
    }

    fn rule(&mut self, rule: &Formula) -> Option<Match> {
        let mut selection = |number: u32| {
            rule.selections.get(number as usize).is_some_and(|node| node.holds(&mut |atom| self.holds(atom)))
        };
        let condition = rule.conditions.iter().find(|condition| condition.holds(&mut selection))?;
        let mut selections = 0;
        condition.shown(&mut selection, &mut selections);
        Some(Match { rule: rule.place, selections })
    }

    fn holds(&mut self, id: AtomId) -> bool {
        let program = self.program;
        let Some(atom) = program.atoms.get(id as usize) else { return false };
        if let Atom::Literals(facts) = atom {
            return self.scratch.has(program, facts);
        }
        if let Some(known) = self.scratch.answer(id) {
            return known;
        }
        let holds = match atom {
            Atom::Regex { guard: Some(guard), .. } if !guard.holds(&mut |atom| self.holds(atom)) => false,
            _ => self.ask(atom),
        };
        self.scratch.keep_answer(id, holds);
        holds
    }

    fn ask(&self, atom: &Atom) -> bool {
        match atom {
            Atom::Regex { slot, regex, lowered: low, .. } => regex.get().is_some_and(|regex| {
                self.any(*slot, &|text| {
                    if *low { regex.is_match(&lowered(text)) } else { regex.is_match(text) }
                })
            }),
            Atom::Words { slot, literals } => self.any(*slot, &|text| {
                let lowered = lowered(text);
                literals.iter().any(|literal| literal.holds(if literal.cased { text } else { &lowered }))
            }),
            Atom::Present(slot) => self.field(*slot, |value| !matches!(value, Value::Absent)),
            Atom::Library(item) => library(item, self.view),
            Atom::Literals(_) => false,
        }
    }

    /// Does a text of a field answer so?
    fn any(&self, slot: Slot, holds: &dyn Fn(&str) -> bool) -> bool {
        self.field(slot, |value| value.texts().iter().any(|text| holds(text)))
    }

    /// Asks a field, which is read now unless it was searched.
    fn field(&self, slot: Slot, ask: impl Fn(&Value<'_>) -> bool) -> bool {
        let place = usize::from(slot);
        match self.fields.get(place) {
            Some(Some(value)) => ask(value),
            _ => self.program.fields.get(place).is_some_and(|field| ask(&Value::of(self.view, field))),
        }
    }
}

/// A rule that only the library can answer for.
fn whole(place: usize, rule: &rsigma_eval::CompiledRule, view: &View<'_>) -> Option<Match> {
    let rsigma_eval::ResultBody::Detection(body) = rsigma_eval::evaluate_rule(rule, view)?.body else {
        return None;
    };
    let selections = mask(rule, &body.matched_selections);
    Some(Match { rule: place, selections })
}

/// An item as the library sees it.
fn library(item: &CompiledDetectionItem, view: &View<'_>) -> bool {
    let Some(field) = &item.field else {
        return item.exists.map_or_else(|| item.matcher.matches_keyword(view), |wanted| !wanted);
    };
    let value = view.get_field(field);
    match (item.exists, value) {
        (Some(wanted), value) => value.is_some_and(|value| !value.is_null()) == wanted,
        (None, Some(value)) => item.matcher.matches(&value, view),
        (None, None) => matches!(item.matcher, CompiledMatcher::Null),
    }
}

//! Asks the rules about a view.

use rsigma_eval::{CompiledDetectionItem, CompiledMatcher, Event as _};
use smallvec::SmallVec;

use super::atom::{Atom, AtomId};
use super::literals::Literals;
use super::program::{Formula, IMAGE, Program};
use super::slot::{Slot, Value};
use crate::evaluate::{Match, mask};
use crate::view::View;

/// Memory that is used again from one view to the next.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// By atom: it holds; its answer is known.
    holds: Vec<bool>,
    known: Vec<bool>,
    /// The atoms that have one of these marks.
    marked: Vec<AtomId>,
    /// By way: it is among the open ones.
    open: Vec<bool>,
    ways: Vec<u32>,
    /// By rule: it was asked.
    asked: Vec<bool>,
    rules: Vec<u32>,
    lowered: String,
}

impl Scratch {
    fn begin(&mut self, program: &Program) {
        for atom in self.marked.drain(..) {
            if let Some(mark) = self.holds.get_mut(atom as usize) {
                *mark = false;
            }
            if let Some(mark) = self.known.get_mut(atom as usize) {
                *mark = false;
            }
        }
        unmark(&mut self.ways, &mut self.open);
        unmark(&mut self.rules, &mut self.asked);
        if self.holds.len() < program.atoms.len() {
            self.holds.resize(program.atoms.len(), false);
            self.known.resize(program.atoms.len(), false);
        }
        if self.open.len() < program.ways.len() {
            self.open.resize(program.ways.len(), false);
        }
        if self.asked.len() < program.rules.len() {
            self.asked.resize(program.rules.len(), false);
        }
    }

    /// The atom holds: the ways that are found by it are open.
    fn set(&mut self, program: &Program, atom: AtomId) {
        let Some(holds) = self.holds.get_mut(atom as usize) else { return };
        if std::mem::replace(holds, true) {
            return;
        }
        self.marked.push(atom);
        for way in program.anchored.get(atom as usize).into_iter().flatten() {
            mark(*way, &mut self.open, &mut self.ways);
        }
    }
}

/// Marks a place, which is listed the first time.
fn mark(place: u32, marks: &mut [bool], list: &mut Vec<u32>) {
    if marks.get_mut(place as usize).is_some_and(|mark| !std::mem::replace(mark, true)) {
        list.push(place);
    }
}

fn unmark(list: &mut Vec<u32>, marks: &mut [bool]) {
    for place in list.drain(..) {
        if let Some(mark) = marks.get_mut(place as usize) {
            *mark = false;
        }
    }
}

impl Program {
    /// Adds the rules that match, by ascending place in the pack.
    pub(crate) fn matches(&self, view: &View<'_>, scratch: &mut Scratch, found: &mut Vec<Match>) {
        scratch.begin(self);
        let searched = self.literals.iter().fold(0, |slots, literals| slots | literals.slots);
        let fields: Fields<'_> = (0..self.fields.len())
            .map(|place| self.fields.get(place).filter(|_| searched & (1 << place) != 0))
            .map(|field| field.map(|field| Value::of(view, field)))
            .collect();
        self.scan(&fields, scratch);
        self.scan_name(view, scratch);
        let first = found.len();
        self.open(scratch);
        let rules = std::mem::take(&mut scratch.rules);
        let mut look = Look { program: self, view, fields: &fields, scratch };
        for rule in self.always.iter().chain(&rules).filter_map(|rule| self.rules.get(*rule as usize)) {
            found.extend(look.rule(rule));
        }
        scratch.rules = rules;
        for (place, rule) in &self.whole {
            found.extend(whole(*place, rule, view));
        }
        if let Some(own) = found.get_mut(first..) {
            own.sort_unstable_by_key(|found| found.rule);
        }
    }

    /// Lists the rules that have a way whose literals are all there.
    fn open(&self, scratch: &mut Scratch) {
        let Scratch { holds, ways, asked, rules, .. } = scratch;
        let there = |atoms: &[AtomId]| atoms.iter().any(|atom| holds.get(*atom as usize) == Some(&true));
        for way in ways.iter().filter_map(|way| self.ways.get(*way as usize)) {
            if way.needs.iter().all(|atoms| there(atoms)) {
                mark(way.rule, asked, rules);
            }
        }
    }

    /// Answers all questions for literals.
    fn scan(&self, fields: &[Option<Value<'_>>], scratch: &mut Scratch) {
        for literals in &self.literals {
            let mut left = literals.slots;
            while left != 0 {
                let place = left.trailing_zeros() as usize;
                let Some(Some(value)) = fields.get(place) else { break };
                // Fields with one text share a pass.
                let other = |at: usize| fields.get(at).and_then(Option::as_ref);
                let same = |at: &usize| *at == place || other(*at).is_some_and(|other| value.is(other));
                let mask = (place..fields.len()).filter(same).fold(0_u64, |mask, other| mask | 1 << other);
                left &= !mask;
                for text in value.texts() {
                    self.scan_text(literals, text, mask, scratch);
                }
            }
        }
    }

    /// Answers the questions for the name of the program.
    fn scan_name(&self, view: &View<'_>, scratch: &mut Scratch) {
        let Some(image) = view.text(IMAGE).filter(|_| !self.names.is_empty()) else { return };
        let name = image.rfind('/').and_then(|slash| image.get(slash..)).unwrap_or_default();
        let known = if name.bytes().any(|byte| byte.is_ascii_uppercase() || !byte.is_ascii()) {
            self.names.get(name.to_lowercase().as_str())
        } else {
            self.names.get(name)
        };
        known.into_iter().flatten().for_each(|atom| scratch.set(self, *atom));
        self.scan_long_s(&image, scratch);
    }

    /// To patterns that ignore case it is an `s`, in lower case it stays what it is: they are asked.
    fn scan_long_s(&self, text: &str, scratch: &mut Scratch) {
        if !text.is_ascii() && text.contains('ſ') {
            self.guards.iter().for_each(|atom| scratch.set(self, *atom));
        }
    }

    fn scan_text(&self, literals: &Literals, text: &str, fields: u64, scratch: &mut Scratch) {
        let mut lowered = std::mem::take(&mut scratch.lowered);
        lower(text, &mut lowered);
        for found in literals.automaton.find_overlapping_iter(&lowered) {
            for question in literals.questions.get(found.value() as usize).into_iter().flatten() {
                if fields & (1 << question.slot) != 0
                    && question.place.fits(found.start(), found.end(), lowered.len())
                    && question.cased.as_ref().is_none_or(|literal| literal.holds(text))
                {
                    question.atoms.iter().for_each(|atom| scratch.set(self, *atom));
                }
            }
        }
        self.scan_long_s(text, scratch);
        scratch.lowered = lowered;
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

type Fields<'v> = SmallVec<[Option<Value<'v>>; 12]>;

/// One view, as far as it was asked about.
struct Look<'a> {
    program: &'a Program,
    view: &'a View<'a>,
    fields: &'a [Option<Value<'a>>],
    scratch: &'a mut Scratch,
}

impl Look<'_> {
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
        let place = id as usize;
        let Some(atom) = self.program.atoms.get(place) else { return false };
        let known = || self.scratch.known.get(place).copied().unwrap_or_default();
        let holds = self.scratch.holds.get(place).copied().unwrap_or_default();
        match atom {
            Atom::Literals => return holds,
            _ if known() => return holds,
            Atom::Regex { guard: Some(guard), .. } if !guard.holds(&mut |atom| self.set(atom)) => {
                return false;
            }
            _ => {}
        }
        let holds = self.ask(atom);
        self.scratch.marked.push(id);
        if let Some(mark) = self.scratch.known.get_mut(place) {
            *mark = true;
        }
        if let Some(mark) = self.scratch.holds.get_mut(place) {
            *mark = holds;
        }
        holds
    }

    fn set(&self, literals: AtomId) -> bool {
        self.scratch.holds.get(literals as usize).copied().unwrap_or_default()
    }

    fn ask(&self, atom: &Atom) -> bool {
        match atom {
            Atom::Regex { slot, regex, lowered, .. } => regex.get().is_some_and(|regex| {
                self.any(*slot, &|text| {
                    if *lowered { regex.is_match(&lowered_text(text)) } else { regex.is_match(text) }
                })
            }),
            Atom::Words { slot, literals } => self.any(*slot, &|text| {
                let lowered = lowered_text(text);
                literals.iter().any(|literal| literal.holds(if literal.cased { text } else { &lowered }))
            }),
            Atom::Present(slot) => self.field(*slot, |value| !matches!(value, Value::Absent)),
            Atom::Library(item) => library(item, self.view),
            Atom::Literals => false,
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

fn lower(text: &str, lowered: &mut String) {
    lowered.clear();
    if text.is_ascii() {
        lowered.push_str(text);
        lowered.make_ascii_lowercase();
    } else {
        lowered.push_str(&text.to_lowercase());
    }
}

fn lowered_text(text: &str) -> String {
    let mut lowered = String::new();
    lower(text, &mut lowered);
    lowered
}

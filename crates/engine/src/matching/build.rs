//! Makes a program of rules.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::Range;

use rsigma_eval::CompiledRule;

use super::anchor::{Need, Way as Needs, of_node, ways};
use super::atom::{Atom, AtomId, Facts, Literal};
use super::compile::{Form, compile, looks_at_line};
use super::fact::{FactId, Search};
use super::often::{of_literal, of_name};
use super::program::{Anchors, END_OF_SET, Formula, IMAGE, Program, Way};
use super::slot::{MAX_SLOTS, Slot};
use crate::evaluate::{self, Ready};
use crate::patterns::Patterns;
use crate::view::COMMAND_TEXT;

/// Fields that rules ask for only beside others, which are asked first.
const SELDOM: [&str; 4] = ["ParentImage", "PipedFrom", "CurrentDirectory", "User"];

/// Collects rules.
#[derive(Default)]
pub(crate) struct Builder {
    program: Program,
    known: HashMap<String, AtomId>,
    facts: HashMap<(Slot, Literal), FactId>,
    /// By fact: how many atoms ask for it.
    asked: Vec<usize>,
    /// Atoms of literals in the line.
    of_line: HashSet<AtomId>,
}

impl Builder {
    /// Adds a rule under its place in the pack.
    pub(crate) fn add(&mut self, place: usize, ready: &Ready) {
        if !self.formula(place, &ready.rule, &ready.patterns)
            && let Ok(rule) = evaluate::compile(&ready.sigma)
            && !self.formula(place, &rule, &Patterns::default())
        {
            self.program.whole.push((place, rule));
        }
    }

    /// Adds a rule, when formulas can say it.
    fn formula(&mut self, place: usize, rule: &CompiledRule, patterns: &Patterns) -> bool {
        let Some(Form { conditions, selections }) = compile(rule, patterns, self) else { return false };
        let looks_at_line = looks_at_line(rule);
        self.program.rules.push(Formula { place, conditions, selections, looks_at_line });
        true
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

    fn is(&self, slot: Slot, name: &str) -> bool {
        self.program.fields.get(usize::from(slot)).is_some_and(|field| field == name)
    }

    /// A field that rules ask only after others.
    pub(super) fn is_seldom(&self, slot: Slot) -> bool {
        SELDOM.iter().any(|field| self.is(slot, field))
    }

    /// An atom that holds when one of the literals is there. A guard is an atom of its own: it may hold where none is.
    pub(super) fn literals(&mut self, slot: Slot, mut literals: Vec<Literal>, guard: bool) -> AtomId {
        literals.sort_unstable();
        literals.dedup();
        let key = format!("{slot} {guard} {literals:?}");
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        let (mut names, mut texts) = (Vec::new(), Vec::new());
        for literal in literals {
            let facts =
                if self.is(slot, IMAGE) && literal.name().is_some() { &mut names } else { &mut texts };
            let next = FactId::try_from(self.asked.len()).unwrap_or(FactId::MAX);
            let fact = *self.facts.entry((slot, literal)).or_insert(next);
            if fact == next {
                self.asked.push(0);
            }
            if let Some(asked) = self.asked.get_mut(fact as usize) {
                *asked += 1;
            }
            facts.push(fact);
        }
        names.sort_unstable();
        let facts = Facts { guard, names: self.list(&names), texts: self.list(&texts) };
        let atom = self.atom(Some(key), Atom::Literals(facts));
        if self.is(slot, COMMAND_TEXT) {
            self.of_line.insert(atom);
        }
        atom
    }

    fn list(&mut self, facts: &[FactId]) -> Range<u32> {
        let end = |all: &[FactId]| u32::try_from(all.len()).unwrap_or(u32::MAX);
        let begin = end(&self.program.facts);
        self.program.facts.extend(facts);
        begin..end(&self.program.facts)
    }

    /// An atom of any other kind; `key` tells it from all others, where it may come again.
    pub(super) fn atom(&mut self, key: Option<String>, atom: Atom) -> AtomId {
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return *known;
        }
        let id = AtomId::try_from(self.program.atoms.len()).unwrap_or(AtomId::MAX);
        self.program.atoms.push(atom);
        if let Some(key) = key {
            self.known.insert(key, id);
        }
        id
    }

    /// What an answer costs, roughly.
    pub(super) fn cost(&self, atom: AtomId) -> u8 {
        match self.program.atoms.get(atom as usize) {
            Some(Atom::Literals(_) | Atom::Present(_)) | None => 0,
            Some(Atom::Words { .. }) => 1,
            Some(Atom::Regex { .. }) => 2,
            Some(Atom::Library(_)) => 3,
        }
    }

    /// The rules, ready to be asked.
    pub(crate) fn finish(mut self) -> Program {
        self.anchor();
        let mut program = self.program;
        let mut searches: BTreeMap<u8, Search> = BTreeMap::new();
        let mut facts: Vec<_> = self.facts.into_iter().collect();
        facts.sort_unstable_by_key(|(_, fact)| *fact);
        for ((slot, literal), fact) in facts {
            let field = program.fields.get(usize::from(slot)).map(String::as_str).unwrap_or_default();
            match literal.name().filter(|_| field == IMAGE) {
                Some(name) => {
                    program.names.insert(name.into(), fact);
                }
                None => searches.entry(search(field)).or_default().add(fact, slot, literal),
            }
        }
        program.literals = searches.into_values().flat_map(Search::finish).collect();
        program.searched = program.literals.iter().fold(0, |slots, literals| slots | literals.slots);
        program.line_always =
            !program.whole.is_empty() || program.always.iter().any(|rule| program.looks_at_line(*rule));
        program.line =
            program.fields.iter().zip(0..).find(|(field, _)| *field == COMMAND_TEXT).map(|(_, slot)| slot);
        program
    }

    /// Finds each rule by what is least often there.
    fn anchor(&mut self) {
        let often = self.often();
        let mut anchored: Vec<Vec<u32>> = vec![Vec::new(); self.asked.len()];
        let (mut found, mut always) = (Vec::new(), Vec::new());
        for (number, rule) in (0..).zip(&self.program.rules) {
            let of_atom = |id: AtomId| self.ways_of(id, &often);
            let conditions = rule.conditions.iter();
            let mut ways: Vec<_> =
                conditions.flat_map(|condition| ways(condition, &rule.selections, &of_atom)).collect();
            // What a command or its line may have can be asked of neither alone.
            for way in &mut ways {
                way.retain(|need| !self.is_mixed(need));
            }
            if ways.iter().any(Vec::is_empty) {
                always.push(number);
            } else {
                found.extend(ways.into_iter().map(|way| (number, way)));
            }
        }
        let end = |all: &[AtomId]| u32::try_from(all.len()).unwrap_or(u32::MAX);
        for (place, (rule, way)) in (0..).zip(found) {
            // What commands have themselves comes first: it is remembered.
            let (line, own): (Vec<_>, Vec<_>) =
                way.into_iter().partition(|need| need.atoms.iter().any(|atom| self.of_line.contains(atom)));
            let (mut own, mut line) = (own.into_iter(), line.into_iter());
            let anchor = own.next().or_else(|| line.next());
            for fact in
                anchor.into_iter().flat_map(|anchor| anchor.atoms).flat_map(|atom| self.facts_of(atom))
            {
                if let Some(ways) = anchored.get_mut(fact as usize) {
                    ways.push(place);
                }
            }
            let needs = &mut self.program.needs;
            let begin = end(needs);
            needs.extend(own.flat_map(|need| need.atoms.into_iter().chain([END_OF_SET])));
            let middle = end(needs);
            needs.extend(line.flat_map(|need| need.atoms.into_iter().chain([END_OF_SET])));
            let line = middle..end(needs);
            self.program.ways.push(Way { rule, own: begin..middle, line });
        }
        self.program.always = always;
        self.program.anchors = Anchors::new(&anchored);
    }

    /// Are some of its atoms of the line, and others of the command?
    fn is_mixed(&self, need: &Need) -> bool {
        let of_line = need.atoms.iter().filter(|atom| self.of_line.contains(atom)).count();
        of_line > 0 && of_line < need.atoms.len()
    }

    fn facts_of(&self, atom: AtomId) -> Vec<FactId> {
        match self.program.atoms.get(atom as usize) {
            Some(Atom::Literals(facts)) => {
                let (names, texts) =
                    (self.program.facts_of(&facts.names), self.program.facts_of(&facts.texts));
                [names, texts].concat()
            }
            _ => Vec::new(),
        }
    }

    /// The ways in which an atom may hold.
    fn ways_of(&self, id: AtomId, often: &[u32]) -> Vec<Needs> {
        let literals = |id: AtomId| {
            let each = self
                .facts_of(id)
                .into_iter()
                .map(|fact| often.get(fact as usize).copied().unwrap_or_default());
            vec![vec![Need { often: each.fold(0, u32::saturating_add), atoms: vec![id] }]]
        };
        match self.program.atoms.get(id as usize) {
            Some(Atom::Literals(_)) => literals(id),
            Some(Atom::Regex { guard: Some(guard), .. }) => of_node(guard, &literals),
            _ => vec![Vec::new()],
        }
    }

    /// By fact: how often it is there, roughly.
    fn often(&self) -> Vec<u32> {
        let asked = |fact: FactId| self.asked.get(fact as usize).copied().unwrap_or_default();
        let facts =
            || self.facts.iter().map(|((slot, literal), fact)| (self.is(*slot, IMAGE), literal, *fact));
        let programs = facts().filter(|(image, ..)| *image);
        let programs: HashMap<_, _> = programs
            .filter_map(|(_, literal, fact)| Some((literal.name()?.get(1..)?, asked(fact))))
            .collect();
        let mut often = vec![0; self.asked.len()];
        for (image, literal, fact) in facts() {
            let program = programs.get(literal.value.trim()).copied().unwrap_or_default();
            let guess = if image { of_name(asked(fact)) } else { of_literal(literal, asked(fact) + program) };
            if let Some(own) = often.get_mut(fact as usize) {
                *own = guess;
            }
        }
        often
    }
}

/// Fields that often have one text are searched in one pass, for the literals of all; the others apart, so that each is
/// searched for its own alone.
fn search(field: &str) -> u8 {
    match field {
        IMAGE => 1,
        COMMAND_TEXT => 2,
        "RedirectTarget" => 3,
        _ => 0,
    }
}

//! The rules of one target, ready to be asked.

use std::collections::HashMap;

use foldhash::fast::RandomState;
use rsigma_eval::CompiledRule;

use super::anchor::{Need, of_node, ways};
use super::atom::{Atom, AtomId, Literal};
use super::compile::{Form, compile};
use super::literals::{Literals, Search};
use super::slot::{MAX_SLOTS, Slot};
use super::tree::{Condition, Node};

/// The field whose literals are nearly all names of programs.
pub(super) const IMAGE: &str = "Image";

/// Fields that rules ask for only beside others, which are asked first.
const SELDOM: [&str; 4] = ["ParentImage", "PipedFrom", "CurrentDirectory", "User"];

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

/// One way in which a rule may match: unless of each of these sets of atoms one holds, it does not.
#[derive(Debug)]
pub(super) struct Way {
    pub(super) rule: u32,
    /// Without the set that the way is found by.
    pub(super) needs: Box<[Box<[AtomId]>]>,
}

/// The rules of one target.
#[derive(Default)]
pub(crate) struct Program {
    pub(super) fields: Vec<String>,
    pub(super) atoms: Vec<Atom>,
    pub(super) rules: Vec<Formula>,
    pub(super) ways: Vec<Way>,
    /// By atom: the ways that are open when it holds.
    pub(super) anchored: Vec<Vec<u32>>,
    /// The rules that may match when no literal is there.
    pub(super) always: Vec<u32>,
    /// Atoms that guard regular expressions hold in a text with `ſ`: it may be an `s` to them.
    pub(super) guards: Vec<AtomId>,
    pub(super) literals: Vec<Literals>,
    /// The atoms that hold when the program has this name, a slash before it.
    pub(super) names: HashMap<Box<str>, Vec<AtomId>, RandomState>,
    /// Rules that cannot be a formula, by their place in the pack.
    pub(super) whole: Vec<(usize, CompiledRule)>,
}

impl Program {
    /// May the rule at this place match without any literal?
    pub(crate) fn asks_always(&self, rule: usize) -> bool {
        let mut always = self.always.iter().filter_map(|number| self.rules.get(*number as usize));
        always.any(|formula| formula.place == rule) || self.whole.iter().any(|(place, _)| *place == rule)
    }
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
        let (atoms, shortest) = (&self.program.atoms, &self.shortest);
        let literals = |id: AtomId| {
            let length = shortest.get(id as usize).copied().unwrap_or_default();
            vec![vec![Need { length, atoms: vec![id] }]]
        };
        let of_atom = |id: AtomId| match atoms.get(id as usize) {
            Some(Atom::Literals) => literals(id),
            Some(Atom::Regex { guard: Some(guard), .. }) => of_node(guard, &literals),
            _ => vec![Vec::new()],
        };
        let conditions = rule.conditions.iter();
        let ways: Vec<_> =
            conditions.flat_map(|condition| ways(condition, &rule.selections, &of_atom)).collect();
        if ways.iter().any(Vec::is_empty) {
            return self.program.always.push(number);
        }
        for way in ways {
            let place = u32::try_from(self.program.ways.len()).unwrap_or(u32::MAX);
            let mut needs = way.into_iter();
            for atom in needs.next().into_iter().flat_map(|anchor| anchor.atoms) {
                if let Some(ways) = self.program.anchored.get_mut(atom as usize) {
                    ways.push(place);
                }
            }
            let needs = needs.map(|need| need.atoms.into()).collect();
            self.program.ways.push(Way { rule: number, needs });
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

    /// A field that rules ask only after others.
    pub(super) fn is_seldom(&self, slot: Slot) -> bool {
        self.program.fields.get(usize::from(slot)).is_some_and(|field| SELDOM.contains(&field.as_str()))
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
        if guard {
            self.program.guards.push(atom);
        }
        self.known.insert(key, atom);
        self.literals.extend(literals.into_iter().map(|literal| (slot, literal, atom)));
        atom
    }

    /// An atom of any other kind; `key` tells it from all others, where it may come again.
    pub(super) fn atom(&mut self, key: Option<String>, atom: Atom) -> AtomId {
        if let Some(known) = key.as_ref().and_then(|key| self.known.get(key)) {
            return *known;
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
            Some(Atom::Words { .. }) => 1,
            Some(Atom::Regex { .. }) => 2,
            Some(Atom::Library(_)) => 3,
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
        let mut finders: HashMap<bool, Search> = HashMap::new();
        for (slot, literal, atom) in self.literals {
            let program_name = program.fields.get(usize::from(slot)).is_some_and(|field| field == IMAGE);
            match literal.name().filter(|_| program_name) {
                Some(name) => program.names.entry(name.into()).or_default().push(atom),
                None => finders.entry(program_name).or_default().add(slot, literal, atom),
            }
        }
        program.literals = finders.into_values().flat_map(Search::finish).collect();
        program
    }
}

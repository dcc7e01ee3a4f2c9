//! Values as numbers, and who has them.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use vespid_model::Observable;
use vespid_model::id::AttackerId;

use crate::weight::{Class, NEIGHBOURS, step};

/// Every value that somebody has. A token is a place in it; what depends on the number of a token depends on the order
/// of arrival, and must not be seen outside.
#[derive(Default)]
pub(crate) struct Tokens {
    seen: HashMap<Arc<Observable>, u32>,
    bands: HashMap<u64, u32>,
    entries: Vec<Entry>,
    free: Vec<u32>,
    /// How many attackers there are.
    attackers: usize,
}

struct Entry {
    name: Name,
    class: Class,
    /// The same everywhere.
    hash: u64,
    /// Nodes. A set, because millions may have it, and any of them may go.
    holders: BTreeSet<u32>,
    /// Of keys and wallets: the same nodes in the order of their ids.
    ring: BTreeMap<AttackerId, u32>,
}

#[derive(Clone)]
enum Name {
    Seen(Arc<Observable>),
    Band(u64),
}

impl Tokens {
    /// There are so many attackers from now on. Does that change what values say?
    pub(crate) fn count(&mut self, attackers: usize) -> bool {
        let before = std::mem::replace(&mut self.attackers, attackers);
        step(before) != step(attackers)
    }

    /// The token of a value, which nobody need have yet.
    pub(crate) fn intern(&mut self, observable: &Observable) -> u32 {
        if let Some(token) = self.seen.get(observable) {
            return *token;
        }
        let name = Arc::new(observable.clone());
        let bytes = observable.id();
        let hash = bytes.as_bytes().iter().take(8).fold(0, |hash, byte| hash << 8 | u64::from(*byte));
        let token = self.add(Name::Seen(Arc::clone(&name)), Class::of(observable), hash);
        self.seen.insert(name, token);
        token
    }

    /// The token of a band of a set of command shapes.
    pub(crate) fn intern_band(&mut self, band: u64) -> u32 {
        if let Some(token) = self.bands.get(&band) {
            return *token;
        }
        let token = self.add(Name::Band(band), Class::Habit, band);
        self.bands.insert(band, token);
        token
    }

    /// The token of a value that somebody has or is about to have.
    pub(crate) fn find(&self, observable: &Observable) -> Option<u32> {
        self.seen.get(observable).copied()
    }

    fn add(&mut self, name: Name, class: Class, hash: u64) -> u32 {
        let entry = Entry { name, class, hash, holders: BTreeSet::new(), ring: BTreeMap::new() };
        if let Some(token) = self.free.pop() {
            self.entries[token as usize] = entry;
            return token;
        }
        self.entries.push(entry);
        u32::try_from(self.entries.len() - 1).expect("fewer than four thousand million values")
    }

    /// This node has it from now on. Did its step change?
    pub(crate) fn hold(&mut self, token: u32, node: u32, id: AttackerId) -> bool {
        let entry = &mut self.entries[token as usize];
        let before = step(entry.holders.len());
        entry.holders.insert(node);
        if entry.class.is_owner() {
            entry.ring.insert(id, node);
        }
        step(entry.holders.len()) != before
    }

    /// This node has it no longer. Did its step change?
    pub(crate) fn release(&mut self, token: u32, node: u32, id: AttackerId) -> bool {
        let entry = &mut self.entries[token as usize];
        let before = step(entry.holders.len());
        entry.holders.remove(&node);
        entry.ring.remove(&id);
        step(entry.holders.len()) != before
    }

    /// Forgets a value that nobody has.
    pub(crate) fn forget_unheld(&mut self, token: u32) {
        let entry = &mut self.entries[token as usize];
        if !entry.holders.is_empty() {
            return;
        }
        let gone = match &entry.name {
            Name::Seen(name) => self.seen.remove(name),
            Name::Band(band) => self.bands.remove(band),
        };
        if gone.is_some() {
            self.free.push(token);
        }
    }

    /// Who has it, ascending by node.
    pub(crate) fn holders(&self, token: u32) -> &BTreeSet<u32> {
        &self.entries[token as usize].holders
    }

    /// Who has this key or wallet, by id.
    pub(crate) fn ring(&self, token: u32) -> impl Iterator<Item = u32> {
        self.entries[token as usize].ring.values().copied()
    }

    /// The holders of this key or wallet that stand next to an id on both sides.
    pub(crate) fn beside(&self, token: u32, id: AttackerId) -> impl Iterator<Item = u32> {
        use std::ops::Bound::{Excluded, Unbounded};
        let ring = &self.entries[token as usize].ring;
        let before = ring.range(..id).rev().take(NEIGHBOURS);
        let after = ring.range((Excluded(id), Unbounded)).take(NEIGHBOURS);
        before.chain(after).map(|(_, node)| *node)
    }

    pub(crate) fn class(&self, token: u32) -> Class {
        self.entries[token as usize].class
    }

    pub(crate) fn hash(&self, token: u32) -> u64 {
        self.entries[token as usize].hash
    }

    /// What the value says as often as it is there now.
    pub(crate) fn weight(&self, token: u32) -> u32 {
        let entry = &self.entries[token as usize];
        entry.class.weight(entry.holders.len(), self.attackers)
    }

    /// The value; a band has none.
    pub(crate) fn observable(&self, token: u32) -> Option<&Observable> {
        match &self.entries[token as usize].name {
            Name::Seen(observable) => Some(observable),
            Name::Band(_) => None,
        }
    }

    /// The tokens that somebody has.
    pub(crate) fn held(&self) -> impl Iterator<Item = u32> {
        (0..).zip(&self.entries).filter(|(_, entry)| !entry.holders.is_empty()).map(|(token, _)| token)
    }
}

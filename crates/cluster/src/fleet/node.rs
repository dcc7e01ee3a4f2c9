//! One attacker as the fleet keeps it.

use std::collections::{BTreeMap, BTreeSet};

use vespid_model::features::Stay;
use vespid_model::id::AttackerId;
use vespid_model::{Features, TacticId, UtcMicros};

use crate::components::Owners;
use crate::mix;
use crate::shared;
use crate::token::Tokens;
use crate::weight::{Class, HOLDERS, KEPT, SELECTED, SESSIONS, SHAPES};

/// An attacker. All lists of tokens ascend.
pub(crate) struct Node {
    pub(crate) id: AttackerId,
    pub(crate) first_seen: UtcMicros,
    pub(crate) last_seen: UtcMicros,
    /// All values but command shapes.
    pub(crate) values: Box<[u32]>,
    pub(crate) shapes: Box<[u32]>,
    pub(crate) bands: Box<[u32]>,
    /// What was seen together; kept only where it may show several hands.
    pub(crate) sessions: Box<[Box<[u32]>]>,
    /// By decoy, one each.
    pub(crate) stays: Box<[Stay]>,
    /// Keys and wallets: has it any?
    owns: [bool; 2],
    /// Values and sessions that were too many.
    pub(crate) dropped: usize,

    /// What it is compared by.
    pub(crate) selected: Box<[u32]>,
    /// Several hands?
    pub(crate) shared: bool,
    pub(crate) edges: Vec<Half>,
    /// Whom its identity begins with; None until the fleet is settled.
    pub(crate) founder: Option<AttackerId>,
    /// Waits to be looked at again.
    pub(crate) stirred: bool,
}

/// An edge as seen from one end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Half {
    pub(crate) other: u32,
    pub(crate) score: u32,
    /// Enough even if keys differ.
    pub(crate) certain: bool,
    /// One of its ends has several hands.
    pub(crate) withheld: bool,
}

impl Node {
    /// Reads an attacker. Nothing is held yet, and nothing selected.
    pub(crate) fn new(features: &Features, tokens: &mut Tokens) -> Self {
        let (mut values, mut shapes): (BTreeMap<Class, BTreeMap<u64, u32>>, BTreeMap<u64, u32>) =
            Default::default();
        for observable in &features.observables {
            let (token, class) = (tokens.intern(observable), Class::of(observable));
            let kept = if class == Class::Shape { &mut shapes } else { values.entry(class).or_default() };
            kept.insert(tokens.hash(token), token);
        }
        let mut dropped = 0;
        for kept in values.values_mut().chain([&mut shapes]) {
            while kept.len() > KEPT {
                let over = kept.pop_last();
                if let Some((_, token)) = over {
                    tokens.forget_unheld(token);
                }
                dropped += 1;
            }
        }
        let mut bands = Vec::new();
        if shapes.len() >= SHAPES {
            let hashes: Vec<u64> = shapes.keys().copied().collect();
            bands.extend(mix::bands(&hashes).map(|band| tokens.intern_band(band)));
        }
        let mut stays = features.stays.clone();
        stays.sort_by(|a, b| order(a).cmp(&order(b)));
        stays.dedup_by(|a, b| a.decky == b.decky);
        let mut node = Self {
            id: features.attacker,
            first_seen: features.first_seen,
            last_seen: features.last_seen,
            values: ascending(values.values().flat_map(BTreeMap::values).copied()),
            shapes: ascending(shapes.values().copied()),
            bands: ascending(bands),
            sessions: Box::default(),
            stays: stays.into(),
            owns: [Class::SshKey, Class::Wallet].map(|class| values.contains_key(&class)),
            dropped,
            selected: Box::default(),
            shared: false,
            edges: Vec::new(),
            founder: None,
            stirred: false,
        };
        if shared::may_be_shared(tokens, &node.values) {
            node.read_sessions(features, tokens);
        }
        node
    }

    fn read_sessions(&mut self, features: &Features, tokens: &Tokens) {
        let mut sets = BTreeMap::new();
        for session in &features.sessions {
            let tokens_seen = session.iter().filter_map(|observable| tokens.find(observable));
            let set = ascending(tokens_seen.filter(|token| self.values.binary_search(token).is_ok()));
            let mut hashes: Vec<u64> = set.iter().map(|token| tokens.hash(*token)).collect();
            hashes.sort_unstable();
            sets.insert(hashes, set);
        }
        let (sessions, over) = shared::bounded(sets, SESSIONS);
        self.sessions = sessions.into();
        self.dropped += over;
    }

    /// Every token that it holds.
    pub(crate) fn held(&self) -> impl Iterator<Item = u32> {
        self.values.iter().chain(&self.shapes).chain(&self.bands).copied()
    }

    /// Decides anew what it is compared by, and whether it has several hands.
    pub(crate) fn look(&mut self, tokens: &Tokens) {
        let mut best: Vec<_> = self.seeking(tokens).collect();
        if best.len() > SELECTED {
            best.sort_by_key(|token| (u32::MAX - tokens.weight(*token), tokens.hash(*token)));
            best.truncate(SELECTED);
        }
        self.selected = ascending(best);
        self.shared = !self.sessions.is_empty() && shared::is_shared(tokens, &self.sessions);
    }

    /// What it could be compared by.
    pub(crate) fn seeking(&self, tokens: &Tokens) -> impl Iterator<Item = u32> {
        self.values.iter().chain(&self.bands).copied().filter(|token| seeks(tokens, *token))
    }

    /// Both have keys, or both have wallets; for two that have neither in common.
    pub(crate) const fn owners_differ(&self, other: &Self) -> bool {
        self.owns[0] && other.owns[0] || self.owns[1] && other.owns[1]
    }

    /// The keys and wallets that it is known by; None without any.
    pub(crate) fn owners(&self, tokens: &Tokens) -> Option<Owners> {
        if self.owns == [false; 2] {
            return None;
        }
        let of = |class| self.values.iter().copied().filter(|token| tokens.class(*token) == class).collect();
        Some(Owners { keys: of(Class::SshKey), wallets: of(Class::Wallet) })
    }
}

/// Is a value one to look for pairs with?
fn seeks(tokens: &Tokens, token: u32) -> bool {
    let (class, holders) = (tokens.class(token), tokens.holders(token).len());
    class.seeks() && holders > 1 && (holders <= HOLDERS || class.is_owner()) && tokens.weight(token) > 0
}

fn order(stay: &Stay) -> (&str, UtcMicros, UtcMicros, Option<TacticId>, Option<TacticId>) {
    (&stay.decky, stay.first, stay.last, stay.begins, stay.ends)
}

fn ascending(tokens: impl IntoIterator<Item = u32>) -> Box<[u32]> {
    tokens.into_iter().collect::<BTreeSet<_>>().into_iter().collect()
}

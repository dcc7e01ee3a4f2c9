//! The fleet: every attacker, what was observed with it, and whose hands it is.

mod identity;
mod node;
mod regroup;
mod settle;
mod why;

use std::collections::{BTreeMap, HashMap, HashSet};

use vespid_model::Features;
use vespid_model::features::Verdict;
use vespid_model::id::AttackerId;

pub use identity::{Counts, Identity};
pub use settle::{Settled, Work};
pub use why::{Apart, Edge, State, Why};

pub(crate) use node::{Half, Node};

use crate::token::Tokens;

/// Attackers, compared and grouped. Changes are put in, and [`Fleet::settle`] works them out.
///
/// What it says is a function of the attackers and verdicts that are in it: order and batches do not matter.
#[derive(Default)]
pub struct Fleet {
    pub(crate) tokens: Tokens,
    pub(crate) nodes: Vec<Option<Node>>,
    by_id: HashMap<AttackerId, u32>,
    /// Places of nobody.
    free: Vec<u32>,
    /// Places that are free when the fleet is settled.
    vacated: Vec<u32>,
    /// By both ids, the smaller first.
    verdicts: BTreeMap<(AttackerId, AttackerId), bool>,
    /// Identities of more than one attacker, by their founder. Members in the order of their first event.
    members: HashMap<AttackerId, Vec<u32>>,

    /// Nodes to be compared again.
    stirred: Vec<u32>,
    /// Nodes to be grouped again.
    touched: HashSet<u32>,
    /// Edges that went with them.
    lost: Vec<(AttackerId, AttackerId)>,
    /// Attackers that were taken out since the fleet was settled, with the founders of their identities.
    removed: HashMap<AttackerId, AttackerId>,
}

impl Fleet {
    /// A fleet of these, settled.
    pub fn of(attackers: impl IntoIterator<Item = Features>, verdicts: &[Verdict<AttackerId>]) -> Self {
        let mut fleet = Self::default();
        attackers.into_iter().for_each(|attacker| fleet.put(&attacker));
        fleet.judge(verdicts);
        fleet.settle();
        fleet
    }

    /// Puts an attacker in, in place of what was known of it.
    pub fn put(&mut self, features: &Features) {
        let mut node = Node::new(features, &mut self.tokens);
        let known = self.by_id.get(&node.id).copied();
        let place = known.unwrap_or_else(|| self.place());
        let before: HashSet<u32> = self.node(place).map(|node| node.held().collect()).unwrap_or_default();
        let after: HashSet<u32> = node.held().collect();
        if let Some(old) = self.nodes[place as usize].take() {
            (node.founder, node.stirred, node.edges) = (old.founder, old.stirred, old.edges);
        }
        let id = node.id;
        self.by_id.insert(id, place);
        self.nodes[place as usize] = Some(node);
        for token in after.difference(&before) {
            let stepped = self.tokens.hold(*token, place, id);
            self.stir_holders(*token, id, stepped);
        }
        for token in before.difference(&after) {
            self.let_go(*token, place, id);
        }
        self.stir(place);
        self.touched.insert(place);
    }

    /// Takes an attacker out. Nothing happens when it is not there.
    pub fn remove(&mut self, attacker: AttackerId) {
        let Some(place) = self.by_id.remove(&attacker) else { return };
        let Some(node) = self.nodes[place as usize].take() else { return };
        for half in &node.edges {
            self.touched.insert(half.other);
            if let Some(other) = self.nodes[half.other as usize].as_mut() {
                other.edges.retain(|back| back.other != place);
                self.lost.push(ordered(attacker, other.id));
            }
        }
        if let Some(founder) = node.founder {
            let with = self.members.get(&founder).into_iter().flatten().copied();
            self.touched.extend(with);
            self.removed.insert(attacker, founder);
        }
        for token in node.held() {
            self.let_go(token, place, attacker);
        }
        self.vacated.push(place);
    }

    /// Sets all that persons said of pairs of attackers; what was said before is gone. Of two verdicts about one pair "not
    /// the same" counts. Verdicts about attackers that are not there wait for them.
    pub fn judge(&mut self, verdicts: &[Verdict<AttackerId>]) {
        let mut now = BTreeMap::new();
        for Verdict { a, b, same } in verdicts {
            if a != b {
                *now.entry(ordered(*a, *b)).or_insert(true) &= same;
            }
        }
        let before = std::mem::replace(&mut self.verdicts, now);
        let changed = self.verdicts.iter().filter(|(pair, same)| before.get(pair) != Some(same));
        let gone = before.iter().filter(|(pair, _)| !self.verdicts.contains_key(pair));
        let ends = changed.chain(gone).flat_map(|((a, b), _)| [a, b]);
        self.touched.extend(ends.filter_map(|id| self.by_id.get(id)));
    }

    fn place(&mut self) -> u32 {
        if let Some(place) = self.free.pop() {
            return place;
        }
        self.nodes.push(None);
        u32::try_from(self.nodes.len() - 1).expect("fewer than four thousand million attackers")
    }

    fn let_go(&mut self, token: u32, place: u32, id: AttackerId) {
        let stepped = self.tokens.release(token, place, id);
        self.stir_holders(token, id, stepped);
        self.tokens.forget_unheld(token);
    }

    /// Whoever has a value is looked at again when its step changed; of a key or wallet, whoever stands next to the one
    /// that came or went.
    fn stir_holders(&mut self, token: u32, id: AttackerId, stepped: bool) {
        let nodes: Vec<u32> = if stepped {
            self.tokens.holders(token).iter().copied().collect()
        } else if self.tokens.class(token).is_owner() {
            self.tokens.beside(token, id).collect()
        } else {
            return;
        };
        for node in nodes {
            self.stir(node);
        }
    }

    fn stir(&mut self, place: u32) {
        if let Some(node) = self.nodes[place as usize].as_mut().filter(|node| !node.stirred) {
            node.stirred = true;
            self.stirred.push(place);
        }
    }

    pub(crate) fn node(&self, place: u32) -> Option<&Node> {
        self.nodes.get(place as usize)?.as_ref()
    }

    /// Every attacker with its place.
    pub(crate) fn live(&self) -> impl Iterator<Item = (u32, &Node)> {
        (0..).zip(&self.nodes).filter_map(|(place, node)| Some((place, node.as_ref()?)))
    }
}

/// The smaller first.
fn ordered<T: Ord>(a: T, b: T) -> (T, T) {
    if a <= b { (a, b) } else { (b, a) }
}

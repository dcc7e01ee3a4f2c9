//! What the fleet is when it is settled.

use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId};

use super::regroup::seniority;
use super::{Fleet, Node};
use crate::weight::{HOLDERS, SELECTED};

/// The same hands behind one attacker or several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Identity {
    /// Derived from the first member.
    pub id: IdentityId,
    /// In the order of their first event; the first one founds the identity.
    pub members: Vec<AttackerId>,
    /// Time of the first event.
    pub first_seen: UtcMicros,
    /// Time of the last event.
    pub last_seen: UtcMicros,
}

/// What there is, and what was left out because it was too much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Attackers.
    pub attackers: usize,
    /// Identities.
    pub identities: usize,
    /// Values that somebody has, command shapes among them.
    pub values: usize,
    /// Values that more than [`HOLDERS`] have, of which no pairs were made.
    pub too_common: usize,
    /// Attackers with more to compare by than [`crate::weight::SELECTED`] values.
    pub capped: usize,
    /// Values and sessions of attackers beyond [`crate::weight::KEPT`] and [`crate::weight::SESSIONS`].
    pub dropped: usize,
    /// Addresses of several hands.
    pub shared: usize,
    /// Pairs with enough evidence to join.
    pub edges: usize,
    /// Those of them that tie nothing, because an address has several hands.
    pub withheld: usize,
}

impl Fleet {
    /// Every identity, in the order of ids.
    pub fn identities(&self) -> Vec<Identity> {
        let founders = self.live().filter(|(_, node)| node.founder == Some(node.id));
        let mut identities: Vec<_> = founders.filter_map(|(place, _)| self.identity(place)).collect();
        identities.sort_by_key(|identity| identity.id);
        identities
    }

    /// The identity of an attacker; None when it is not there or was put in after the fleet was settled.
    pub fn identity_of(&self, attacker: AttackerId) -> Option<Identity> {
        self.identity(*self.by_id.get(&attacker)?)
    }

    /// Is this an address of several hands?
    pub fn is_shared(&self, attacker: AttackerId) -> bool {
        self.by_id.get(&attacker).and_then(|place| self.node(*place)).is_some_and(|node| node.shared)
    }

    fn identity(&self, place: u32) -> Option<Identity> {
        let node = self.node(place)?;
        let founder = node.founder?;
        let nodes: Vec<&Node> = match self.members.get(&founder) {
            Some(places) => places.iter().filter_map(|place| self.node(*place)).collect(),
            None => vec![node],
        };
        Some(Identity {
            id: IdentityId::derive(founder),
            members: nodes.iter().map(|node| node.id).collect(),
            first_seen: nodes.iter().map(|node| node.first_seen).min()?,
            last_seen: nodes.iter().map(|node| node.last_seen).max()?,
        })
    }

    /// Counts what there is and what was left out.
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (place, node) in self.live() {
            counts.attackers += 1;
            counts.identities += usize::from(node.founder == Some(node.id));
            counts.capped += usize::from(node.seeking(&self.tokens).count() > SELECTED);
            counts.dropped += node.dropped;
            counts.shared += usize::from(node.shared);
            for half in node.edges.iter().filter(|half| half.other > place) {
                counts.edges += 1;
                counts.withheld += usize::from(half.withheld);
            }
        }
        for token in self.tokens.held() {
            let class = self.tokens.class(token);
            counts.values += usize::from(self.tokens.observable(token).is_some());
            let common = class.seeks() && !class.is_owner() && self.tokens.holders(token).len() > HOLDERS;
            counts.too_common += usize::from(common);
        }
        counts
    }

    /// Places of an identity's nodes, by seniority.
    pub(crate) fn places(&self, place: u32) -> Vec<u32> {
        let founder = self.node(place).and_then(|node| node.founder);
        founder.and_then(|founder| self.members.get(&founder)).cloned().unwrap_or_else(|| vec![place])
    }

    /// The places of the identities' founders, by seniority.
    pub(crate) fn founders(&self) -> Vec<u32> {
        let mut founders: Vec<_> = self.live().filter(|(_, node)| node.founder == Some(node.id)).collect();
        founders.sort_by_key(|(_, node)| seniority(node));
        founders.into_iter().map(|(place, _)| place).collect()
    }
}

//! Why two attackers are the same hands, or why not.

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt;

use vespid_model::id::AttackerId;

use super::{Fleet, Node, ordered};
use crate::evidence::{self, Evidence};
use crate::weight::{HOLDERS, JOINS};

/// Two attackers with enough in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Edge {
    /// The smaller id.
    pub a: AttackerId,
    /// The other.
    pub b: AttackerId,
    /// Does it tie them?
    pub state: State,
    /// What they have in common.
    pub evidence: Evidence,
}

/// Does an edge tie its ends?
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// They are one identity.
    Joins,
    /// They are one identity because a person said so of these two.
    Told,
    /// They are not, for this reason.
    Withheld(Apart),
}

/// Why two attackers are not the same hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Apart {
    /// They have too little in common.
    TooLittle,
    /// This address is used by several hands.
    SharedAddress(AttackerId),
    /// A person said so.
    Said,
    /// A person said of these two that they are not the same, and they belong to the identities of the two.
    SaidOf(AttackerId, AttackerId),
    /// Their identities are known by different keys or wallets, and what they share is no proof.
    OtherOwners,
    /// They would be joined, but are not compared: what they share is beyond the caps.
    NotCompared,
}

/// The answer to "why are these the same, or not?".
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// No such attacker.
    Unknown(AttackerId),
    /// The same hands: the way from one to the other, one edge or several.
    Same(Vec<Edge>),
    /// Not the same hands.
    Apart {
        /// What they have in common all the same.
        evidence: Evidence,
        /// Why that is not enough.
        reason: Apart,
    },
}

impl Fleet {
    /// Why two attackers are the same hands, or why not.
    pub fn why(&self, a: AttackerId, b: AttackerId) -> Why {
        let (Some(from), Some(to)) = (self.by_id.get(&a), self.by_id.get(&b)) else {
            return Why::Unknown(if self.by_id.contains_key(&a) { b } else { a });
        };
        let path = self.path(*from, *to);
        if let Some(path) = path {
            return Why::Same(path.windows(2).filter_map(|pair| self.edge_of(pair[0], pair[1])).collect());
        }
        match (self.node(*from), self.node(*to)) {
            (Some(one), Some(other)) => Why::Apart {
                evidence: evidence::explain(&self.tokens, one, other),
                reason: self.apart(*to, one, other),
            },
            _ => Why::Unknown(a),
        }
    }

    /// Every pair that has enough in common, in the order of ids. Of a key or wallet that many have, these are some of its
    /// pairs; [`Fleet::why`] answers for all.
    pub fn edges(&self) -> impl Iterator<Item = Edge> {
        let mut places: Vec<_> = self.live().collect();
        places.sort_by_key(|(_, node)| node.id);
        places.into_iter().flat_map(move |(place, node)| {
            let mut others: Vec<_> =
                node.edges.iter().filter_map(|half| Some((self.node(half.other)?.id, half.other))).collect();
            others.retain(|(id, _)| *id > node.id);
            others.sort_unstable();
            others.into_iter().filter_map(move |(_, other)| self.edge_of(place, other))
        })
    }

    /// The edges of an attacker.
    pub fn edges_of(&self, attacker: AttackerId) -> Vec<Edge> {
        let Some(place) = self.by_id.get(&attacker) else { return Vec::new() };
        let halves = self.node(*place).map(|node| node.edges.as_slice()).unwrap_or_default();
        halves.iter().filter_map(|half| self.edge_of(*place, half.other)).collect()
    }

    /// Pairs that a person called the same and that are not one identity: another verdict stands against it.
    pub fn contradictions(&self) -> Vec<(AttackerId, AttackerId)> {
        let nodes = self.said(true).filter_map(|(a, b)| Some((self.node(a)?, self.node(b)?)));
        nodes.filter(|(a, b)| a.founder != b.founder).map(|(a, b)| ordered(a.id, b.id)).collect()
    }

    /// What two attackers have in common, be it enough or not; None when one of them is not there.
    pub fn edge(&self, a: AttackerId, b: AttackerId) -> Option<Edge> {
        self.edge_of(*self.by_id.get(&a)?, *self.by_id.get(&b)?)
    }

    fn edge_of(&self, from: u32, to: u32) -> Option<Edge> {
        let (one, other) = (self.node(from)?, self.node(to)?);
        let (a, b) = ordered(one.id, other.id);
        let evidence = evidence::explain(&self.tokens, one, other);
        let told = self.verdicts.get(&(a, b)) == Some(&true);
        let state = if one.founder != other.founder {
            State::Withheld(self.apart(to, one, other))
        } else if told {
            State::Told
        } else {
            State::Joins
        };
        Some(Edge { a, b, state, evidence })
    }

    fn apart(&self, to: u32, one: &Node, other: &Node) -> Apart {
        let verdict = self.verdicts.get(&ordered(one.id, other.id));
        if verdict == Some(&false) {
            return Apart::Said;
        }
        let weighed = evidence::weigh(&self.tokens, one, other);
        if verdict.is_none() && weighed.score < JOINS {
            return Apart::TooLittle;
        }
        if let (None, Some(shared)) = (verdict, [one, other].into_iter().find(|node| node.shared)) {
            return Apart::SharedAddress(shared.id);
        }
        let across = |a: &Node, b: &Node| (a.founder, b.founder) == (one.founder, other.founder);
        let mut said = self.said(false).filter_map(|(a, b)| Some((self.node(a)?, self.node(b)?)));
        if let Some((a, b)) = said.find(|(a, b)| across(a, b) || across(b, a)) {
            return Apart::SaidOf(a.id, b.id);
        }
        if one.edges.iter().any(|half| half.other == to && !half.certain) {
            return Apart::OtherOwners;
        }
        Apart::NotCompared
    }

    /// The shortest way between two nodes of one identity.
    fn path(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let founder = self.node(from)?.founder;
        if founder.is_none() || self.node(to)?.founder != founder {
            return None;
        }
        let mut same: HashMap<u32, Vec<u32>> = HashMap::new();
        for (a, b) in self.said(true) {
            same.entry(a).or_default().push(b);
            same.entry(b).or_default().push(a);
        }
        let mut came_from: HashMap<u32, u32> = [(from, from)].into();
        let mut waiting: VecDeque<u32> = [from].into();
        // A key that many have is a step to each of them, and is taken once.
        let mut walked: HashSet<u32> = HashSet::new();
        while let Some(place) = waiting.pop_front().filter(|_| !came_from.contains_key(&to)) {
            let Some(node) = self.node(place) else { continue };
            let tied = node.edges.iter().filter(|half| !half.withheld).map(|half| half.other);
            let said = same.get(&place).into_iter().flatten().copied();
            let many = node.values.iter().copied().filter(|token| {
                let many =
                    self.tokens.class(*token).is_owner() && self.tokens.holders(*token).len() > HOLDERS;
                many && !node.shared && walked.insert(*token)
            });
            let many: Vec<u32> = many.collect();
            let over_many = many.iter().flat_map(|token| self.tokens.ring(*token));
            let over_many = over_many.filter(|other| self.node(*other).is_some_and(|other| !other.shared));
            for next in tied.chain(said).chain(over_many) {
                if self.node(next).is_some_and(|node| node.founder == founder)
                    && !came_from.contains_key(&next)
                {
                    came_from.insert(next, place);
                    waiting.push_back(next);
                }
            }
        }
        let mut path = vec![to];
        while path.last() != Some(&from) {
            path.push(*came_from.get(path.last()?)?);
        }
        path.reverse();
        Some(path)
    }
}

impl fmt::Display for Apart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLittle => f.write_str("That is too little."),
            Self::SharedAddress(_) => f.write_str(
                "It ties nothing: the keys of one address fall into groups that were never seen in one session and came \
                 with different clients, so several hands use that address.",
            ),
            Self::Said => f.write_str("A person said that they are not the same."),
            Self::SaidOf(a, b) => write!(f, "A person said that {a} and {b} are not the same, and each is with one of them."),
            Self::OtherOwners => {
                f.write_str("Their identities are known by different keys or wallets, and this is no proof against that.")
            }
            Self::NotCompared => f.write_str("They were not compared: what they share is beyond the caps."),
        }
    }
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown(attacker) => write!(f, "There is no attacker {attacker}."),
            Self::Same(path) if path.is_empty() => f.write_str("They are one address."),
            Self::Same(path) => {
                let steps = path.len();
                if steps > 1 {
                    write!(f, "The same hands, in {steps} steps. ")?;
                } else {
                    write!(f, "The same hands. ")?;
                }
                for (place, edge) in path.iter().enumerate() {
                    if steps > 1 {
                        write!(
                            f,
                            "{}{}: {} and {}. ",
                            if place > 0 { " " } else { "" },
                            place + 1,
                            edge.a,
                            edge.b
                        )?;
                    }
                    if edge.state == State::Told {
                        f.write_str("A person said so. ")?;
                    }
                    f.write_str(&edge.evidence.sentence)?;
                }
                Ok(())
            }
            Self::Apart { evidence, reason } => {
                write!(f, "Not the same hands. {} {reason}", evidence.sentence)
            }
        }
    }
}

//! Working out what changed: compare again whoever was stirred, group again whoever's edges changed.

use std::mem;

use vespid_model::id::{AttackerId, IdentityId};

use super::{Fleet, Half, Node, ordered};
use crate::change::Changes;
use crate::evidence;
use crate::weight::{HOLDERS, JOINS};

/// What settling changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Settled {
    /// What became of identities since the fleet was last settled.
    pub changes: Changes<AttackerId, IdentityId>,
    /// Pairs that have no longer enough in common, or whose score is another one now; in the order of ids.
    pub edges_gone: Vec<(AttackerId, AttackerId)>,
    /// Pairs that have enough in common now, or whose score is another one. Whether they are tied is said by their
    /// identities.
    pub edges_new: Vec<(AttackerId, AttackerId)>,
    /// What it took.
    pub work: Work,
}

/// What settling took.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Work {
    /// Attackers whose pairs were looked for.
    pub compared: usize,
    /// Pairs that were weighed.
    pub pairs: usize,
    /// Attackers that were grouped again.
    pub regrouped: usize,
}

/// An edge with its ends, the smaller place first.
type Whole = (u32, Half);

impl Fleet {
    /// Works out what was put in, taken out and said since the last time.
    pub fn settle(&mut self) -> Settled {
        if self.tokens.count(self.by_id.len()) {
            let all: Vec<u32> = self.live().map(|(place, _)| place).collect();
            for place in all {
                self.stir(place);
            }
        }
        let mut stirred = mem::take(&mut self.stirred);
        stirred.retain(|place| self.node(*place).is_some());
        let mut work = Work { compared: stirred.len(), ..Work::default() };
        for place in &stirred {
            if let Some(node) = &mut self.nodes[*place as usize] {
                node.look(&self.tokens);
            }
        }
        let before = self.detach(&stirred);
        let after = self.compare(&stirred, &mut work.pairs);
        let (gone, new) = changed(before, after.clone());
        self.touched.extend(gone.iter().chain(&new).flat_map(|(place, half)| [*place, half.other]));
        self.attach(&after);
        let (mut edges_gone, edges_new) = (self.named(&gone), self.named(&new));
        edges_gone.append(&mut self.lost);
        edges_gone.sort_unstable();
        edges_gone.dedup();
        for place in stirred {
            if let Some(node) = &mut self.nodes[place as usize] {
                node.stirred = false;
            }
        }
        let moved = self.regroup();
        work.regrouped = moved.len();
        self.free.append(&mut self.vacated);
        Settled { changes: Changes::between(moved, IdentityId::derive), edges_gone, edges_new, work }
    }

    /// Takes the edges off these nodes, on both ends.
    fn detach(&mut self, stirred: &[u32]) -> Vec<Whole> {
        let mut edges = Vec::new();
        for place in stirred {
            let Some(node) = &mut self.nodes[*place as usize] else { continue };
            for half in mem::take(&mut node.edges) {
                // The other end's half is gone with this one, so each edge is met once.
                if let Some(other) = &mut self.nodes[half.other as usize] {
                    other.edges.retain(|back| back.other != *place);
                }
                edges.push(whole(*place, half));
            }
        }
        edges
    }

    /// The edges of these nodes as they are now.
    fn compare(&self, stirred: &[u32], pairs: &mut usize) -> Vec<Whole> {
        let mut edges = Vec::new();
        let mut others = Vec::new();
        for place in stirred {
            let Some(node) = self.node(*place) else { continue };
            self.candidates(*place, node, &mut others);
            for place_of_other in &others {
                let Some(other) = self.node(*place_of_other) else { continue };
                // Of two stirred ones, the pair is looked at from the larger place.
                if other.stirred && place_of_other > place {
                    continue;
                }
                *pairs += 1;
                let weighed = evidence::weigh(&self.tokens, node, other);
                if weighed.score >= JOINS {
                    let half = Half {
                        other: *place_of_other,
                        score: weighed.score,
                        certain: weighed.certain || weighed.plain / 2 >= JOINS,
                        withheld: node.shared || other.shared,
                    };
                    edges.push(whole(*place, half));
                }
            }
        }
        edges
    }

    /// Who is compared with this node: whoever selected one of the values that it selected.
    fn candidates(&self, place: u32, node: &Node, found: &mut Vec<u32>) {
        found.clear();
        for token in &node.selected {
            let selected = |other: &u32| {
                let selected = self.node(*other).map(|other| other.selected.binary_search(token));
                *other != place && matches!(selected, Some(Ok(_)))
            };
            let holders = self.tokens.holders(*token);
            if holders.len() <= HOLDERS {
                found.extend(holders.iter().copied().filter(selected));
            } else {
                found.extend(self.tokens.beside(*token, node.id).filter(selected));
            }
        }
        found.sort_unstable();
        found.dedup();
    }

    /// The ids of the ends, in their order.
    fn named(&self, edges: &[Whole]) -> Vec<(AttackerId, AttackerId)> {
        let id = |place: u32| Some(self.node(place)?.id);
        let pairs = edges.iter().filter_map(|(place, half)| Some(ordered(id(*place)?, id(half.other)?)));
        let mut pairs: Vec<_> = pairs.collect();
        pairs.sort_unstable();
        pairs
    }

    fn attach(&mut self, edges: &[Whole]) {
        for (place, half) in edges {
            for (from, to) in [(*place, half.other), (half.other, *place)] {
                if let Some(node) = &mut self.nodes[from as usize] {
                    node.edges.push(Half { other: to, ..*half });
                }
            }
        }
    }
}

fn whole(place: u32, half: Half) -> Whole {
    (place.min(half.other), Half { other: place.max(half.other), ..half })
}

/// What was there and is not, and what is there and was not.
fn changed(mut before: Vec<Whole>, mut after: Vec<Whole>) -> (Vec<Whole>, Vec<Whole>) {
    before.sort_unstable();
    after.sort_unstable();
    let only_in = |a: &[Whole], b: &[Whole]| {
        a.iter().filter(|edge| b.binary_search(edge).is_err()).copied().collect::<Vec<_>>()
    };
    (only_in(&before, &after), only_in(&after, &before))
}

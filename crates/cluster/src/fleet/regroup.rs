//! Grouping: the identities of whoever an edge or a verdict changed for.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::mem;

use vespid_model::id::{AttackerId, IdentityId};

use super::{Fleet, Half, Node};
use crate::change::Moved;
use crate::components::{self, Link};

/// Nodes that can only be grouped among themselves.
struct Region {
    nodes: Vec<u32>,
    /// Place in `nodes`.
    local: HashMap<u32, u32>,
}

impl Fleet {
    /// Groups again whoever was touched, with all that hangs on them. Where each of them was and is.
    pub(super) fn regroup(&mut self) -> Vec<Moved<AttackerId, IdentityId>> {
        let region = self.region();
        let mut removed = mem::take(&mut self.removed);
        for founder in removed.values() {
            self.members.remove(founder);
        }
        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (place, root) in region.nodes.iter().zip(self.joined(&region)) {
            groups.entry(root).or_default().push(*place);
        }
        let mut moved = Vec::new();
        for place in &region.nodes {
            if let Some(founder) = self.node(*place).and_then(|node| node.founder) {
                self.members.remove(&founder);
            }
        }
        for mut group in groups.into_values() {
            group.sort_by_key(|place| self.node(*place).map(seniority));
            let Some(founder) = group.first().and_then(|place| self.node(*place)).map(|node| node.id) else {
                continue;
            };
            let to = IdentityId::derive(founder);
            for place in &group {
                let Some(node) = &mut self.nodes[*place as usize] else { continue };
                // One that was taken out and came back was somewhere before.
                let before = node.founder.or(removed.remove(&node.id));
                removed.remove(&node.id);
                let from =
                    before.map(|before| if before == founder { to } else { IdentityId::derive(before) });
                node.founder = Some(founder);
                moved.push(Moved { member: node.id, from, to: Some(to) });
            }
            if group.len() > 1 {
                self.members.insert(founder, group);
            }
        }
        moved.extend(removed.into_iter().map(|(member, founder)| Moved {
            member,
            from: Some(IdentityId::derive(founder)),
            to: None,
        }));
        moved
    }

    /// The touched nodes and whatever is tied to them. Where a tie ended both ends are touched, so whole identities are in it.
    fn region(&mut self) -> Region {
        let mut same: HashMap<u32, Vec<u32>> = HashMap::new();
        for (a, b) in self.said(true) {
            same.entry(a).or_default().push(b);
            same.entry(b).or_default().push(a);
        }
        let mut waiting: Vec<u32> = mem::take(&mut self.touched).into_iter().collect();
        let mut region = Region { nodes: Vec::new(), local: HashMap::new() };
        while let Some(place) = waiting.pop() {
            let Some(node) = self.node(place) else { continue };
            let next = u32::try_from(region.nodes.len()).expect("no more than there are nodes");
            if region.local.contains_key(&place) {
                continue;
            }
            region.local.insert(place, next);
            region.nodes.push(place);
            let tied = node.edges.iter().filter(|half| !half.withheld).map(|half| half.other);
            let said = same.get(&place).into_iter().flatten().copied();
            waiting.extend(tied.chain(said).filter(|other| !region.local.contains_key(other)));
        }
        region
    }

    fn joined(&self, region: &Region) -> Vec<u32> {
        let local = |(a, b): (u32, u32)| Some((*region.local.get(&a)?, *region.local.get(&b)?));
        let apart: Vec<_> = self.said(false).filter_map(local).collect();
        let told = self.said(true).filter_map(local).map(|(a, b)| Link { a, b, certain: true });
        let mut edges = Vec::new();
        for place in &region.nodes {
            let Some(node) = self.node(*place) else { continue };
            for half in node.edges.iter().filter(|half| !half.withheld && half.other > *place) {
                edges.extend(self.node(half.other).map(|other| (strength(half, node, other), *place, *half)));
            }
        }
        edges.sort_unstable_by_key(|(strength, ..)| *strength);
        let tied = edges.into_iter().filter_map(|(_, place, half)| {
            let (a, b) = local((place, half.other))?;
            Some(Link { a, b, certain: half.certain })
        });
        let owners = region
            .nodes
            .iter()
            .filter_map(|place| Some((*region.local.get(place)?, self.node(*place)?.owners(&self.tokens)?)));
        components::join(region.nodes.len(), told.chain(tied), &apart, owners.collect())
    }

    /// The pairs of which a person said this, in the order of ids.
    pub(super) fn said(&self, wanted: bool) -> impl Iterator<Item = (u32, u32)> {
        let said = self.verdicts.iter().filter(move |(_, same)| **same == wanted);
        said.filter_map(|((a, b), _)| Some((*self.by_id.get(a)?, *self.by_id.get(b)?)))
    }
}

/// The stronger first, then by ids: nothing that depends on the order of arrival.
fn strength(half: &Half, a: &Node, b: &Node) -> (Reverse<u32>, AttackerId, AttackerId) {
    (Reverse(half.score), a.id.min(b.id), a.id.max(b.id))
}

/// Who was there first; of two at once, the smaller id.
pub(super) fn seniority(node: &Node) -> (vespid_model::UtcMicros, AttackerId) {
    (node.first_seen, node.id)
}

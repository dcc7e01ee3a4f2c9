//! Joining what belongs together, but never what is said to be apart.

use std::collections::{HashMap, HashSet};

/// A reason to join two nodes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Link {
    pub(crate) a: u32,
    pub(crate) b: u32,
    /// Enough to join hands that are known by different keys, or wallets?
    pub(crate) certain: bool,
}

/// The keys and wallets that a node, or a component, is known by.
#[derive(Debug, Clone, Default)]
pub(crate) struct Owners {
    pub(crate) keys: HashSet<u32>,
    pub(crate) wallets: HashSet<u32>,
}

/// Kruskal: takes the links in their order and joins what they tie, unless that would put two nodes of `apart`
/// together, directly or over others, or join owners that are known by different things on doubtful grounds.
/// The component of each node, named by one of its nodes.
pub(crate) fn join(
    nodes: usize,
    links: impl IntoIterator<Item = Link>,
    apart: &[(u32, u32)],
    owners: HashMap<u32, Owners>,
) -> Vec<u32> {
    let mut forest = Forest::new(nodes, apart, owners);
    for link in links {
        forest.join(link);
    }
    (0..).take(nodes).map(|node| forest.root(node)).collect()
}

struct Forest {
    parents: Vec<u32>,
    sizes: Vec<u32>,
    /// By root: the nodes that must stay out.
    enemies: HashMap<u32, Vec<u32>>,
    /// By root.
    owners: HashMap<u32, Owners>,
}

impl Forest {
    fn new(nodes: usize, apart: &[(u32, u32)], owners: HashMap<u32, Owners>) -> Self {
        let mut enemies: HashMap<u32, Vec<u32>> = HashMap::new();
        for (a, b) in apart {
            enemies.entry(*a).or_default().push(*b);
            enemies.entry(*b).or_default().push(*a);
        }
        Self { parents: (0..).take(nodes).collect(), sizes: vec![1; nodes], enemies, owners }
    }

    fn root(&mut self, mut node: u32) -> u32 {
        while self.parents[node as usize] != node {
            let above = self.parents[self.parents[node as usize] as usize];
            self.parents[node as usize] = above;
            node = above;
        }
        node
    }

    fn join(&mut self, link: Link) {
        let (mut large, mut small) = (self.root(link.a), self.root(link.b));
        if large == small || self.are_enemies(large, small) || !link.certain && self.differ(large, small) {
            return;
        }
        if self.sizes[large as usize] < self.sizes[small as usize] {
            (large, small) = (small, large);
        }
        self.parents[small as usize] = large;
        self.sizes[large as usize] += self.sizes[small as usize];
        if let Some(mut fewer) = self.enemies.remove(&small) {
            let more = self.enemies.entry(large).or_default();
            if more.len() < fewer.len() {
                std::mem::swap(more, &mut fewer);
            }
            more.append(&mut fewer);
        }
        if let Some(fewer) = self.owners.remove(&small) {
            let more = self.owners.entry(large).or_default();
            absorb(&mut more.keys, fewer.keys);
            absorb(&mut more.wallets, fewer.wallets);
        }
    }

    fn are_enemies(&mut self, a: u32, b: u32) -> bool {
        let count = |root| self.enemies.get(&root).map_or(0, Vec::len);
        let (few, other) = if count(a) <= count(b) { (a, b) } else { (b, a) };
        let Some(list) = self.enemies.remove(&few) else { return false };
        let found = list.iter().any(|node| self.root(*node) == other);
        self.enemies.insert(few, list);
        found
    }

    fn differ(&self, a: u32, b: u32) -> bool {
        match (self.owners.get(&a), self.owners.get(&b)) {
            (Some(a), Some(b)) => a.differ(b),
            _ => false,
        }
    }
}

impl Owners {
    /// Both have keys, or both have wallets, and nothing in common.
    pub(crate) fn differ(&self, other: &Self) -> bool {
        let both = |a: &HashSet<u32>, b: &HashSet<u32>| !a.is_empty() && !b.is_empty();
        (both(&self.keys, &other.keys) || both(&self.wallets, &other.wallets))
            && self.keys.is_disjoint(&other.keys)
            && self.wallets.is_disjoint(&other.wallets)
    }
}

fn absorb(more: &mut HashSet<u32>, mut fewer: HashSet<u32>) {
    if more.len() < fewer.len() {
        std::mem::swap(more, &mut fewer);
    }
    more.extend(fewer);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sure(a: u32, b: u32) -> Link {
        Link { a, b, certain: true }
    }

    #[test]
    fn what_is_apart_stays_apart_over_others() {
        let roots = join(4, [sure(0, 1), sure(2, 3), sure(1, 2)], &[(0, 3)], HashMap::new());
        assert_eq!(roots[0], roots[1]);
        assert_eq!(roots[2], roots[3]);
        assert_ne!(roots[0], roots[3]);
    }

    #[test]
    fn owners_with_other_keys_need_certainty() {
        let key = |key| Owners { keys: [key].into(), wallets: HashSet::new() };
        let owners: HashMap<_, _> = [(0, key(7)), (2, key(8))].into();
        let doubtful = [Link { certain: false, ..sure(0, 1) }, Link { certain: false, ..sure(1, 2) }];
        let roots = join(3, doubtful, &[], owners.clone());
        assert!(roots[0] == roots[1] && roots[1] != roots[2]);
        let roots = join(3, [sure(0, 1), sure(1, 2)], &[], owners);
        assert!(roots[0] == roots[2]);
    }

    proptest! {
        /// Against the definition, asked pair by pair.
        #[test]
        fn joins_as_the_definition_says(
            links in prop::collection::vec((0_u32..12, 0_u32..12), 0..40),
            apart in prop::collection::vec((0_u32..12, 0_u32..12), 0..8),
        ) {
            let apart: Vec<_> = apart.into_iter().filter(|(a, b)| a != b).collect();
            let roots = join(12, links.iter().map(|(a, b)| sure(*a, *b)), &apart, HashMap::new());
            let mut labels: Vec<u32> = (0..12).collect();
            for (a, b) in links {
                let (x, y) = (labels[a as usize], labels[b as usize]);
                let of = |node: u32| labels[node as usize];
                if apart.iter().any(|(p, q)| (of(*p), of(*q)) == (x, y) || (of(*p), of(*q)) == (y, x)) {
                    continue;
                }
                labels.iter_mut().filter(|label| **label == y).for_each(|label| *label = x);
            }
            for a in 0..12 {
                for b in 0..12 {
                    prop_assert_eq!(roots[a] == roots[b], labels[a] == labels[b]);
                }
            }
        }
    }
}

//! Where soft pointers end.

use std::collections::HashMap;

/// How many pointers are followed.
pub(super) const HOPS: usize = 8;

/// A row that points to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pointer {
    /// The row's own id, which decides in a circle.
    pub(super) uid: [u8; 16],
    /// The key of the row it points to.
    pub(super) to: i64,
}

/// The end of each row that points, by key. Who comes upon a circle within eight hops ends at the circle's member with
/// the smallest id; who is not at an end after eight hops, ends there. A row that is not in the map points to nothing.
pub(super) fn ends(pointers: &HashMap<i64, Pointer>) -> HashMap<i64, i64> {
    let circles = circles(pointers);
    let end = |from: i64| {
        let mut at = from;
        for _ in 0..HOPS {
            if circles.contains_key(&at) {
                break;
            }
            let Some(pointer) = pointers.get(&at) else { break };
            at = pointer.to;
        }
        circles.get(&at).copied().unwrap_or(at)
    };
    pointers.keys().map(|key| (*key, end(*key))).collect()
}

/// The members of all circles, each with the smallest of its circle.
fn circles(pointers: &HashMap<i64, Pointer>) -> HashMap<i64, i64> {
    let mut members = HashMap::new();
    // In which walk a row was come upon first.
    let mut walks: HashMap<i64, i64> = HashMap::new();
    for start in pointers.keys() {
        let mut at = *start;
        while let Some(pointer) = pointers.get(&at)
            && !walks.contains_key(&at)
        {
            walks.insert(at, *start);
            at = pointer.to;
        }
        // Back at a row of this same walk: from there on it goes round.
        if walks.get(&at) == Some(start) {
            let mut circle = vec![at];
            let mut next = pointers[&at].to;
            while next != at {
                circle.push(next);
                next = pointers[&next].to;
            }
            if let Some(smallest) = circle.iter().copied().min_by_key(|key| pointers[key].uid) {
                members.extend(circle.into_iter().map(|key| (key, smallest)));
            }
        }
    }
    members
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Ids in another order than keys, so that a circle's smallest is not the smallest key.
    fn uid(key: i64) -> [u8; 16] {
        let mut uid = [0; 16];
        uid[0] = u8::try_from(key).unwrap().wrapping_mul(167).wrapping_add(13);
        uid
    }

    fn map(pairs: &[(i64, i64)]) -> HashMap<i64, Pointer> {
        pairs.iter().map(|(from, to)| (*from, Pointer { uid: uid(*from), to: *to })).collect()
    }

    /// One row at a time: the whole walk until it ends or repeats itself.
    fn walked(pointers: &HashMap<i64, Pointer>, from: i64) -> i64 {
        let mut walk = vec![from];
        let repeated = loop {
            let Some(pointer) = pointers.get(walk.last().unwrap()) else { break None };
            match walk.iter().position(|seen| *seen == pointer.to) {
                Some(place) => break Some(place),
                None => walk.push(pointer.to),
            }
        };
        match repeated {
            Some(place) if place <= HOPS => {
                walk[place..].iter().copied().min_by_key(|key| uid(*key)).unwrap()
            }
            _ => walk[HOPS.min(walk.len() - 1)],
        }
    }

    #[test]
    fn a_chain_is_followed_for_eight_hops() {
        let chain: Vec<(i64, i64)> = (0..10).map(|key| (key, key + 1)).collect();
        let ends = ends(&map(&chain));
        assert_eq!((ends[&0], ends[&1], ends[&2], ends[&9]), (8, 9, 10, 10));
    }

    #[test]
    fn a_circle_ends_at_its_smallest_member_however_large_it_is() {
        let mut pairs: Vec<(i64, i64)> = (0..20).map(|key| (key, (key + 1) % 20)).collect();
        pairs.extend([(30, 5), (31, 30)]);
        let smallest = (0..20).min_by_key(|key| uid(*key)).unwrap();
        assert_ne!(smallest, 0);
        assert!(ends(&map(&pairs)).values().all(|end| *end == smallest));
        assert_eq!(ends(&map(&[(7, 7)]))[&7], 7, "a row that points to itself is its own end");
    }

    proptest! {
        #[test]
        fn ends_are_those_of_a_walk(pairs in prop::collection::hash_map(0_i64..40, 0_i64..44, 0..60)) {
            let pointers = map(&pairs.into_iter().collect::<Vec<_>>());
            for (key, end) in ends(&pointers) {
                prop_assert_eq!(end, walked(&pointers, key), "from {}", key);
            }
        }

        /// Mostly long chains, which random pointers rarely are.
        #[test]
        fn ends_of_chains_are_those_of_a_walk(length in 1_i64..30, back in prop::option::of(0_i64..30)) {
            let mut pairs: Vec<(i64, i64)> = (0..length).map(|key| (key, key + 1)).collect();
            pairs.extend(back.map(|to| (length, to % (length + 1))));
            let pointers = map(&pairs);
            for (key, end) in ends(&pointers) {
                prop_assert_eq!(end, walked(&pointers, key), "from {}", key);
            }
        }
    }
}

//! What became of identities, or of campaigns: the former assignment beside the new one.

use std::collections::{BTreeMap, BTreeSet};

/// Differences between two assignments of members `T` to groups `I`. All lists are sorted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changes<T, I> {
    /// New groups whose founder was in none.
    pub formed: Vec<I>,
    /// Groups that are no more, and the one where their founder is now: a pointer that can be taken back.
    pub merged: Vec<(I, I)>,
    /// Groups that are there (again), and the one that their founder was in until now.
    pub split: Vec<(I, I)>,
    /// Groups that are no more, none of whose members is in any.
    pub gone: Vec<I>,
    /// Members that are somewhere else now.
    pub moved: Vec<Moved<T, I>>,
}

/// A member that is somewhere else now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moved<T, I> {
    /// Who.
    pub member: T,
    /// From where; None if it was in no group.
    pub from: Option<I>,
    /// Where it is; None if it is in no group.
    pub to: Option<I>,
}

impl<T: Copy + Ord, I: Copy + Ord> Changes<T, I> {
    /// Compares, given where each member was and is, each member once; members of groups that did not change at all may
    /// be left out. `named` says what the group of a founder is called.
    pub fn between(places: impl IntoIterator<Item = Moved<T, I>>, named: impl Fn(T) -> I) -> Self {
        let mut places: Vec<_> = places.into_iter().collect();
        places.sort_unstable_by_key(|place| place.member);
        let before: BTreeSet<I> = places.iter().filter_map(|place| place.from).collect();
        let after: BTreeSet<I> = places.iter().filter_map(|place| place.to).collect();
        let founders: BTreeMap<I, _> = places.iter().map(|place| (named(place.member), *place)).collect();
        // Where the members of a group went, by the first of them that is anywhere.
        let mut heirs: BTreeMap<I, I> = BTreeMap::new();
        for place in &places {
            if let (Some(from), Some(to)) = (place.from, place.to) {
                heirs.entry(from).or_insert(to);
            }
        }
        let mut changes = Self {
            formed: Vec::new(),
            merged: Vec::new(),
            split: Vec::new(),
            gone: Vec::new(),
            moved: Vec::new(),
        };
        for lost in before.difference(&after) {
            let founder = founders.get(lost).and_then(|founder| founder.to);
            match founder.or_else(|| heirs.get(lost).copied()) {
                Some(winner) => changes.merged.push((*lost, winner)),
                None => changes.gone.push(*lost),
            }
        }
        for new in after.difference(&before) {
            match founders.get(new).and_then(|founder| founder.from) {
                Some(from) => changes.split.push((*new, from)),
                None => changes.formed.push(*new),
            }
        }
        places.retain(|place| place.from != place.to);
        changes.moved = places;
        changes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Members are numbers, a group is called ten times its founder.
    fn between(places: &[(u32, u32, u32)]) -> Changes<u32, u32> {
        let some = |group: u32| (group > 0).then_some(group);
        let moved = places.iter().map(|(member, from, to)| Moved {
            member: *member,
            from: some(*from),
            to: some(*to),
        });
        Changes::between(moved, |member| member * 10)
    }

    #[test]
    fn a_merge_and_its_end() {
        let there = between(&[(1, 10, 10), (2, 20, 10), (3, 20, 10)]);
        assert_eq!((there.merged, there.split, there.formed), (vec![(20, 10)], vec![], vec![]));
        let back = between(&[(1, 10, 10), (2, 10, 20), (3, 10, 20)]);
        assert_eq!((back.merged, back.split, back.moved.len()), (vec![], vec![(20, 10)], 2));
    }

    #[test]
    fn new_ones_and_lost_ones() {
        let changes = between(&[(1, 10, 0), (2, 0, 20), (3, 30, 0), (4, 30, 40)]);
        assert_eq!((changes.formed, changes.gone), (vec![20], vec![10]));
        assert_eq!((changes.merged, changes.split), (vec![(30, 40)], vec![(40, 30)]));
    }
}

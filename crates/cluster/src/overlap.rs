//! What an identity did beside what MITRE's groups are documented to do. Not attribution.

use std::collections::{BTreeMap, BTreeSet};

use vespid_attack::Catalogue;
use vespid_model::TechniqueId;

use crate::mix::{Series, mix};

/// To be said wherever an overlap is shown.
pub const NOT_ATTRIBUTION: &str = "not attribution";

/// How many sets of techniques are drawn to see what chance would give.
pub const PERMUTATIONS: u32 = 9_999;

/// With fewer techniques than this a ranking says nothing: of techniques drawn from those of one group, that group comes
/// first in fewer than half of the draws (docs/identities.md).
pub const ENOUGH: usize = 5;

/// The groups that overlap, ranked.
#[derive(Debug, Clone, PartialEq)]
pub struct Overlap {
    /// Every group with a technique in common, by score, then id.
    pub groups: Vec<GroupOverlap>,
    /// How many techniques were compared: those that a group uses, a sub-technique and its parent as one.
    pub distinct: usize,
    /// How many groups were compared: of so many, the best one by chance is no rare event.
    pub compared: usize,
    /// How many sets were drawn for `p`.
    pub permutations: u32,
    /// Techniques that no documented group uses; they count for nobody.
    pub unknown: Vec<TechniqueId>,
}

/// One group.
#[derive(Debug, Clone, PartialEq)]
pub struct GroupOverlap {
    /// For example G0016.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Weight of what is shared by the weight of all that either shows: 1 for the same techniques, 0 for none in common.
    pub score: f64,
    /// How often a drawn set of as many techniques scores at least as high, drawn by how many groups use each:
    /// (1 + such sets) / (1 + [`PERMUTATIONS`]). Not corrected for the number of groups.
    pub p: f64,
    /// What both show, the rarest first.
    pub shared: Vec<(TechniqueId, f64)>,
    /// What speaks against: techniques of the group that were not seen, the rarest first.
    pub unseen: Vec<(TechniqueId, f64)>,
    /// What speaks against: what was seen and other groups use, but not this one, the rarest first.
    pub foreign: Vec<(TechniqueId, f64)>,
}

/// Ranks the groups of a catalogue by what they have in common with these techniques.
///
/// A technique weighs -ln of the share of groups that use it. Who uses a sub-technique uses its parent: both count, the
/// parent as what it is among groups, mostly common. So T1059.004 and T1059.001 agree a little, in T1059.
pub fn overlap(techniques: impl IntoIterator<Item = TechniqueId>, catalogue: &Catalogue) -> Overlap {
    let base = Base::new(catalogue);
    let seen: BTreeSet<TechniqueId> = techniques.into_iter().collect();
    let (known, unknown): (Vec<_>, Vec<_>) =
        seen.iter().copied().partition(|id| base.places.contains_key(id));
    let seen = base.set(known.iter().copied());
    let scores = base.scores(&seen);
    let better = base.as_high_by_chance(&known, &scores);
    let mut groups = Vec::new();
    for (group, (score, better)) in base.groups.iter().zip(scores.iter().zip(better)) {
        if *score <= 0.0 {
            continue;
        }
        let weighed = |places: &mut dyn Iterator<Item = &usize>| {
            let mut list: Vec<_> = places.map(|place| (base.ids[*place], base.weights[*place])).collect();
            list.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
            list
        };
        groups.push(GroupOverlap {
            id: group.id.clone(),
            name: group.name.clone(),
            score: *score,
            p: f64::from(1 + better) / f64::from(1 + PERMUTATIONS),
            shared: weighed(&mut seen.intersection(&group.uses)),
            unseen: weighed(&mut group.uses.difference(&seen)),
            foreign: weighed(&mut seen.difference(&group.uses)),
        });
    }
    groups.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    let distinct = known.iter().map(|id| id.parent()).collect::<BTreeSet<_>>().len();
    Overlap { groups, distinct, compared: base.groups.len(), permutations: PERMUTATIONS, unknown }
}

/// The groups and what they use, by places of techniques.
struct Base {
    groups: Vec<Group>,
    /// Techniques that a group uses, ascending.
    ids: Vec<TechniqueId>,
    places: BTreeMap<TechniqueId, usize>,
    /// By place: -ln of the share of groups.
    weights: Vec<f64>,
    /// By place: the groups.
    users: Vec<Vec<usize>>,
    /// Techniques as they are documented, not also their parents, with how many groups use each.
    documented: Vec<(TechniqueId, u32)>,
}

struct Group {
    id: String,
    name: String,
    uses: BTreeSet<usize>,
    weight: f64,
}

impl Base {
    #[expect(clippy::cast_precision_loss, reason = "there are some hundred groups")]
    fn new(catalogue: &Catalogue) -> Self {
        let mut known: BTreeMap<&str, (&str, BTreeSet<TechniqueId>)> = BTreeMap::new();
        let mut documented = Vec::new();
        for technique in catalogue.techniques() {
            let mut count = 0;
            for group in catalogue.groups_using(technique.id) {
                let (_, theirs) = known.entry(&group.id).or_insert((&group.name, BTreeSet::new()));
                theirs.extend([technique.id, technique.id.parent()]);
                count += 1;
            }
            if count > 0 {
                documented.push((technique.id, count));
            }
        }
        let ids: BTreeSet<TechniqueId> = known.values().flat_map(|(_, theirs)| theirs).copied().collect();
        let places: BTreeMap<TechniqueId, usize> = ids.iter().copied().zip(0..).collect();
        let mut users = vec![Vec::new(); ids.len()];
        for (number, (_, theirs)) in known.values().enumerate() {
            for place in theirs.iter().filter_map(|id| places.get(id)) {
                users[*place].push(number);
            }
        }
        let weights: Vec<f64> =
            users.iter().map(|users| -(users.len() as f64 / known.len() as f64).ln()).collect();
        let groups = known.into_iter().map(|(id, (name, theirs))| {
            let own: BTreeSet<usize> = theirs.iter().filter_map(|id| places.get(id)).copied().collect();
            let weight = own.iter().map(|place| weights[*place]).sum();
            Group { id: id.to_owned(), name: name.to_owned(), uses: own, weight }
        });
        let groups = groups.collect();
        Self { groups, ids: ids.into_iter().collect(), places, weights, users, documented }
    }

    /// Techniques with their parents.
    fn set(&self, techniques: impl IntoIterator<Item = TechniqueId>) -> BTreeSet<usize> {
        let with_parents = techniques.into_iter().flat_map(|id| [id, id.parent()]);
        with_parents.filter_map(|id| self.places.get(&id)).copied().collect()
    }

    /// Each group's score: the weighted Jaccard similarity.
    fn scores(&self, set: &BTreeSet<usize>) -> Vec<f64> {
        let mut shared = vec![0.0; self.groups.len()];
        let mut weight = 0.0;
        for place in set {
            weight += self.weights[*place];
            for group in &self.users[*place] {
                shared[*group] += self.weights[*place];
            }
        }
        let score = |(shared, group): (&f64, &Group)| {
            let all = weight + group.weight - shared;
            if all > 0.0 { shared / all } else { 0.0 }
        };
        shared.iter().zip(&self.groups).map(score).collect()
    }

    /// How many drawn sets score at least as high for each group. The draw depends on the techniques only.
    fn as_high_by_chance(&self, known: &[TechniqueId], scores: &[f64]) -> Vec<u32> {
        let mut better = vec![0; scores.len()];
        if known.is_empty() {
            return better;
        }
        let seed = known.iter().fold(0, |seed, id| mix(seed ^ u64::from(id.code())));
        let mut series = Series::new(seed);
        let mut keys: Vec<(f64, TechniqueId)> = Vec::with_capacity(self.documented.len());
        for _ in 0..PERMUTATIONS {
            // A weighted draw without replacement: the largest u^(1/w) (Efraimidis and Spirakis, 2006).
            keys.clear();
            keys.extend(
                self.documented.iter().map(|(id, count)| (series.unit().ln() / f64::from(*count), *id)),
            );
            let size = known.len().min(keys.len());
            if size < keys.len() {
                keys.select_nth_unstable_by(size, |a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
            }
            let drawn = self.scores(&self.set(keys[..size].iter().map(|(_, id)| *id)));
            for ((better, drawn), score) in better.iter_mut().zip(drawn).zip(scores) {
                // Sums of the same weights in another order may differ in their last bits.
                *better += u32::from(drawn >= score - 1e-9);
            }
        }
        better
    }
}

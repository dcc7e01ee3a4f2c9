//! What two attackers have in common, and what that says.

use std::collections::BTreeMap;

use vespid_model::Observable;

use crate::fleet::Node;
use crate::sentence;
use crate::token::Tokens;
use crate::weight::{Class, Family, JOINS};

/// What two attackers have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// Thousandths, after the caps of the families; [`JOINS`] of them join.
    pub score: u32,
    /// Do they have different keys or wallets? The rest counts half then.
    pub halved: bool,
    /// What they share, in the order of [`Class`].
    pub features: Vec<Feature>,
    /// The same for a reader. What attackers wrote stands in it as they wrote it: to be escaped where it is shown.
    pub sentence: String,
}

/// One kind of thing that two attackers share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Feature {
    /// What it is.
    pub class: Class,
    /// What it says, before the cap of its family.
    pub weight: u32,
    /// How it is shared.
    pub likeness: Likeness,
}

/// How two attackers are alike.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Likeness {
    /// They have the same values.
    Shared {
        /// How many.
        count: usize,
        /// The [`SHOWN`] that say most.
        values: Vec<SharedValue>,
    },
    /// They do similar things.
    Alike {
        /// Command shapes that both typed.
        shared: usize,
        /// Command shapes that any of them typed.
        all: usize,
        /// How many attackers do so, by the rarest band of their sets; None when they have no band in common.
        holders: Option<usize>,
    },
}

/// A value that two attackers share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct SharedValue {
    /// The value.
    pub observable: Observable,
    /// How many attackers have it.
    pub holders: usize,
    /// What it says.
    pub weight: u32,
}

/// How many values of a kind are shown.
pub const SHOWN: usize = 5;

/// The numbers of an [`Evidence`], quickly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weighed {
    pub(crate) score: u32,
    /// Not halved.
    pub(crate) plain: u32,
    /// Rests on a key, a wallet or a network card: holds whatever else differs.
    pub(crate) certain: bool,
}

/// Weighs what two nodes have in common.
pub(crate) fn weigh(tokens: &Tokens, a: &Node, b: &Node) -> Weighed {
    let mut sums = [0_u32; Family::ALL.len()];
    let mut certain = false;
    for token in common(&a.values, &b.values) {
        let (class, weight) = (tokens.class(token), tokens.weight(token));
        sums[class.row().family as usize] += weight;
        certain |= class.is_owner() || class == Class::Eui64 && weight >= JOINS;
    }
    sums[Family::Habits as usize] += habit(tokens, a, b).map_or(0, |habit| habit.weight);
    let plain = Family::ALL.into_iter().zip(sums).map(|(family, sum)| sum.min(family.cap())).sum();
    let halved = !certain && a.owners_differ(b);
    Weighed { score: if halved { plain / 2 } else { plain }, plain, certain }
}

/// The same with everything that it rests on.
pub(crate) fn explain(tokens: &Tokens, a: &Node, b: &Node) -> Evidence {
    let Weighed { score, certain, .. } = weigh(tokens, a, b);
    let mut shared: BTreeMap<Class, Vec<SharedValue>> = BTreeMap::new();
    for token in common(&a.values, &b.values) {
        if let Some(observable) = tokens.observable(token) {
            let (observable, holders) = (observable.clone(), tokens.holders(token).len());
            let value = SharedValue { observable, holders, weight: tokens.weight(token) };
            shared.entry(tokens.class(token)).or_default().push(value);
        }
    }
    let mut features: Vec<_> = shared
        .into_iter()
        .map(|(class, mut values)| {
            let weight = values.iter().map(|value| value.weight).sum();
            let count = values.len();
            values.sort_by(|a, b| (b.weight, a).cmp(&(a.weight, b)));
            values.truncate(SHOWN);
            Feature { class, weight, likeness: Likeness::Shared { count, values } }
        })
        .collect();
    features.extend(habit(tokens, a, b));
    features.sort_by_key(|feature| feature.class);
    let halved = !certain && a.owners_differ(b);
    let sentence = sentence::evidence(&features, score, halved);
    Evidence { score, halved, features, sentence }
}

/// How alike their command shapes are; None when they share none.
fn habit(tokens: &Tokens, a: &Node, b: &Node) -> Option<Feature> {
    let rarest = common(&a.bands, &b.bands).map(|band| (tokens.weight(band), tokens.holders(band).len()));
    let rarest = rarest.max_by_key(|(weight, holders)| (*weight, usize::MAX - holders));
    let shared = common(&a.shapes, &b.shapes).count();
    if shared == 0 {
        return None;
    }
    let all = a.shapes.len() + b.shapes.len() - shared;
    let likeness = Likeness::Alike { shared, all, holders: rarest.map(|(_, holders)| holders) };
    let weight = u64::from(rarest.map_or(0, |(weight, _)| weight)) * shared as u64 / all as u64;
    Some(Feature { class: Class::Habit, weight: u32::try_from(weight).unwrap_or(0), likeness })
}

/// What stands in both of two ascending lists.
pub(crate) fn common<'a>(a: &'a [u32], b: &'a [u32]) -> impl Iterator<Item = u32> + 'a {
    let (mut i, mut j) = (0, 0);
    std::iter::from_fn(move || {
        while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
            i += usize::from(x <= y);
            j += usize::from(y <= x);
            if x == y {
                return Some(*x);
            }
        }
        None
    })
}

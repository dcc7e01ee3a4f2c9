//! Hand-overs: one identity goes on, on the same decoy and within a day, where another had got to.
//!
//! That alone would tie strangers, since half of all attackers fetch something and the other half ask for the system's
//! name. So the second must have something of the first's that few have: its credential, key, payload, address.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use vespid_attack::phase::{self, Phase};
use vespid_model::features::Stay;
use vespid_model::id::IdentityId;
use vespid_model::{Observable, UtcMicros};

use super::Means;
use crate::evidence::common;
use crate::fleet::{Fleet, Node};
use crate::sentence;
use crate::weight::{Class, Family};

/// The longest time between the end of one and the beginning of the other.
const LONGEST: i64 = 24 * 60 * 60 * 1_000_000;

/// More attackers than this with a thing, and it is no sign that it was handed on.
const HOLDERS: usize = 16;

/// One identity went on where another had got to.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct HandOver {
    /// When the second began.
    pub began: UtcMicros,
    /// When the first ended.
    pub ended: UtcMicros,
    /// The decoy.
    pub decky: Box<str>,
    /// Who had been there.
    pub first: IdentityId,
    /// Who went on.
    pub second: IdentityId,
    /// How far the first had got.
    pub reached: Phase,
    /// With what the second began.
    pub resumed: Phase,
    /// What both have.
    pub by: Observable,
    /// How many attackers have that.
    pub holders: usize,
}

/// The first hand-over of each pair of identities, by their numbers.
pub(super) fn all(
    fleet: &Fleet,
    belongs: &HashMap<u32, u32>,
    all: &[Means],
) -> BTreeMap<(u32, u32), HandOver> {
    let mut found: BTreeMap<(u32, u32), HandOver> = BTreeMap::new();
    for (place, node) in fleet.live().filter(|(_, node)| !node.shared && node.stays.iter().any(ends_well)) {
        let mut others: Vec<u32> = node
            .selected
            .iter()
            .filter(|token| may_be_handed(fleet, **token))
            .flat_map(|token| fleet.tokens.holders(*token))
            .copied()
            .collect();
        others.sort_unstable();
        others.dedup();
        for other_place in others {
            let Some(other) = fleet.node(other_place).filter(|other| !other.shared) else { continue };
            let (Some(a), Some(b)) = (belongs.get(&place), belongs.get(&other_place)) else { continue };
            if a == b {
                continue;
            }
            let Some(hand_over) = between(fleet, node, other, all[*a as usize].id, all[*b as usize].id)
            else {
                continue;
            };
            let pair = (*a.min(b), *a.max(b));
            match found.get(&pair) {
                Some(known) if *known <= hand_over => {}
                _ => drop(found.insert(pair, hand_over)),
            }
        }
    }
    found
}

/// The first time that `second` went on where `first` had been.
fn between(
    fleet: &Fleet,
    first: &Node,
    second: &Node,
    one: IdentityId,
    other: IdentityId,
) -> Option<HandOver> {
    let (by, holders) = handed(fleet, first, second)?;
    let stays = first.stays.iter().filter(|stay| ends_well(stay));
    let moments = stays.filter_map(|stay| {
        let next = second.stays.binary_search_by(|next| next.decky.cmp(&stay.decky)).ok()?;
        let next = second.stays.get(next)?;
        let between = next.first.as_micros().saturating_sub(stay.last.as_micros());
        let resumed = next.begins.and_then(phase::of)?;
        ((0..=LONGEST).contains(&between) && goes_on(resumed)).then(|| HandOver {
            began: next.first,
            ended: stay.last,
            decky: stay.decky.clone(),
            first: one,
            second: other,
            reached: stay.ends.and_then(phase::of).unwrap_or(resumed),
            resumed,
            by: by.clone(),
            holders,
        })
    });
    moments.min()
}

/// The rarest thing that both have.
fn handed(fleet: &Fleet, a: &Node, b: &Node) -> Option<(Observable, usize)> {
    let tokens = common(&a.values, &b.values).filter(|token| may_be_handed(fleet, *token));
    let things =
        tokens.filter_map(|token| Some((fleet.tokens.holders(token).len(), fleet.tokens.observable(token)?)));
    things.min().map(|(holders, observable)| (observable.clone(), holders))
}

fn may_be_handed(fleet: &Fleet, token: u32) -> bool {
    let class = fleet.tokens.class(token);
    let handed = !matches!(class.row().family, Family::Software | Family::Habits | Family::Machine);
    handed && fleet.tokens.holders(token).len() <= HOLDERS && fleet.tokens.weight(token) > 0
}

fn ends_well(stay: &Stay) -> bool {
    matches!(stay.ends.and_then(phase::of), Some(Phase::CommandAndControl | Phase::Persistence))
}

const fn goes_on(phase: Phase) -> bool {
    matches!(phase, Phase::Discovery | Phase::LateralMovement)
}

impl fmt::Display for HandOver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let minutes = (self.began.as_micros() - self.ended.as_micros()) / 60_000_000;
        write!(
            f,
            "On {} one had got to {}; {} h {} min later the other began with {}, and both have the {} {} ({}).",
            sentence::quoted(&self.decky),
            self.reached.as_str().replace('_', " "),
            minutes / 60,
            minutes % 60,
            self.resumed.as_str().replace('_', " "),
            sentence::name(Class::of(&self.by), false),
            sentence::quoted(self.by.value()),
            sentence::addresses(self.holders)
        )
    }
}

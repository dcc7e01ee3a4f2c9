//! Campaigns: identities that work together, or with the same rare means.

mod hand_over;
mod why;

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};

use vespid_model::features::Verdict;
use vespid_model::id::{CampaignId, IdentityId};
use vespid_model::{Observable, UtcMicros};

pub use hand_over::HandOver;
pub use why::CampaignWhy;

use crate::components::{self, Link};
use crate::fleet::{Fleet, Node};
use crate::sentence;
use crate::weight::Class;

/// The campaigns of a settled fleet, worked out as a whole: it takes as long as there are identities and values, not
/// pairs of them.
pub struct Campaigns {
    found: Vec<Campaign>,
    edges: Vec<CampaignEdge>,
    by_identity: HashMap<IdentityId, CampaignId>,
    contradictions: Vec<(IdentityId, IdentityId)>,
}

/// Two identities or more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Campaign {
    /// Derived from the first identity.
    pub id: CampaignId,
    /// In the order of their first event; the first one founds the campaign.
    pub identities: Vec<IdentityId>,
    /// Time of the first event.
    pub first_seen: UtcMicros,
    /// Time of the last event.
    pub last_seen: UtcMicros,
}

/// Two identities with something in common. Any one reason is enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CampaignEdge {
    /// The smaller id.
    pub a: IdentityId,
    /// The other.
    pub b: IdentityId,
    /// Are they in one campaign? A verdict may stand against it.
    pub joins: bool,
    /// A person said that they belong together.
    pub told: bool,
    /// Rare values that both have, with the number of identities that do.
    pub shared: Vec<(Observable, usize)>,
    /// Where one went on with what the other had begun, the first time.
    pub hand_over: Option<HandOver>,
    /// The same for a reader; what attackers wrote stands in it as they wrote it.
    pub sentence: String,
}

/// Of a value that more than two identities have, each is tied to so many that follow it by seniority.
const NEXT: usize = 2;

/// What persons said, by the numbers of identities. An identity that was merged into another, or got an earlier founder,
/// is meant by any id that it had: those of all its attackers.
fn said(
    fleet: &Fleet,
    belongs: &HashMap<u32, u32>,
    verdicts: &[Verdict<IdentityId>],
) -> BTreeMap<(u32, u32), bool> {
    let mut said = BTreeMap::new();
    if verdicts.is_empty() {
        return said;
    }
    let number = |(place, node): (u32, &Node)| Some((IdentityId::derive(node.id), *belongs.get(&place)?));
    let numbers: HashMap<IdentityId, u32> = fleet.live().filter_map(number).collect();
    for Verdict { a, b, same } in verdicts {
        if let (Some(a), Some(b)) = (numbers.get(a), numbers.get(b))
            && a != b
        {
            *said.entry((*a.min(b), *a.max(b))).or_insert(true) &= same;
        }
    }
    said
}

/// How many identities may have a thing before it says nothing of them; None for things that do not count.
const fn rare(class: Class) -> Option<usize> {
    match class {
        // Their owner is one, however many use them.
        Class::Wallet | Class::SshKey => Some(usize::MAX),
        Class::Payload | Class::Url => Some(32),
        Class::Host => Some(16),
        Class::Domain => Some(8),
        _ => None,
    }
}

/// An identity as it is looked at here.
pub(super) struct Means {
    pub(super) id: IdentityId,
    first_seen: UtcMicros,
    last_seen: UtcMicros,
    /// Tokens of rare things, with how many identities have them; ascending.
    rare: Vec<(u32, usize)>,
}

impl Campaigns {
    /// Works out the campaigns of a settled fleet. Verdicts about identities that are not there are passed over; of two
    /// about one pair "not together" counts.
    pub fn of(fleet: &Fleet, verdicts: &[Verdict<IdentityId>]) -> Self {
        let founders = fleet.founders();
        let mut belongs: HashMap<u32, u32> = HashMap::new();
        let mut all = Vec::new();
        for (number, founder) in (0..).zip(founders) {
            let places = fleet.places(founder);
            let Some(first) = fleet.node(founder) else { continue };
            let last_seen =
                places.iter().filter_map(|place| fleet.node(*place)).map(|node| node.last_seen).max();
            all.push(Means {
                id: IdentityId::derive(first.id),
                first_seen: first.first_seen,
                last_seen: last_seen.unwrap_or(first.last_seen),
                rare: Vec::new(),
            });
            belongs.extend(places.into_iter().map(|place| (place, number)));
        }
        let mut pairs: BTreeMap<(u32, u32), Option<HandOver>> = BTreeMap::new();
        pairs.extend(share(fleet, &belongs, &mut all).into_iter().map(|pair| (pair, None)));
        for (pair, hand_over) in hand_over::all(fleet, &belongs, &all) {
            pairs.insert(pair, Some(hand_over));
        }
        let said = said(fleet, &belongs, verdicts);
        Self::join(fleet, &all, pairs, &said)
    }

    fn join(
        fleet: &Fleet,
        all: &[Means],
        pairs: BTreeMap<(u32, u32), Option<HandOver>>,
        said: &BTreeMap<(u32, u32), bool>,
    ) -> Self {
        let mut edges: Vec<_> = pairs
            .into_iter()
            .map(|((a, b), hand_over)| (a, b, edge(fleet, &all[a as usize], &all[b as usize], hand_over)))
            .collect();
        edges.sort_by_key(|(_, _, edge)| {
            (Reverse(edge.shared.len() + usize::from(edge.hand_over.is_some())), edge.a, edge.b)
        });
        let link = |a, b| Link { a, b, certain: true };
        let told = said.iter().filter(|(_, same)| **same).map(|((a, b), _)| link(*a, *b));
        let tied = edges.iter().map(|(a, b, _)| link(*a, *b));
        let apart: Vec<_> = said.iter().filter(|(_, same)| !**same).map(|(pair, _)| *pair).collect();
        let roots = components::join(all.len(), told.chain(tied), &apart, HashMap::new());

        let mut groups: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for (number, root) in (0..).zip(&roots) {
            groups.entry(*root).or_default().push(number);
        }
        let groups = groups.into_values().filter(|group| group.len() > 1);
        let mut campaigns: Vec<_> = groups.filter_map(|group| campaign(&group, all)).collect();
        campaigns.sort_by_key(|campaign| campaign.id);
        let by_identity = campaigns
            .iter()
            .flat_map(|campaign| campaign.identities.iter().map(|identity| (*identity, campaign.id)));
        let by_identity: HashMap<_, _> = by_identity.collect();

        let together = |a: u32, b: u32| roots[a as usize] == roots[b as usize];
        let mut known: BTreeMap<(IdentityId, IdentityId), CampaignEdge> = BTreeMap::new();
        for (a, b, edge) in edges {
            known.insert((edge.a, edge.b), CampaignEdge { joins: together(a, b), ..edge });
        }
        let mut contradictions = Vec::new();
        for ((a, b), _) in said.iter().filter(|(_, same)| **same) {
            let bare = edge(fleet, &all[*a as usize], &all[*b as usize], None);
            let pair = (bare.a, bare.b);
            let told = known.entry(pair).or_insert(bare);
            (told.told, told.joins) = (true, together(*a, *b));
            if !told.joins {
                contradictions.push(pair);
            }
        }
        contradictions.sort_unstable();
        Self { found: campaigns, edges: known.into_values().collect(), by_identity, contradictions }
    }

    /// Every campaign, in the order of ids.
    pub fn campaigns(&self) -> &[Campaign] {
        &self.found
    }

    /// Pairs of identities that something ties, in the order of ids. Of a thing that many have, these are some of its pairs.
    pub fn edges(&self) -> &[CampaignEdge] {
        &self.edges
    }

    /// The campaign of an identity; most have none.
    pub fn campaign_of(&self, identity: IdentityId) -> Option<CampaignId> {
        self.by_identity.get(&identity).copied()
    }

    /// Pairs that a person put together and that are not: another verdict stands against it.
    pub fn contradictions(&self) -> &[(IdentityId, IdentityId)] {
        &self.contradictions
    }
}

/// Notes who has which rare thing, and ties whoever has the same. Addresses of several hands tie nobody.
fn share(fleet: &Fleet, belongs: &HashMap<u32, u32>, all: &mut [Means]) -> Vec<(u32, u32)> {
    let mut pairs = Vec::new();
    for token in fleet.tokens.held() {
        let Some(most) = rare(fleet.tokens.class(token)) else { continue };
        let holders = fleet.tokens.holders(token).iter();
        let own = holders.filter(|place| fleet.node(**place).is_some_and(|node| !node.shared));
        let mut identities: Vec<u32> = own.filter_map(|place| belongs.get(place)).copied().collect();
        identities.sort_unstable();
        identities.dedup();
        if identities.len() < 2 || identities.len() > most {
            continue;
        }
        for (place, identity) in identities.iter().enumerate() {
            all[*identity as usize].rare.push((token, identities.len()));
            pairs.extend(identities.iter().skip(place + 1).take(NEXT).map(|next| (*identity, *next)));
        }
    }
    pairs
}

fn edge(fleet: &Fleet, a: &Means, b: &Means, hand_over: Option<HandOver>) -> CampaignEdge {
    let (few, many) = if a.rare.len() <= b.rare.len() { (a, b) } else { (b, a) };
    let both = few
        .rare
        .iter()
        .filter(|(token, _)| many.rare.binary_search_by_key(token, |(token, _)| *token).is_ok());
    let mut shared: Vec<(Observable, usize)> =
        both.filter_map(|(token, count)| Some((fleet.tokens.observable(*token)?.clone(), *count))).collect();
    shared.sort();
    let mut sentences = Vec::new();
    if !shared.is_empty() {
        const SHOWN: usize = 3;
        let mut parts: Vec<_> = shared
            .iter()
            .take(SHOWN)
            .map(|(observable, count)| {
                let name = sentence::name(Class::of(observable), false);
                format!("the {name} {} ({count} identities)", sentence::quoted(observable.value()))
            })
            .collect();
        if shared.len() > SHOWN {
            parts.push(format!("{} more such things", shared.len() - SHOWN));
        }
        sentences.push(format!("Both have {}.", sentence::list(&parts)));
    }
    sentences.extend(hand_over.as_ref().map(ToString::to_string));
    if sentences.is_empty() {
        sentences
            .push("They have no rare means in common, and none went on where the other had been.".to_owned());
    }
    CampaignEdge {
        a: a.id.min(b.id),
        b: a.id.max(b.id),
        joins: false,
        told: false,
        shared,
        hand_over,
        sentence: sentences.join(" "),
    }
}

/// Numbers are in the order of seniority.
fn campaign(group: &[u32], all: &[Means]) -> Option<Campaign> {
    let members: Vec<&Means> = group.iter().map(|number| &all[*number as usize]).collect();
    Some(Campaign {
        id: CampaignId::derive(members.first()?.id),
        identities: members.iter().map(|means| means.id).collect(),
        first_seen: members.iter().map(|means| means.first_seen).min()?,
        last_seen: members.iter().map(|means| means.last_seen).max()?,
    })
}

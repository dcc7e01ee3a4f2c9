//! What holds for any fleet: order, batches and history do not matter.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use vespid_cluster::{Campaigns, Changes, Counts, Edge, Fleet, Identity, Moved, Settled};
use vespid_model::features::{Stay, Verdict};
use vespid_model::id::{AttackerId, IdentityId};
use vespid_model::{Features, Observable, ObservableKind as Kind, TacticId, UtcMicros};

/// So many attackers that values cross the cap of holders.
const ATTACKERS: u8 = 44;

fn id(number: u8) -> AttackerId {
    AttackerId::derive(std::net::Ipv4Addr::new(192, 0, 2, number).into())
}

fn seen(kind: Kind, number: u8) -> Observable {
    Observable::new(kind, &format!("{kind}-{number}")).unwrap()
}

/// What one attacker has, as small numbers: some values half of all have, some a few. In a botnet most have one key, too,
/// and one URL.
fn features(botnet: bool) -> impl Strategy<Value = Features> {
    let most = prop::bool::weighted(if botnet { 0.9 } else { 0.0 });
    let values = prop::collection::vec((0_u8..9, 0_u8..12), 0..9);
    let sessions = prop::collection::vec(prop::collection::vec((0_u8..3, 0_u8..4), 1..4), 0..4);
    let stays = prop::collection::vec((0_u8..2, 0_i64..30, 0_usize..3, 0_usize..3), 0..2);
    let script = prop::option::of((0_u8..4, 3_u8..7));
    (0..ATTACKERS, 0_i64..20, values, sessions, stays, script, (most, most, prop::bool::weighted(0.2)))
        .prop_map(|(number, first, values, sessions, stays, script, (key, url, hoard))| {
            let kinds = [
                Kind::SshKey,
                Kind::Wallet,
                Kind::Payload,
                Kind::Url,
                Kind::Hassh,
                Kind::Client,
                Kind::Credential,
                Kind::Credential,
                Kind::InterfaceId,
            ];
            // Half of all have the first values of a kind.
            let of = |(kind, number): (u8, u8)| seen(kinds[usize::from(kind)], number.saturating_sub(5));
            let mut observables: Vec<_> = values.into_iter().map(of).collect();
            let session = |session: Vec<(u8, u8)>| {
                let kinds = [Kind::SshKey, Kind::Hassh, Kind::Credential];
                session
                    .into_iter()
                    .map(|(kind, number)| seen(kinds[usize::from(kind)], number))
                    .collect::<Vec<_>>()
            };
            let sessions: Vec<_> = sessions.into_iter().map(session).collect();
            observables.extend(sessions.iter().flatten().cloned());
            observables.extend(key.then(|| seen(Kind::SshKey, 100)));
            observables.extend(url.then(|| seen(Kind::Url, 100)));
            // More rare passwords than anybody is compared by.
            let hoard = (0..80_u8).filter(|password| hoard && (password + number) % 3 > 0);
            observables.extend(hoard.map(|password| seen(Kind::Credential, 100 + password)));
            if let Some((script, lines)) = script {
                observables.extend((0..lines).map(|line| seen(Kind::CommandShape, script * 16 + line)));
            }
            let tactics = [3, 7, 11].map(TacticId::from_code);
            let stays = stays.into_iter().map(|(decky, hour, begins, ends)| Stay {
                decky: format!("decky-{decky}").into(),
                first: UtcMicros::from_micros(hour * 3_600_000_000),
                last: UtcMicros::from_micros(hour * 3_600_000_000 + 1),
                begins: tactics[begins],
                ends: tactics[ends],
            });
            Features {
                attacker: id(number),
                first_seen: UtcMicros::from_micros(first),
                last_seen: UtcMicros::from_micros(first + 5),
                observables,
                sessions,
                stays: stays.collect(),
            }
        })
}

#[derive(Debug, Clone)]
enum Step {
    Put(Features),
    Remove(u8),
    Judge(Vec<(u8, u8, bool)>),
    Settle,
}

fn steps(botnet: bool, most: usize) -> impl Strategy<Value = Vec<Step>> {
    let verdicts = prop::collection::vec((0..ATTACKERS, 0..ATTACKERS, any::<bool>()), 0..5);
    let step = prop_oneof![
        12 => features(botnet).prop_map(Step::Put),
        2 => (0..ATTACKERS).prop_map(Step::Remove),
        1 => verdicts.prop_map(Step::Judge),
        3 => Just(Step::Settle),
    ];
    prop::collection::vec(step, 0..most)
}

fn verdicts(said: &[(u8, u8, bool)]) -> Vec<Verdict<AttackerId>> {
    said.iter().map(|(a, b, same)| Verdict { a: id(*a), b: id(*b), same: *same }).collect()
}

/// All that can be seen of a fleet.
type Seen = (Vec<Identity>, Vec<Edge>, Counts, Vec<(AttackerId, AttackerId)>, Vec<String>);

fn look(fleet: &Fleet) -> Seen {
    let found = Campaigns::of(fleet, &[]);
    let mut campaigns: Vec<_> = found.campaigns().iter().map(|campaign| format!("{campaign:?}")).collect();
    campaigns.extend(found.edges().iter().map(|edge| format!("{edge:?}")));
    (fleet.identities(), fleet.edges().collect(), fleet.counts(), fleet.contradictions(), campaigns)
}

fn assignment(fleet: &Fleet) -> BTreeMap<AttackerId, IdentityId> {
    let identities = fleet.identities();
    identities
        .iter()
        .flat_map(|identity| identity.members.iter().map(|member| (*member, identity.id)))
        .collect()
}

/// The partition by the definition: all edges that tie, in order, unless a verdict forbids it. Slow, without regions.
fn parts(fleet: &Fleet, said: &[Verdict<AttackerId>]) -> BTreeMap<AttackerId, usize> {
    let members: Vec<AttackerId> = assignment(fleet).into_keys().collect();
    let mut part: BTreeMap<AttackerId, usize> = members.iter().copied().zip(0..).collect();
    let mut apart = Vec::new();
    let mut told = BTreeSet::new();
    for verdict in said.iter().filter(|verdict| verdict.a != verdict.b) {
        let pair = (verdict.a.min(verdict.b), verdict.a.max(verdict.b));
        if verdict.same {
            told.insert(pair);
        } else {
            apart.push(pair);
        }
    }
    told.retain(|pair| !apart.contains(pair));
    let mut edges: Vec<_> = fleet.edges().filter(|edge| !is_withheld_by_address(fleet, edge)).collect();
    edges.sort_by_key(|edge| (u32::MAX - edge.evidence.score, edge.a, edge.b));
    let pairs = told.into_iter().chain(edges.iter().map(|edge| (edge.a, edge.b)));
    for (a, b) in pairs {
        let (Some(x), Some(y)) = (part.get(&a).copied(), part.get(&b).copied()) else { continue };
        let crosses = |(p, q): &(AttackerId, AttackerId)| {
            let (p, q) = (part.get(p), part.get(q));
            (p, q) == (Some(&x), Some(&y)) || (p, q) == (Some(&y), Some(&x))
        };
        if !apart.iter().any(crosses) {
            part.values_mut().filter(|part| **part == y).for_each(|part| *part = x);
        }
    }
    part
}

fn is_withheld_by_address(fleet: &Fleet, edge: &Edge) -> bool {
    fleet.is_shared(edge.a) || fleet.is_shared(edge.b)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever was put in, taken out and said on the way, in whatever batches: the end is that of a fleet made at once.
    #[test]
    fn history_does_not_matter((begin, steps) in any::<bool>().prop_flat_map(
        |botnet| (prop::collection::vec(features(botnet), 0..110), steps(botnet, 25))
    )) {
        let mut fleet = Fleet::default();
        let mut now: BTreeMap<AttackerId, Features> = BTreeMap::new();
        let mut said = Vec::new();
        let mut edges = BTreeSet::new();
        let mut tracked: BTreeMap<AttackerId, IdentityId> = BTreeMap::new();
        let begin = begin.into_iter().map(Step::Put);
        for step in begin.chain([Step::Settle]).chain(steps).chain([Step::Settle]) {
            match step {
                Step::Put(features) => {
                    fleet.put(&features);
                    now.insert(features.attacker, features);
                }
                Step::Remove(number) => {
                    fleet.remove(id(number));
                    now.remove(&id(number));
                }
                Step::Judge(pairs) => {
                    said = verdicts(&pairs);
                    fleet.judge(&said);
                }
                Step::Settle => {
                    let Settled { changes, edges_gone, edges_new, .. } = fleet.settle();
                    edges.retain(|pair| edges_gone.binary_search(pair).is_err());
                    edges.extend(edges_new);
                    let kept: BTreeSet<_> = fleet.edges().map(|edge| (edge.a, edge.b)).collect();
                    prop_assert_eq!(&edges, &kept);
                    let after = assignment(&fleet);
                    let everybody = tracked.keys().chain(after.keys()).collect::<BTreeSet<_>>();
                    let moves = everybody.into_iter().map(|member| Moved {
                        member: *member, from: tracked.get(member).copied(), to: after.get(member).copied(),
                    });
                    // What is told of the changes is the difference between the states before and after.
                    prop_assert_eq!(changes, Changes::between(moves, IdentityId::derive));
                    tracked = after;
                }
            }
        }
        let at_once = Fleet::of(now.into_values().rev(), &said);
        prop_assert_eq!(look(&fleet), look(&at_once));
    }

    /// The same attackers in another order, their values in another order, some of them several times.
    #[test]
    fn order_does_not_matter(
        (attackers, shuffled) in any::<bool>().prop_flat_map(|botnet| prop::collection::vec(features(botnet), 0..90))
            .prop_map(|list| list.into_iter().map(|one| (one.attacker, one)).collect::<BTreeMap<_, _>>())
            .prop_map(|map| map.into_values().collect::<Vec<_>>())
            .prop_flat_map(|list| (Just(list.clone()), Just(list).prop_shuffle())),
        said in prop::collection::vec((0..ATTACKERS, 0..ATTACKERS, any::<bool>()), 0..6),
    ) {
        let one = Fleet::of(attackers, &verdicts(&said));
        let backwards: Vec<_> = said.iter().rev().map(|(a, b, same)| (*b, *a, *same)).collect();
        let mut other = Fleet::default();
        for (place, mut features) in shuffled.into_iter().enumerate() {
            features.observables.reverse();
            features.observables.extend(features.observables.clone());
            features.sessions.reverse();
            other.put(&features);
            if place % 3 == 0 {
                other.put(&features);
                other.settle();
            }
        }
        other.judge(&verdicts(&backwards));
        other.settle();
        prop_assert_eq!(look(&one), look(&other));
    }

    /// Identities are the components of what ties, and nobody is with whom a verdict keeps apart.
    #[test]
    fn identities_are_components(
        attackers in any::<bool>().prop_flat_map(|botnet| prop::collection::vec(features(botnet), 0..70)),
        said in prop::collection::vec((0..ATTACKERS, 0..ATTACKERS, any::<bool>()), 0..8),
    ) {
        // Keys and wallets that differ are another reason to stay apart: not asked here.
        let attackers = attackers.into_iter().map(|mut one| {
            one.observables.retain(|seen| !matches!(seen.kind(), Kind::SshKey | Kind::Wallet));
            one
        });
        let said = verdicts(&said);
        let fleet = Fleet::of(attackers, &said);
        let (found, wanted) = (assignment(&fleet), parts(&fleet, &said));
        for (a, identity) in &found {
            for (b, other) in &found {
                prop_assert_eq!(identity == other, wanted[a] == wanted[b]);
            }
        }
        for verdict in said.iter().filter(|verdict| !verdict.same && verdict.a != verdict.b) {
            if let (Some(a), Some(b)) = (found.get(&verdict.a), found.get(&verdict.b)) {
                prop_assert_ne!(a, b);
            }
        }
        for identity in fleet.identities() {
            prop_assert_eq!(identity.id, IdentityId::derive(identity.members[0]));
        }
    }
}

//! Fleets that are made to be slow: the work grows with the number of attackers, not with its square.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::net::Ipv4Addr;

use vespid_cluster::weight::{HOLDERS, KEPT, SELECTED};
use vespid_cluster::{Counts, Fleet, Why, Work};
use vespid_model::id::AttackerId;
use vespid_model::{Features, Observable, ObservableKind as Kind, UtcMicros};

fn id(number: u32) -> AttackerId {
    AttackerId::derive(Ipv4Addr::from_bits(number).into())
}

fn attacker(number: u32, observables: impl IntoIterator<Item = Observable>) -> Features {
    let observables: Vec<_> = observables.into_iter().collect();
    Features {
        attacker: id(number),
        first_seen: UtcMicros::from_micros(i64::from(number)),
        last_seen: UtcMicros::from_micros(i64::from(number)),
        sessions: vec![observables.clone()],
        observables,
        stays: Vec::new(),
    }
}

/// So many attackers with so many values each; `group` says with whom an attacker has a value in common.
fn fleet(kind: Kind, attackers: u32, values: u32, group: impl Fn(u32, u32) -> u32) -> (Work, Counts) {
    let mut fleet = Fleet::default();
    for number in 0..attackers {
        let value = |value| Observable::new(kind, &format!("{value} {}", group(number, value))).unwrap();
        fleet.put(&attacker(number, (0..values).map(value)));
    }
    (fleet.settle().work, fleet.counts())
}

/// Each value with 31 others, another 31 for each value.
fn scattered(attackers: u32) -> impl Fn(u32, u32) -> u32 {
    move |number, value| number.wrapping_mul(2 * value + 1).wrapping_add(value * value) % attackers / 32
}

#[test]
fn pairs_grow_with_the_fleet() {
    let pairs = [512, 1024, 2048].map(|size| fleet(Kind::Credential, size, 40, scattered(size)).0.pairs);
    for (pairs, size) in pairs.iter().zip([512, 1024, 2048]) {
        assert!(*pairs > size && *pairs <= size * SELECTED * HOLDERS / 2, "{pairs} of {size}");
    }
    assert!(pairs[2] < pairs[1] * 5 / 2, "{pairs:?}");
}

#[test]
fn what_all_have_makes_no_pairs_and_is_counted() {
    let (work, counts) = fleet(Kind::Credential, 500, 600, |_, _| 0);
    assert_eq!(work.pairs, 0);
    assert_eq!((counts.too_common, counts.dropped), (KEPT, 500 * (600 - KEPT)));
    let (work, counts) = fleet(Kind::SshKey, 500, 100, |_, _| 0);
    assert_eq!(counts.identities, 1);
    assert!(work.pairs < 500 * SELECTED * 8, "{work:?}");
    assert_eq!(counts.capped, 500);
}

/// Sessions by the thousand, and texts of any length: no panic, and what is shown is short.
#[test]
fn long_values_and_many_sessions() {
    let long = |number: u32| {
        Observable::new(Kind::SshKey, &format!("{number}{}", "é\u{202e}<\n".repeat(100))).unwrap()
    };
    let mut one = attacker(1, (0..40).map(long));
    one.sessions = (0..40).flat_map(|a| (0..40).map(move |b| vec![long(a), long(b)])).collect();
    let two = attacker(2, [long(7)]);
    let fleet = Fleet::of([one, two], &[]);
    assert_eq!(fleet.counts().dropped, 40 * 41 / 2 - 64);
    let Why::Same(path) = fleet.why(id(1), id(2)) else { unreachable!("they have a key in common") };
    assert!(path[0].evidence.sentence.chars().count() < 200, "{}", path[0].evidence.sentence);
}

/// A hundred more cost what hangs on them, not what is there.
#[test]
fn a_few_more_cost_little() {
    let own = |number: u32| {
        let key = Observable::new(Kind::SshKey, &format!("key {}", number / 3)).unwrap();
        let client = Observable::new(Kind::Hassh, "all").unwrap();
        attacker(number, [key, client])
    };
    let mut fleet = Fleet::of((0..6000).map(own), &[]);
    (6000..6100).for_each(|number| fleet.put(&own(number)));
    let work = fleet.settle().work;
    assert!(work.compared <= 102 && work.pairs <= 102 && work.regrouped <= 102, "{work:?}");
    assert_eq!(fleet.identities().len(), 6100_usize.div_ceil(3));
}

//! Link-local addresses that were given away.

use vespid_model::Body;
use vespid_model::actor::{AttackerProfile, AttackerPut, Ipv6Leaks, Leak, LeakListed, LeakOutcome};
use vespid_model::body::Ipv6Leak;
use vespid_model::id::AttackerId;
use vespid_store::Store;
use vespid_testkit::event::{at, event, ip};

use super::Place;
use super::actors::{attacker, identities, identity, put};
use crate::{batch, tagged};

fn leak(addr: &str) -> Leak {
    Leak { addr: addr.to_owned(), iid_kind: Some("eui64".to_owned()), mac_oui: Some("00:11:22".to_owned()) }
}

const fn outcome(identity: LeakListed) -> LeakOutcome {
    LeakOutcome { attacker_known: true, identity, unreadable_kept: false }
}

async fn leaks(store: &Store, last: u8) -> Ipv6Leaks {
    store.attacker_profile(attacker(last)).await.unwrap().unwrap().ipv6.unwrap()
}

async fn addresses(store: &Store, number: u8) -> Vec<String> {
    let row = store.identity_row(identity(number)).await.unwrap().unwrap();
    let list: Vec<serde_json::Value> =
        serde_json::from_str(&row.identity.ipv6_link_local_iids.unwrap()).unwrap();
    list.iter().map(|entry| entry["iid"].as_str().unwrap().to_owned()).collect()
}

pub(crate) async fn leaks_are_counted_and_listed(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    identities(store, [1]).await;
    let profile = AttackerProfile { bounty_count: 3, ..AttackerProfile::new(at(5)) };
    store.attacker_put(AttackerPut { profile: Some(profile), ..put(ip(1)) }).await.unwrap();
    store.attacker_put(put(ip(2))).await.unwrap();
    let one = Some(identity(1));
    for (number, addr, second, expected) in [
        (1, "fe80::1", 10, LeakListed::Added),
        (1, "FE80:0::1", 11, LeakListed::Already),
        (2, "fe80::2", 12, LeakListed::Added),
        (1, "", 20, LeakListed::NoAddress),
        // Later than it was: what was leaked last stays.
        (1, "fe80::3", 15, LeakListed::Added),
    ] {
        let done = store.ipv6_leak(attacker(number), one, leak(addr), at(second)).await.unwrap();
        assert_eq!(done, outcome(expected), "{addr:?}");
    }
    let expected = Ipv6Leaks {
        count: 4,
        last_at: Some(at(20)),
        last_link_local: None,
        last_iid_kind: Some("eui64".to_owned()),
        last_mac_oui: Some("00:11:22".to_owned()),
    };
    assert_eq!(leaks(store, 1).await, expected);
    assert_eq!(store.attacker_profile(attacker(1)).await.unwrap().unwrap().bounty_count, 3);
    assert_eq!(
        (leaks(store, 2).await.count, leaks(store, 2).await.last_link_local.as_deref()),
        (1, Some("fe80::2"))
    );
    assert_eq!(addresses(store, 1).await, ["fe80::1", "fe80::2", "fe80::3"]);

    let nobody = AttackerId::from_bytes([9; 16]);
    let done = store.ipv6_leak(nobody, one, leak("fe80::4"), at(30)).await.unwrap();
    assert_eq!(done, LeakOutcome { attacker_known: false, ..outcome(LeakListed::Added) });
    let done = store.ipv6_leak(attacker(2), Some(identity(9)), leak("fe80::5"), at(31)).await.unwrap();
    assert_eq!(done, outcome(LeakListed::UnknownIdentity));
    let done = store.ipv6_leak(attacker(2), None, leak("fe80::5"), at(32)).await.unwrap();
    assert_eq!((done, leaks(store, 2).await.count), (outcome(LeakListed::NotAsked), 3));
    // Of several at one time the one told last stays,
    for addr in ["fe80::b", "fe80::a", "fe80::c"] {
        store.ipv6_leak(attacker(2), None, leak(addr), at(40)).await.unwrap();
    }
    assert_eq!(leaks(store, 2).await.last_link_local.as_deref(), Some("fe80::c"));
    // and of events, which come in any order, the smallest.
    for addr in ["fe80::b", "fe80::a", "fe80::c"] {
        let body = Body::Ipv6Leak(Ipv6Leak { addr: addr.to_owned(), ..Ipv6Leak::default() });
        store.commit(batch(vec![tagged(event(50, 2, "decky-a", addr, body), &[])])).await.unwrap();
    }
    let told = leaks(store, 2).await;
    assert_eq!((told.last_at, told.last_link_local.as_deref()), (Some(at(50)), Some("fe80::a")));
    assert_eq!(store.attacker_find_by_id(nobody).await.unwrap(), None);
}

pub(crate) async fn unreadable_lists_are_kept(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    identities(store, [1, 2]).await;
    store.attacker_put(put(ip(1))).await.unwrap();
    let mut kept = Vec::new();
    for (number, bad) in
        ["not json", "7", "null", r#"{"iid":"fe80::1"}"#, r#"["fe80::1"]"#].iter().enumerate()
    {
        db.execute(&format!("UPDATE identity SET ipv6_link_local_iids = '{bad}'")).await;
        let done = store
            .ipv6_leak(attacker(1), Some(identity(1)), leak("fe80::1"), at(i64::try_from(number).unwrap()))
            .await
            .unwrap();
        assert_eq!(done, LeakOutcome { unreadable_kept: true, ..outcome(LeakListed::Added) }, "{bad}");
        kept.push(*bad);
        let row = store.identity_row(identity(1)).await.unwrap().unwrap();
        assert_eq!(row.ipv6_unreadable.unwrap().lines().collect::<Vec<_>>(), kept);
        assert_eq!(addresses(store, 1).await, ["fe80::1"]);
    }
    assert_eq!(leaks(store, 1).await.count, 5);
    assert_eq!(store.identity_row(identity(2)).await.unwrap().unwrap().ipv6_unreadable, None);
}

const WRITERS: u8 = 8;
const TIMES: u8 = 12;

/// Of four attackers that are one identity, two writers each: they meet at the attacker and at the identity.
pub(crate) async fn eight_writers_lose_no_leak(place: Place) {
    let db = place.fresh().await;
    identities(&db.store, [1]).await;
    db.store.attacker_put_all((0..WRITERS / 2).map(|last| put(ip(last))).collect()).await.unwrap();
    let write = async |url: String, writer: u8| {
        let store = Store::open(&url).await.unwrap();
        let mut added = 0;
        for time in 0..TIMES {
            // Each address by two writers.
            let addr = leak(&format!("fe80::{:x}:{time:x}", writer / 2));
            let who = attacker(writer % (WRITERS / 2));
            let done = store.ipv6_leak(who, Some(identity(1)), addr, at(time.into())).await.unwrap();
            added += u32::from(done.identity == LeakListed::Added);
        }
        added
    };
    let tasks: Vec<_> = (0..WRITERS).map(|writer| tokio::spawn(write(db.url.clone(), writer))).collect();
    let mut added = 0;
    for task in tasks {
        added += task.await.unwrap();
    }
    for last in 0..WRITERS / 2 {
        let leaks = leaks(&db.store, last).await;
        assert_eq!((leaks.count, leaks.last_at), (u64::from(TIMES * 2), Some(at((TIMES - 1).into()))));
    }
    let distinct = u32::from(WRITERS / 2 * TIMES);
    let mut addresses = addresses(&db.store, 1).await;
    addresses.sort();
    addresses.dedup();
    assert_eq!((addresses.len(), added), (distinct as usize, distinct));
}

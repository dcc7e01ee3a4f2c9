//! What files and answers of providers say of addresses.

use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Listing, Said};
use vespid_model::tag::Tagged;
use vespid_model::{Body, Event, UtcMicros};
use vespid_store::{Batch, Edition, Store};
use vespid_testkit::event::{at, ip};

use super::Place;
use super::actors::put;

const HOUR: i64 = 3_600_000_000;

fn fox(last: u8, kind: &str, seen: Option<i64>) -> Said {
    let words = Intel {
        threatfox_listed: Some(true),
        threatfox_threat_types: vec![kind.to_owned()],
        ..Intel::default()
    };
    Said::new(Feed::ThreatFox, ip(last), seen.map(at), words)
}

fn check(last: u8, score: i64, seen: i64) -> Said {
    let words = Intel { abuseipdb_score: Some(score), ..Intel::default() };
    Said::new(Feed::AbuseIpDbCheck, ip(last), Some(at(seen)), words)
}

async fn edition(store: &Store, now: i64) -> Edition {
    let number = store.listing_edition().await.unwrap();
    Edition { number, now: at(now), ttl: HOUR, keep: false }
}

/// One run over these entries, so many of them in one transaction; how many listings it ended.
async fn run(store: &Store, entries: &[Said], part: usize, edition: Edition, lists: &[Feed]) -> u64 {
    for part in entries.chunks(part) {
        store.listing_put(part.to_vec(), edition).await.unwrap();
    }
    store.listing_settle(lists.to_vec(), edition).await.unwrap()
}

async fn types(store: &Store, last: u8) -> Vec<(Vec<String>, UtcMicros)> {
    let all: Vec<Listing> = store.listing_list(ip(last)).await.unwrap();
    all.into_iter().map(|one| (one.said.body().threatfox_threat_types, one.since)).collect()
}

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

pub(crate) async fn listings_are_what_a_run_says_however_it_is_cut(place: Place) {
    let entries = [
        fox(1, "payload", Some(5)),
        fox(2, "botnet_cc", None),
        fox(1, "botnet_cc", Some(9)),
        fox(1, "payload", Some(7)),
        check(1, 40, 3),
        check(1, 50, 4),
    ];
    let mut all = Vec::new();
    for part in [1, 2, 6] {
        for turned in [false, true] {
            let db = place.fresh().await;
            let mut entries = entries.to_vec();
            if turned {
                entries.reverse();
            }
            let edition = edition(&db.store, 100).await;
            run(&db.store, &entries, part, edition, &[Feed::ThreatFox]).await;
            let listings: Vec<_> =
                [db.store.listing_list(ip(1)).await.unwrap(), db.store.listing_list(ip(2)).await.unwrap()]
                    .concat();
            all.push(listings);
        }
    }
    assert!(all.iter().all(|other| *other == all[0]), "{all:#?}");
    let first = &all[0];
    assert_eq!(
        first.iter().map(|one| one.said.feed.name()).collect::<Vec<_>>(),
        ["abuseipdb", "threatfox", "threatfox"]
    );
    assert_eq!(first[0].said.body().abuseipdb_score, Some(50));
    assert_eq!(
        (first[0].since, first[0].expires_at),
        (at(4), Some(UtcMicros::from_micros(at(100).as_micros() + HOUR)))
    );
    assert_eq!((first[1].since, first[1].expires_at), (at(9), None));
    // Who says no time says it now.
    assert_eq!((first[2].since, first[2].said.seen), (at(100), None));
}

pub(crate) async fn listings_that_say_the_same_say_it_since_then(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let lists = [Feed::ThreatFox];
    let both = [fox(1, "payload", Some(5)), fox(1, "botnet_cc", Some(9)), fox(2, "payload", Some(1))];
    run(store, &both, 1, edition(store, 100).await, &lists).await;
    assert_eq!(
        store.listing_feeds().await.unwrap().into_iter().collect::<Vec<_>>(),
        [(Feed::ThreatFox, at(100))]
    );

    // The provider has seen it again since; entry by entry it first looks like something else.
    let again = [fox(1, "payload", Some(50)), fox(1, "botnet_cc", Some(60)), fox(2, "payload", Some(70))];
    assert_eq!(run(store, &again, 1, edition(store, 200).await, &lists).await, 0);
    assert_eq!(types(store, 1).await, [(names(&["botnet_cc", "payload"]), at(9))]);
    assert_eq!(store.listing_list(ip(1)).await.unwrap()[0].said.seen, Some(at(60)));

    // A run that was killed before its end leaves nothing behind that the next one takes for news.
    store.listing_put(again.to_vec(), edition(store, 250).await).await.unwrap();
    assert_eq!(run(store, &again, 2, edition(store, 260).await, &lists).await, 0);
    assert_eq!(types(store, 1).await, [(names(&["botnet_cc", "payload"]), at(9))]);

    // Another verdict is one since then, and who is gone from the list is.
    let less = [fox(1, "payload", Some(80))];
    assert_eq!(run(store, &less, 1, edition(store, 300).await, &lists).await, 1);
    assert_eq!(types(store, 1).await, [(names(&["payload"]), at(80))]);
    assert_eq!(types(store, 2).await, []);

    // A part of a list adds to it.
    let keep = Edition { keep: true, ..edition(store, 400).await };
    assert_eq!(
        run(store, &[fox(1, "botnet_cc", Some(90)), fox(3, "payload", None)], 1, keep, &lists).await,
        0
    );
    assert_eq!(types(store, 1).await, [(names(&["botnet_cc", "payload"]), at(90))]);
    assert_eq!(types(store, 3).await, [(names(&["payload"]), at(400))]);
    // A file that broke off ends nothing.
    assert_eq!(run(store, &[fox(4, "payload", None)], 1, edition(store, 500).await, &[]).await, 0);
    assert_eq!(types(store, 3).await.len(), 1);
}

pub(crate) async fn answers_grow_old(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    run(store, &[check(1, 90, 1), fox(1, "payload", None)], 9, edition(store, 0).await, &[]).await;
    let long = Edition { now: UtcMicros::from_micros(at(0).as_micros() + HOUR), ..edition(store, 0).await };
    assert!(store.listing_list(ip(1)).await.unwrap()[0].holds(at(1)));
    assert!(!store.listing_list(ip(1)).await.unwrap()[0].holds(long.now));
    assert_eq!(run(store, &[check(2, 90, 1)], 9, long, &[]).await, 1);
    let left: Vec<_> =
        store.listing_list(ip(1)).await.unwrap().into_iter().map(|one| one.said.feed).collect();
    assert_eq!(left, [Feed::ThreatFox]);
}

pub(crate) async fn attackers_come_with_their_listings(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.attacker_put_all((1..=5).map(|last| put(ip(last))).collect()).await.unwrap();
    run(
        store,
        &[fox(2, "payload", None), fox(9, "payload", None)],
        9,
        edition(store, 7).await,
        &[Feed::ThreatFox],
    )
    .await;
    let (mut after, mut found) = (0, Vec::new());
    loop {
        let page = store.listing_attackers(after, 2).await.unwrap();
        let Some(last) = page.last() else { break };
        after = last.key;
        found.extend(page.into_iter().map(|one| (one.ip, one.listings.len(), one.intel.is_some())));
    }
    let expected: Vec<_> = (1..=5).map(|last| (ip(last), usize::from(last == 2), false)).collect();
    assert_eq!(found, expected);

    // What is said of an attacker is no time at which it came.
    let before = store.attacker_find(ip(2)).await.unwrap().unwrap();
    let event: Event = store.listing_list(ip(2)).await.unwrap()[0].event().unwrap();
    let early = Event::new(UtcMicros::EARLIEST, ip(2), &event.decky, None, event.body.clone());
    for event in [event, early] {
        assert!(matches!(event.body, Body::Intel(_)));
        let batch = Batch { tagged: vec![Tagged { event, tags: Vec::new() }], ..Batch::default() };
        assert_eq!(store.commit(batch).await.unwrap().events_new, 1);
    }
    let after = store.attacker_find(ip(2)).await.unwrap().unwrap();
    assert_eq!((after.first_seen, after.last_seen), (before.first_seen, before.last_seen));
    assert_eq!(after.events, before.events + 2);
}

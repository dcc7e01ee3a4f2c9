//! Canary tokens and who touched them.

use vespid_model::canary::{CanaryBlob, CanaryToken, CanaryTrigger, TriggerStored};
use vespid_model::id::{AttackerId, CanaryBlobId, CanaryTokenId, CanaryTriggerId};
use vespid_store::{Store, StoreError};
use vespid_testkit::event::{at, ip};

use super::Place;
use super::actors::{attacker, put};

const fn token_id(number: u8) -> CanaryTokenId {
    CanaryTokenId::from_bytes([number; 16])
}

const fn trigger_id(number: u8) -> CanaryTriggerId {
    CanaryTriggerId::from_bytes([number; 16])
}

fn blob(number: u8) -> CanaryBlob {
    CanaryBlob {
        id: CanaryBlobId::from_bytes([number; 16]),
        sha256: format!("{number:064}"),
        filename: "f.docx".to_owned(),
        content_type: "application/x".to_owned(),
        size_bytes: 5,
        uploaded_by: "u".to_owned(),
        uploaded_at: at(1),
    }
}

fn token(number: u8) -> CanaryToken {
    CanaryToken {
        id: token_id(number),
        kind: "http".to_owned(),
        decky_name: "decky-a".to_owned(),
        topology_id: None,
        blob: None,
        instrumenter: Some("i".to_owned()),
        generator: None,
        placement_path: "/x".to_owned(),
        callback_token: format!("slug{number}"),
        secret_seed: "s".to_owned(),
        placed_at: at(number.into()),
        last_triggered_at: None,
        trigger_count: 0,
        created_by: "system".to_owned(),
        state: "planted".to_owned(),
        last_error: None,
        fingerprint_nonce: Some("n".to_owned()),
    }
}

fn trigger(number: u8, second: i64, headers: &str) -> CanaryTrigger {
    CanaryTrigger {
        id: trigger_id(number),
        token: token_id(1),
        occurred_at: at(second),
        src_ip: "203.0.113.1".to_owned(),
        user_agent: Some("curl/8".to_owned()),
        request_path: None,
        dns_qname: None,
        raw_headers: headers.to_owned(),
        attacker: None,
    }
}

pub(crate) async fn tokens_are_put_found_and_listed(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    assert!(store.canary_blob_put(blob(1)).await.unwrap());
    let renamed = CanaryBlob { filename: "g.docx".to_owned(), ..blob(1) };
    assert!(!store.canary_blob_put(renamed.clone()).await.unwrap());
    assert_eq!(store.canary_blob_find(renamed.id).await.unwrap(), Some(renamed));
    let twin = CanaryBlob { sha256: blob(1).sha256, ..blob(2) };
    let error = store.canary_blob_put(twin).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken { noun: "canary blob", .. }), "{error}");

    let full =
        CanaryToken { blob: Some(blob(1).id), trigger_count: 2, last_triggered_at: Some(at(9)), ..token(1) };
    assert!(store.canary_token_put(full.clone()).await.unwrap());
    assert_eq!(store.canary_token_find(token_id(1)).await.unwrap(), Some(full.clone()));
    assert_eq!(store.canary_token_of_callback("slug1").await.unwrap(), Some(full.clone()));
    assert_eq!(store.canary_token_of_callback("SLUG1").await.unwrap(), None);
    let revoked = CanaryToken { state: "revoked".to_owned(), ..token(1) };
    assert!(!store.canary_token_put(revoked.clone()).await.unwrap());
    let kept = CanaryToken { trigger_count: 2, last_triggered_at: Some(at(9)), ..revoked };
    assert_eq!(store.canary_token_find(token_id(1)).await.unwrap(), Some(kept));

    let twin = CanaryToken { callback_token: "slug1".to_owned(), ..token(2) };
    let error = store.canary_token_put(twin).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken { noun: "canary token", .. }), "{error}");
    let error = store.canary_token_put(CanaryToken { blob: Some(blob(9).id), ..token(2) }).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "canary blob", .. }), "{error}");
    for number in [3, 2] {
        store.canary_token_put(token(number)).await.unwrap();
    }
    let page = store.canary_token_list(2, 1).await.unwrap();
    assert_eq!(
        (page.rows.iter().map(|row| row.id).collect::<Vec<_>>(), page.total),
        (vec![token_id(2), token_id(1)], 3)
    );
    assert_eq!(store.canary_token_find(token_id(9)).await.unwrap(), None);
    assert_eq!(store.canary_blob_find(blob(9).id).await.unwrap(), None);
}

pub(crate) async fn triggers_are_counted_once(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    let counted = async || {
        let token = store.canary_token_find(token_id(1)).await.unwrap().unwrap();
        (token.trigger_count, token.last_triggered_at)
    };
    let error = store.canary_trigger_put(trigger(1, 5, "{}")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "canary token", .. }), "{error}");
    for number in [1, 2] {
        store.canary_token_put(token(number)).await.unwrap();
    }
    store.attacker_put(put(ip(1))).await.unwrap();
    let by = |attacker| CanaryTrigger { attacker, ..trigger(1, 5, "{\"A\":\"b\"}") };
    let done = store.canary_trigger_put(by(Some(attacker(1)))).await.unwrap();
    assert_eq!(done, TriggerStored { new: true, attacker: Some(attacker(1)) });
    assert_eq!(counted().await, (1, Some(at(5))));
    let found = store.canary_trigger_find(trigger_id(1)).await.unwrap().unwrap();
    assert_eq!((&found.trigger, found.headers.unwrap()["A"].as_str()), (&by(Some(attacker(1))), Some("b")));

    // Nobody knows who that is: told, not refused.
    let unknown = Some(AttackerId::from_bytes([9; 16]));
    assert_eq!(
        store.canary_trigger_put(by(unknown)).await.unwrap(),
        TriggerStored { new: false, attacker: None }
    );
    assert_eq!(store.canary_trigger_find(trigger_id(1)).await.unwrap().unwrap().trigger, by(None));
    store.canary_trigger_put(trigger(2, 3, "{}")).await.unwrap();
    assert_eq!(counted().await, (2, Some(at(5))), "the last time does not go back");
    let moved = CanaryTrigger { token: token_id(2), ..trigger(2, 3, "{}") };
    let error = store.canary_trigger_put(moved).await.unwrap_err();
    assert!(matches!(error, StoreError::Taken { noun: "canary trigger", .. }), "{error}");
    assert_eq!(store.canary_trigger_find(trigger_id(9)).await.unwrap(), None);

    let touch = async |url: String, writer: u8| {
        let store = Store::open(&url).await.unwrap();
        // Backwards, so that a time that was lost does not come again.
        for number in (0..6).rev() {
            let number = 100 + number * 4 + writer;
            store.canary_trigger_put(trigger(number, number.into(), "{}")).await.unwrap();
        }
    };
    let tasks: Vec<_> = (0..4).map(|writer| tokio::spawn(touch(db.url.clone(), writer))).collect();
    for task in tasks {
        task.await.unwrap();
    }
    assert_eq!(counted().await, (26, Some(at(123))));
}

pub(crate) async fn triggers_come_in_order_and_none_is_passed_over(place: Place) {
    let db = place.fresh().await;
    let store = &db.store;
    store.canary_token_put(token(1)).await.unwrap();
    // Stored in no order; four at one time, with pages that end among them.
    let bad = ["", "not json", "[]", "null"];
    for number in [9, 4, 7, 1, 8, 3, 6, 2, 5_u8] {
        let second = if (3..=6).contains(&number) { 3 } else { number.into() };
        let headers = bad.get(usize::from(number) - 1).copied().unwrap_or("{\"x\":\"y\"}");
        store.canary_trigger_put(trigger(number, second, headers)).await.unwrap();
    }
    let ids = |rows: &[vespid_model::canary::CanaryTriggerRow]| -> Vec<u8> {
        rows.iter().map(|row| row.trigger.id.as_bytes()[0]).collect()
    };
    let mut paged = Vec::new();
    let mut after = None;
    while let Some(rows) = Some(store.canary_triggers_since(at(2), after, 2).await.unwrap())
        && let Some(last) = rows.last()
    {
        assert!(rows.len() <= 2);
        after = Some(last.cursor());
        paged.extend(ids(&rows));
    }
    assert_eq!(paged, [2, 3, 4, 5, 6, 7, 8, 9]);

    let mut one_by_one = store.canary_triggers(at(0), 2);
    let mut rows = Vec::new();
    while let Some(row) = one_by_one.next().await.unwrap() {
        rows.push(row);
    }
    assert_eq!(ids(&rows), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    assert_eq!(one_by_one.malformed(), 4);
    for (row, text) in rows.iter().zip(bad) {
        assert_eq!((row.headers.is_err(), &*row.trigger.raw_headers), (true, text));
    }
    assert!(store.canary_triggers(at(10), 2).next().await.unwrap().is_none());

    // Pages end by their size, too.
    let large = format!("{{\"x\":\"{}\"}}", "y".repeat(3 << 20));
    for number in [20, 21, 22] {
        store.canary_trigger_put(trigger(number, 20, &large)).await.unwrap();
    }
    assert_eq!(ids(&store.canary_triggers_since(at(20), None, 100).await.unwrap()), [20]);
    let mut all = store.canary_triggers(at(20), 100);
    for number in [20, 21, 22] {
        assert_eq!(all.next().await.unwrap().unwrap().trigger.id, trigger_id(number));
    }
    assert_eq!(all.next().await.unwrap(), None);
}

//! Sessions that are told of without their events, and what identities did where.

use vespid_attack::phase::Phase;
use vespid_model::rows::{SessionKey, SessionPut};
use vespid_store::{SessionFilter, StoreError};
use vespid_testkit::event::{at, connect, ip};
use vespid_testkit::record::record;

use super::Place;
use super::actors::{attacker, identities, identity, put};
use crate::{batch, sound, tagged};

fn told(session: &str, last: u8, (first, end): (i64, i64)) -> SessionPut {
    SessionPut {
        key: SessionKey { decky: "decky-a".to_owned(), session: session.to_owned(), ip: ip(last) },
        service: Some("ssh".to_owned()),
        client_version: None,
        hassh: None,
        login: None,
        first_seen: at(first),
        last_seen: at(end),
    }
}

pub(crate) async fn sessions_are_put_found_and_listed(place: Place) {
    let store = place.fresh().await.store;
    let error = store.session_put(told("s1", 1, (5, 9))).await.unwrap_err();
    assert!(matches!(error, StoreError::Unknown { noun: "attacker", .. }), "{error}");
    store.attacker_put(put(ip(1))).await.unwrap();
    assert!(store.session_put(told("s1", 1, (5, 9))).await.unwrap());
    let more = SessionPut { login: Some("root".to_owned()), service: None, ..told("s1", 1, (3, 7)) };
    assert!(!store.session_put(more).await.unwrap());
    let less = SessionPut { login: Some("admin".to_owned()), ..told("s1", 1, (4, 4)) };
    assert!(!store.session_put(less).await.unwrap());
    // Its events are the same session's.
    let done = store.commit(batch(vec![tagged(connect(20, 1, "s1"), &[])])).await.unwrap();
    assert_eq!((done.events_new, done.sessions_new), (1, 0));

    let key = told("s1", 1, (0, 0)).key;
    let row = store.session_find(&key).await.unwrap().unwrap();
    assert_eq!((row.first_seen, row.last_seen, row.events), (at(3), at(20), 1));
    assert_eq!((row.service.as_deref(), row.login.as_deref()), (Some("ssh"), Some("admin")));
    assert!(store.session_put(told("s2", 1, (1, 2))).await.unwrap());
    let list = store.session_list(&SessionFilter::default(), 1, 1).await.unwrap();
    assert_eq!((list.total, list.rows[0].key.session.as_str()), (2, "s2"));

    for name in ["S1", "s%", "s1\u{e9}"] {
        assert!(store.session_put(told(name, 1, (1, 2))).await.unwrap());
    }
    for (begins, decky, found) in [
        ("s1", None, vec!["s1", "s1\u{e9}"]),
        ("s%", None, vec!["s%"]),
        ("S", Some("decky-a"), vec!["S1"]),
        ("S", Some("decky-b"), vec![]),
        ("s_", None, vec![]),
    ] {
        let rows = store.session_beginning(begins, decky, 9).await.unwrap();
        let mut names: Vec<_> = rows.into_iter().map(|row| row.key.session).collect();
        names.sort();
        assert_eq!(names, found, "{begins}");
    }
    assert_eq!(store.session_beginning("s", None, 2).await.unwrap().len(), 2);
}

pub(crate) async fn phases_come_in_their_order(place: Place) {
    let store = place.fresh().await.store;
    store.attacker_put(put(ip(1))).await.unwrap();
    identities(&store, [1]).await;
    store.identity_link(vec![(attacker(1), Some(identity(1)))], at(1)).await.unwrap();
    let mut records = vec![
        record(30, 1, "c", "r", "TA0011/T1105@0.6"),
        record(10, 1, "a", "r", "TA0007/T1082@0.7"),
        record(10, 1, "b", "r", "TA0043/T1595@0.7"),
        record(20, 1, "d", "r", "TA0002/T1059@0.7"),
    ];
    records[3].decky = None;
    // On the identity as well: one tag all the same.
    records[0].identity = Some(identity(1));
    store.insert_tags(records, at(50)).await.unwrap();
    let all = store.decky_phases(identity(1), 10, None).await.unwrap();
    let ids: Vec<_> = all.iter().map(|row| (row.created_at, row.id)).collect();
    assert!(ids.is_sorted() && ids.len() == 3, "{ids:?}");
    let last = all.last().unwrap();
    assert_eq!((last.phase, last.decky.as_str()), (Some(Phase::CommandAndControl), "decky-1"));
    assert!((last.epoch_seconds() - 1_795_478_430.0).abs() < 1e-6);
    let mut paged = store.decky_phases(identity(1), 1, None).await.unwrap();
    while let Some(row) = store
        .decky_phases(identity(1), 1, paged.last().map(|row| (row.created_at, row.id)))
        .await
        .unwrap()
        .pop()
    {
        paged.push(row);
    }
    assert_eq!(paged, all);
    sound(&store).await;
}

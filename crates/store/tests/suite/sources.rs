//! How sources fare, and inputs that have another name now.

use vespid_model::rows::SourceHealth;
use vespid_store::SourceOffset;
use vespid_testkit::event::at;

use super::Place;

/// What came is added; what is not known leaves what was.
pub(crate) async fn health_of_sources_adds_up(place: Place) {
    let db = place.fresh().await;
    let udp = SourceHealth {
        kind: "syslog+udp".to_owned(),
        name: "127.0.0.1:514".to_owned(),
        last_event: Some(at(1)),
        last_received: Some(at(3)),
        lines: 10,
        events: 8,
        dead_letters: 2,
        dropped: 1,
        errors: 1,
        last_error: Some("broken <b>\u{1b}".to_owned()),
        rate: 10,
        lag: Some(-2_000_000),
        updated_at: None,
    };
    let file = SourceHealth { kind: "file".to_owned(), name: "/é".repeat(400), ..SourceHealth::default() };
    db.store.source_health_add(vec![udp.clone(), file.clone()], at(5)).await.unwrap();
    let later = SourceHealth {
        last_event: Some(at(7)),
        last_received: None,
        last_error: None,
        lag: None,
        rate: 0,
        lines: 5,
        ..udp.clone()
    };
    db.store.source_health_add(vec![later], at(9)).await.unwrap();
    db.store.source_health_add(Vec::new(), at(10)).await.unwrap();
    let expected = [
        SourceHealth { updated_at: Some(at(5)), ..file },
        SourceHealth {
            lines: 15,
            events: 16,
            dead_letters: 4,
            dropped: 2,
            errors: 2,
            last_event: Some(at(7)),
            rate: 0,
            updated_at: Some(at(9)),
            ..udp
        },
    ];
    assert_eq!(db.store.source_health_list().await.unwrap(), expected);
}

/// A log that was renamed has the same beginning.
pub(crate) async fn inputs_are_found_by_their_beginning(place: Place) {
    let db = place.fresh().await;
    let log = |name: &str, fingerprint, fingerprint_length| SourceOffset {
        id: 0,
        name: name.to_owned(),
        fingerprint,
        fingerprint_length,
        position: 7,
        rules: "r".to_owned(),
    };
    let first = log("/log", u64::MAX, 1024);
    let id = db.store.source_begin(first.clone(), at(0)).await.unwrap();
    let short = db.store.source_begin(log("/short", 3, 100), at(0)).await.unwrap();
    let first = SourceOffset { id, ..first };
    assert_eq!(db.store.source_list_with(u64::MAX, 1024).await.unwrap(), std::slice::from_ref(&first));
    assert_eq!(db.store.source_list_with(u64::MAX, 100).await.unwrap(), []);

    let renamed = SourceOffset { name: "/log.1".to_owned(), ..first };
    assert_eq!(db.store.source_begin(renamed.clone(), at(1)).await.unwrap(), id);
    assert_eq!(db.store.source_list("/log").await.unwrap(), []);
    assert_eq!(db.store.source_list("/log.1").await.unwrap(), [renamed]);

    db.store.source_grown(short, 4, 1024, at(2)).await.unwrap();
    let grown = SourceOffset { id: short, ..log("/short", 4, 1024) };
    assert_eq!(db.store.source_list_with(4, 1024).await.unwrap(), [grown]);
}

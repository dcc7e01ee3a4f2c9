//! Texts that some database would not keep as they are.

use vespid_model::body::AuthResult;
use vespid_model::rows::EventsFrom;
use vespid_model::{Body, event::Event};
use vespid_store::{Batch, DeadLetter, SessionFilter, SourceOffset};
use vespid_testkit::event::{at, client_version, command, connect, event, login};
use vespid_testkit::server::Kind;

use super::Place;
use crate::{batch, everything, tagged};

/// NUL, a character of four bytes, the last one of three, a lone combining mark, quotes.
const HOSTILE: &str = "a\0b \u{1F41D} \u{FFFF} \u{301} '\"`\\ ?";

pub(crate) async fn every_character_comes_back(place: Place) {
    let db = place.fresh().await;
    let events = [
        command(0, 1, "s", HOSTILE),
        login(1, 1, "s", (HOSTILE, HOSTILE), AuthResult::Success),
        client_version(2, 1, "s", HOSTILE),
        Event::new(at(3), [192, 0, 2, 1].into(), HOSTILE, Some(HOSTILE), command(0, 1, "", "id").body),
    ];
    let all = events.iter().map(|event| tagged(event.clone(), &[("r", "TA0007/T1082@0.7")])).collect();
    let source = SourceOffset {
        id: 0,
        name: "\u{1F41D}".to_owned(),
        fingerprint: 1,
        fingerprint_length: 1,
        position: 0,
        rules: String::new(),
    };
    let letter = DeadLetter {
        source: db.store.source_begin(source, at(0)).await.unwrap(),
        position: 0,
        length: 1,
        reason: "x",
        detail: HOSTILE.to_owned(),
        excerpt: HOSTILE.as_bytes().to_vec(),
    };
    let stored = Batch { dead: vec![letter], ..batch(all) };
    let done = db.store.commit(stored.clone()).await.unwrap();
    assert_eq!((done.events_new, done.tags_new, done.sessions_new, done.dead_new), (4, 4, 2, 1));
    let done = db.store.commit(stored).await.unwrap();
    assert_eq!((done.events_new, done.tags_new, done.sessions_new, done.dead_new), (0, 0, 0, 0));

    let session = db.store.session_named("s", None, 9).await.unwrap().remove(0);
    let shown = HOSTILE.replace('\0', "\u{FFFD}");
    assert_eq!((session.login.as_ref(), session.client_version.as_ref()), (Some(&shown), Some(&shown)));
    let bodies = bodies(&db, &session.key).await;
    assert_eq!(bodies, events[..3].iter().map(|event| event.body.clone()).collect::<Vec<_>>());

    // PostgreSQL's texts hold no NUL: names are kept with another character, and found by either.
    let name = if place.is(Kind::Postgres) { shown.clone() } else { HOSTILE.to_owned() };
    let named = db.store.session_named(HOSTILE, Some(HOSTILE), 9).await.unwrap().remove(0);
    assert_eq!((&named.key.session, &named.key.decky, named.events, named.tags), (&name, &name, 1, 1));
    let row = db.store.dead_letter_page(None, 9).await.unwrap().remove(0);
    assert_eq!((row.detail, row.excerpt), (name, HOSTILE.as_bytes().to_vec()));
}

pub(crate) async fn a_long_body_comes_back(place: Place) {
    let db = place.fresh().await;
    // Twelve of them are more than one statement takes.
    let events: Vec<_> =
        (0..12).map(|second| command(second, 1, "s", &"\u{1F41D}x".repeat((1 << 20) / 5))).collect();
    let all = events.iter().map(|event| tagged(event.clone(), &[])).collect();
    assert_eq!(db.store.commit(batch(all)).await.unwrap().events_new, 12);
    let session = db.store.session_named("s", None, 9).await.unwrap().remove(0);
    let bodies = bodies(&db, &session.key).await;
    assert!(bodies == events.into_iter().map(|event| event.body).collect::<Vec<_>>());
}

async fn bodies(db: &super::Database, key: &vespid_model::rows::SessionKey) -> Vec<Body> {
    let (mut bodies, mut from) = (Vec::new(), EventsFrom::Offset(0));
    loop {
        let events = db.store.session_events(key, from, 100).await.unwrap();
        let Some(last) = events.last() else { return bodies };
        from = EventsFrom::After(last.time, last.id);
        bodies.extend(events.into_iter().map(|event| event.body));
    }
}

pub(crate) async fn texts_that_look_alike_stay_apart(place: Place) {
    let db = place.fresh().await;
    let names = ["a", "A", "a ", "a  ", " a", "a\u{301}", "\u{e1}", "a\u{200b}", "a\t", "\u{ff41}"];
    let body = connect(0, 1, "s").body;
    for decky in names {
        let all = names.iter().map(|name| tagged(event(0, 1, decky, name, body.clone()), &[])).collect();
        let done = db.store.commit(batch(all)).await.unwrap();
        assert_eq!((done.events_new, done.sessions_new), (10, 10), "{decky:?}");
    }
    let rows = db.store.session_list(&SessionFilter::default(), 200, 0).await.unwrap();
    assert_eq!(rows.total, 100);
    // As bytes are ordered, whatever the language.
    let mut sorted: Vec<_> = rows.rows.iter().map(|row| (&row.key.session, &row.key.decky)).collect();
    sorted.sort();
    assert_eq!(rows.rows.iter().map(|row| (&row.key.session, &row.key.decky)).collect::<Vec<_>>(), sorted);
    for decky in names {
        for name in names {
            let found = db.store.session_named(name, Some(decky), 9).await.unwrap();
            assert_eq!(found.len(), 1, "{decky:?} {name:?}");
        }
    }

    let least = place.fresh().await;
    for version in ["b", "a\u{1}", "a ", "a", "B "] {
        least.store.commit(batch(vec![tagged(client_version(0, 1, "s", version), &[])])).await.unwrap();
    }
    assert!(everything(&least.store).await.join("\n").contains("client_version: Some(\"B \")"));
    for version in ["A\u{1}", "A", "A "] {
        least.store.commit(batch(vec![tagged(client_version(0, 1, "s", version), &[])])).await.unwrap();
    }
    assert!(everything(&least.store).await.join("\n").contains("client_version: Some(\"A\")"));
}

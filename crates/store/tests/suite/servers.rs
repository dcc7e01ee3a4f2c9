//! What only servers do: go away, come back, refuse.

use std::time::Duration;

use vespid_model::rows::Scope;
use vespid_store::{Store, StoreError};
use vespid_testkit::event::{command, event};

use super::Place;
use crate::{batch, everything, story, tagged};

pub(crate) fn every_case(place: &Place) {
    place.run("a_reader_makes_no_tables", a_reader_makes_no_tables);
    place.run("errors_name_the_database_and_no_password", errors_name_the_database_and_no_password);
    place.run("a_name_too_long_is_refused_clearly", a_name_too_long_is_refused_clearly);
    place.run("keys_of_deleted_rows_are_found_out", keys_of_deleted_rows_are_found_out);
    place.run("a_killed_server_has_what_it_acknowledged", a_killed_server_has_what_it_acknowledged);
    place.run(
        "a_server_killed_while_it_writes_stores_each_event_once",
        a_server_killed_while_it_writes_stores_each_event_once,
    );
}

async fn a_reader_makes_no_tables(place: Place) {
    let url = place.url();
    let error = Store::open_existing(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Missing(_)), "{error}");
    let error = error.to_string();
    assert!(
        error.contains("does not exist") && error.contains("127.0.0.1") && !error.contains('@'),
        "{error}"
    );
    Store::open(&url).await.unwrap();
    Store::open_existing(&url).await.unwrap();
}

async fn errors_name_the_database_and_no_password(place: Place) {
    let url = place.url().replace('@', ":secret@");
    let (server, _) = url.rsplit_once('/').unwrap();
    let error = Store::open(&format!("{server}/nowhere")).await.unwrap_err().to_string();
    assert!(error.contains("/nowhere") && error.contains("127.0.0.1"), "{error}");
    assert!(!error.contains("secret"), "{error}");
    let (scheme, _) = url.split_once(':').unwrap();
    let error = Store::open(&format!("{scheme}://me:secret@127.0.0.1:1/d")).await.unwrap_err().to_string();
    assert!(
        error.contains("127.0.0.1:1/d") && error.contains("refused") && !error.contains("secret"),
        "{error}"
    );
}

async fn a_name_too_long_is_refused_clearly(place: Place) {
    let db = place.fresh().await;
    let body = command(0, 1, "s", "id").body;
    let at_most = "\u{1F41D}".repeat(255);
    let fits = batch(vec![tagged(event(0, 1, &at_most, &at_most, body.clone()), &[])]);
    assert_eq!(db.store.commit(fits).await.unwrap().events_new, 1);
    for (decky, session, noun) in
        [("d", "s".repeat(256), "session"), (&*"d".repeat(256), "s".to_owned(), "decky")]
    {
        let long = batch(vec![tagged(event(1, 1, decky, &session, body.clone()), &[])]);
        let error = db.store.commit(long).await.unwrap_err().to_string();
        assert!(error.contains(&format!("the name of a {noun} has 256 characters")), "{error}");
    }
    assert_eq!(db.store.totals(&Scope::Fleet).await.unwrap().events, 1);
}

async fn keys_of_deleted_rows_are_found_out(place: Place) {
    let db = place.fresh().await;
    db.store.commit(story()).await.unwrap();
    let before = everything(&db.store).await;
    for table in ["tag", "rollup_scope", "rollup_day", "attacker"] {
        db.execute(&format!("DELETE FROM {table}")).await;
    }
    db.execute("DELETE FROM rule").await;
    db.execute("DELETE FROM decky").await;
    assert_eq!(db.store.commit(story()).await.unwrap().events_new, 6);
    assert_eq!(everything(&db.store).await, before);
}

async fn a_killed_server_has_what_it_acknowledged(place: Place) {
    let db = place.fresh().await;
    let whole = place.fresh().await;
    whole.store.commit(story()).await.unwrap();
    let expected = everything(&whole.store).await;

    for tagged in story().tagged {
        db.store.commit(batch(vec![tagged])).await.unwrap();
        place.kill();
        place.restart();
    }
    assert_eq!(everything(&db.store).await, expected);

    // Away while a batch is handed over: the batch waits for it.
    place.kill();
    let store = db.store.clone();
    let late =
        tokio::spawn(async move { store.commit(batch(vec![tagged(command(50, 9, "s9", "id"), &[])])).await });
    tokio::time::sleep(Duration::from_millis(500)).await;
    assert!(!late.is_finished());
    place.restart();
    assert_eq!(late.await.unwrap().unwrap().events_new, 1);
}

async fn a_server_killed_while_it_writes_stores_each_event_once(place: Place) {
    let db = place.fresh().await;
    let store = db.store.clone();
    let writing = tokio::spawn(async move {
        for number in 0..40 {
            let events = (0..200).map(|second| command(number * 200 + second, 1, "s", "id"));
            let all = events.map(|event| tagged(event, &[("id", "TA0007/T1082@0.7")])).collect();
            store.commit(batch(all)).await.unwrap();
        }
    });
    for _ in 0..3 {
        tokio::time::sleep(Duration::from_millis(150)).await;
        place.kill();
        place.restart();
    }
    writing.await.unwrap();
    let totals = db.store.totals(&Scope::Fleet).await.unwrap();
    assert_eq!((totals.events, totals.tags, totals.sessions, totals.attackers), (8000, 8000, 1, 1));
    let session = db.store.session_named("s", None, 9).await.unwrap().remove(0);
    assert_eq!((session.events, session.commands, session.tags), (8000, 8000, 8000));
}

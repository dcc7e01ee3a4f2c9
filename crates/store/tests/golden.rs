//! DECNET's own answers on DECNET's own data, beside those of a store that took the data over.
//!
//! The data are not in this repository: `../shared/golden` beside it, or what `VESPID_GOLDEN` names. Each documented
//! correction (docs/decnet.md) is a [`fixes::Fix`]: without any, a model over the source's rows must say what DECNET
//! said; with all of them, what Vespid says.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]
#![expect(clippy::print_stderr, reason = "who has no data is told that nothing was tested")]

#[path = "golden/answers.rs"]
mod answers;
#[path = "golden/bumps.rs"]
mod bumps;
#[path = "golden/commands.rs"]
mod commands;
#[path = "golden/data.rs"]
mod data;
#[path = "golden/dump.rs"]
mod dump;
#[path = "golden/fixes.rs"]
mod fixes;
#[path = "golden/inserts.rs"]
mod inserts;
#[path = "golden/model.rs"]
mod model;
#[path = "golden/mysql.rs"]
mod mysql;
#[path = "golden/views.rs"]
mod views;

use data::Golden;
use vespid_store::Store;
use vespid_testkit::event::at;
use vespid_testkit::server::{Kind, Server};

#[tokio::test(flavor = "multi_thread")]
async fn sqlite() {
    let folder = tempfile::tempdir().unwrap();
    every_case(|name| format!("sqlite:{}", folder.path().join(name).display())).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn mariadb() {
    on_a_server(Kind::MariaDb).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn postgres() {
    on_a_server(Kind::Postgres).await;
}

async fn on_a_server(kind: Kind) {
    if Golden::find().is_some() {
        let server = Server::start(kind);
        every_case(|name| server.database(name)).await;
    }
}

async fn every_case(place: impl Fn(&str) -> String) {
    let Some(golden) = Golden::find() else { return };
    let url = place("golden");
    let store = Store::open(&url).await.unwrap();
    taken_over(&store, &golden).await;
    views::are_the_sources_rows(&url, &golden).await;
    dump::every_line_is_answered(&store, &golden).await;
    inserts::the_same_tags_are_inserted(&Store::open(&place("base")).await.unwrap(), &store, &golden).await;
    bumps::leaks_are_counted(&Store::open(&place("bumps")).await.unwrap(), &golden).await;
    let mysql = place("source");
    if mysql.starts_with("mysql:") {
        let copy = Store::open(&place("copy")).await.unwrap();
        mysql::the_same_is_taken_over(&mysql, &copy, &store, &golden).await;
    }
}

/// Twice, of which the second time changes nothing.
async fn taken_over(store: &Store, golden: &Golden) {
    let source = golden.path("full.db");
    let first = store.import_decnet(&source, 3, at(0)).await.unwrap();
    let told: Vec<_> =
        first.tables.iter().map(|it| (it.table, it.read, it.new, it.known, it.rejected)).collect();
    let expected = [
        ("campaigns", 5, 5, 0, 0),
        ("attacker_identities", 20, 20, 0, 0),
        ("attackers", 60, 60, 0, 0),
        ("attacker_intel", 0, 0, 0, 0),
        ("canary_blobs", 1, 1, 0, 0),
        ("canary_tokens", 5, 5, 0, 0),
        ("canary_triggers", 30, 30, 0, 0),
        ("ttp_rule", 0, 0, 0, 0),
        ("ttp_rule_state", 0, 0, 0, 0),
        ("ttp_tag", 500, 491, 0, 9),
    ];
    assert_eq!(told, expected, "{first:#?}");
    let reasons: Vec<_> = first
        .tables
        .iter()
        .flat_map(|it| it.told.iter().map(|told| (it.table, &*told.reason, told.total, told.rows.len())))
        .collect();
    let ghosts =
        [("ttp_tag", "attacker_uuid is no UUID", 6, 3), ("ttp_tag", "identity_uuid is no UUID", 3, 3)];
    assert_eq!(reasons, ghosts);
    let second = store.import_decnet(&source, 3, at(1)).await.unwrap();
    for (first, second) in first.tables.iter().zip(&second.tables) {
        let table = first.table;
        assert_eq!((second.new, second.known, second.rejected), (0, first.new, first.rejected), "{table}");
    }
    assert!(store.doctor(10).await.unwrap().is_empty());
}

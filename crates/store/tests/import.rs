//! A small DECNET database is taken over: from SQLite and MySQL, into each kind of database.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;

use rusqlite::Connection as File;
use rusqlite::types::ValueRef;
use serde_json::Value;
use sqlx::{AssertSqlSafe, Connection, Executor, MySqlConnection};
use tempfile::TempDir;
use vespid_model::UtcMicros;
use vespid_model::actor::Leak;
use vespid_model::id::{AttackerId, CampaignId, CanaryTokenId, IdentityId, RuleId};
use vespid_model::rows::{Scope, Techniques};
use vespid_model::rule_state::{RuleMode, RuleState};
use vespid_store::{Batch, Import, Outcome, Store, StoreError};
use vespid_testkit::DECNET;
use vespid_testkit::event::{at, command, ip};
use vespid_testkit::server::{Kind, Server};
use vespid_testkit::tag::tag;

const COUNTS: [(&str, u64, u64, u64, u64); 10] = [
    ("campaigns", 3, 2, 0, 1),
    ("attacker_identities", 5, 5, 0, 0),
    ("attackers", 6, 3, 1, 2),
    ("attacker_intel", 3, 1, 0, 2),
    ("canary_blobs", 1, 1, 0, 0),
    ("canary_tokens", 2, 2, 0, 0),
    ("canary_triggers", 3, 2, 0, 1),
    ("ttp_rule", 1, 1, 0, 0),
    ("ttp_rule_state", 3, 2, 0, 1),
    ("ttp_tag", 15, 7, 0, 8),
];

const TOLD: &str = "\
campaigns 1 rejected: created_at is outside the years 1990 to 2099 (c3)
attacker_identities 1 changed: campaign_id names a campaign that is not there and was left out (d5: c9)
attacker_identities 1 changed: merged_into_uuid names a row that is not there and was left out (d5: d9)
attackers 1 rejected: ip is no address (a4)
attackers 1 rejected: uuid is no UUID (attacker-7)
attackers 1 changed: identity_id names an identity that is not there and was left out (a6: d9)
attackers 1 changed: its address is that of another attacker, which it was folded into (a3: 192.0.2.1 is a1)
attacker_intel 1 rejected: there is another row about the same attacker, which stays (e2: attacker a1)
attacker_intel 1 rejected: the attacker that it names is not there (e3: a9)
canary_tokens 1 changed: blob_uuid names a blob that is not there and was left out (f2: b9)
canary_triggers 1 rejected: the canary token that it names is not there (13: f9)
ttp_rule_state 1 rejected: state is none of enabled, disabled, clipped (R0016)
";

fn id(last: &str) -> String {
    format!("00000000-0000-4000-8000-{last:0>12}")
}

fn attacker(last: &str) -> AttackerId {
    id(last).parse().unwrap()
}

/// The ids of the fixture, short.
fn short(text: &str) -> String {
    text.replace("00000000-0000-4000-8000-0000000000", "").replace("000000000000400080000000000000", "")
}

fn told(import: &Import) -> String {
    let mut lines = String::new();
    for table in &import.tables {
        for told in &table.told {
            let outcome = if told.outcome == Outcome::Rejected { "rejected" } else { "changed" };
            let rows: Vec<String> = told
                .rows
                .iter()
                .map(|row| match &*row.detail {
                    "" => row.key.clone(),
                    detail => format!("{}: {detail}", row.key),
                })
                .collect();
            let (table, total, reason) = (table.table, told.total, &told.reason);
            lines += &short(&format!("{table} {total} {outcome}: {reason} ({})\n", rows.join(", ")));
        }
    }
    lines
}

fn counts(import: &Import) -> Vec<(&'static str, u64, u64, u64, u64)> {
    import.tables.iter().map(|it| (it.table, it.read, it.new, it.known, it.rejected)).collect()
}

/// A file with the fixture, and what is done to it then.
fn source(folder: &TempDir, then: &str) -> String {
    let path = folder.path().join("decnet.db");
    let db = File::open(&path).unwrap();
    db.execute_batch(DECNET).unwrap();
    db.execute_batch(then).unwrap();
    path.display().to_string()
}

#[tokio::test(flavor = "multi_thread")]
async fn into_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let target = format!("sqlite:{}", folder.path().join("vespid.db").display());
    is_taken_over(&source(&folder, ""), &target).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn into_postgres() {
    let folder = tempfile::tempdir().unwrap();
    is_taken_over(&source(&folder, ""), &Server::start(Kind::Postgres).database("target")).await;
}

/// Into MariaDB from SQLite, and the other way round.
#[tokio::test(flavor = "multi_thread")]
async fn into_mariadb_and_from_it() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(Kind::MariaDb);
    is_taken_over(&source(&folder, ""), &server.database("target")).await;

    let long = tempfile::tempdir().unwrap();
    let then = "UPDATE attacker_identities SET kd_digraph_simhash = zeroblob(300) WHERE uuid LIKE '%d4'";
    let store = Store::open(&server.database("too_long")).await.unwrap();
    let import = store.import_decnet(&source(&long, then), 9, at(0)).await.unwrap();
    assert_eq!(counts(&import)[1], ("attacker_identities", 5, 4, 0, 1));
    assert!(told(&import).contains("attacker_identities 1 rejected: the database cannot hold a value (d4: "));
    assert!(
        told(&import).contains("merged_into_uuid names a row that is not there and was left out (d3: d4")
    );
    store.close().await;

    let from = server.database("decnet");
    let mut db = MySqlConnection::connect(&from).await.unwrap();
    db.execute("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'").await.unwrap();
    db.execute(sqlx::raw_sql(AssertSqlSafe(DECNET))).await.unwrap();
    let target = format!("sqlite:{}", folder.path().join("vespid.db").display());
    is_taken_over(&from, &target).await;
}

async fn is_taken_over(from: &str, to: &str) {
    let store = Store::open(to).await.unwrap();
    let first = store.import_decnet(from, 9, at(0)).await.unwrap();
    assert_eq!(counts(&first), COUNTS, "{first:#?}");
    let (others, of_tags): (Vec<_>, Vec<_>) =
        told(&first).lines().map(str::to_owned).partition(|line| !line.starts_with("ttp_tag"));
    assert_eq!(others.join("\n") + "\n", TOLD);
    tags_are_told(of_tags);
    what_is_there_is_right(&store).await;

    let before = store.tag_page(None, 100).await.unwrap();
    let second = store.import_decnet(from, 9, at(1)).await.unwrap();
    let again = COUNTS.map(|(table, read, new, known, rejected)| (table, read, 0, new + known, rejected));
    assert_eq!(counts(&second), again);
    assert_eq!(store.tag_page(None, 100).await.unwrap(), before);
    assert_eq!(store.audit_list(None, 100, None).await.unwrap().len(), 3, "one definition, two states");
    what_is_there_is_right(&store).await;
    store.close().await;
}

fn tags_are_told(mut lines: Vec<String>) {
    lines.sort();
    let what: Vec<&str> = lines.iter().map(|line| line.split(" (").next().unwrap()).collect();
    assert_eq!(
        what,
        [
            "ttp_tag 1 changed: its uuid is not that of its content, under which it was stored",
            "ttp_tag 1 rejected: attacker_uuid is no UUID",
            "ttp_tag 1 rejected: attacker_uuid names an attacker that is not there",
            "ttp_tag 1 rejected: confidence is below 0.3, or no number",
            "ttp_tag 1 rejected: created_at is outside the years 1990 to 2099",
            "ttp_tag 1 rejected: evidence is no JSON",
            "ttp_tag 1 rejected: sub_technique_id is no sub-technique of technique_id",
            "ttp_tag 1 rejected: technique_id is no technique's id",
            "ttp_tag 1 rejected: uuid is no UUID",
            "ttp_tag 2 changed: NaN, an infinite number or half a character in its evidence was replaced",
        ]
    );
}

async fn what_is_there_is_right(store: &Store) {
    assert!(store.doctor(10).await.unwrap().is_empty());
    let tags = async |scope: Scope| {
        let page = store.tag_list(&scope, Techniques::All, 100, None).await.unwrap();
        let mut sources: Vec<String> = page.rows.iter().map(|row| row.tag.source_id.clone()).collect();
        sources.sort();
        let counted: u64 = store.technique_list(&scope).await.unwrap().iter().map(|row| row.count).sum();
        assert_eq!(counted, sources.len() as u64);
        sources.join(" ")
    };
    let (identity, campaign) = (
        |last| Scope::Identity(id(last).parse::<IdentityId>().unwrap()),
        |last| Scope::Campaign(id(last).parse::<CampaignId>().unwrap()),
    );
    assert_eq!(tags(Scope::AttackerId(attacker("a1"))).await, "c-1 c-10 c-3 s-1");
    for scope in [identity("d1"), identity("d2"), campaign("c1"), campaign("c2")] {
        assert_eq!(tags(scope).await, "c-1 c-10 c-2 c-3 i-1 s-1");
    }
    assert_eq!(tags(Scope::SessionName("s1".to_owned())).await, "c-1 c-10 c-2 c-3 s-1");
    let root =
        async |last| store.identity_row(id(last).parse().unwrap()).await.unwrap().unwrap().root.to_string();
    assert_eq!((root("d3").await, root("d4").await), (id("d3"), id("d3")), "a circle ends at its smallest");
    let row = store.identity_row(id("d1").parse().unwrap()).await.unwrap().unwrap();
    assert_eq!(row.identity.kd_digraph_simhash.as_deref(), Some(&[0, 255, 0, 255, 0, 255, 0, 255][..]));
    assert_eq!(row.identity.confidence.map(f64::from), Some(0.7));

    let folded = store.attacker_find(ip(1)).await.unwrap().unwrap();
    assert_eq!((folded.id, folded.events), (attacker("a1"), 15));
    let time = |text: &str| UtcMicros::parse(text).unwrap();
    assert_eq!(
        (folded.first_seen, folded.last_seen),
        (time("2026-05-01 00:00:00"), time("2026-06-02 00:00:00"))
    );
    let profile = store.attacker_profile(attacker("a1")).await.unwrap().unwrap();
    assert_eq!((profile.asn, profile.is_traversal, profile.ipv6.unwrap().count), (Some(64501), true, 2));
    let intel = store.intel_find(attacker("a1")).await.unwrap().unwrap();
    assert_eq!((intel.abuseipdb_score, &*intel.greynoise_raw), (Some(75), r#"{"score": null}"#));
    assert_eq!((intel.feodo_listed, intel.aggregate_verdict.as_deref()), (None, Some("malicious")));

    let token = store.canary_token_find(id("f1").parse::<CanaryTokenId>().unwrap()).await.unwrap().unwrap();
    assert_eq!((token.trigger_count, token.last_triggered_at), (5, Some(time("2026-06-03 00:00:00"))));
    let triggers = store.canary_triggers_since(time("2026-01-01 00:00:00"), None, 10).await.unwrap();
    assert!(triggers.iter().all(|row| row.trigger.attacker == Some(attacker("a1"))));
    assert_eq!(triggers.iter().map(|row| row.headers.is_ok()).collect::<Vec<_>>(), [false, true]);
    assert_eq!(triggers[1].headers.as_ref().unwrap()["A"], "ü");

    let rule = store.rule_find("R0014").await.unwrap().unwrap();
    assert_eq!((rule.version, &*rule.yaml, rule.updated_by.as_deref()), (2, "rule_id: R0014\n", Some("git")));
    let states = store.rule_states().await.unwrap();
    let states: Vec<_> = states.iter().map(|row| (row.state.rule.as_str(), row.state.state)).collect();
    assert_eq!(states, [("R0014", RuleMode::Disabled), ("R0015", RuleMode::Clipped)]);
    let clipped = store.rule_state(&RuleId::new("R0015"), at(0)).await.unwrap().unwrap();
    assert_eq!(clipped.state.confidence_max.map(f64::from), Some(0.5));

    let evidence = async |source: &str| {
        let all = store.tag_page(None, 100).await.unwrap();
        let found = all.iter().find(|row| row.tag.source_id == source).unwrap();
        assert_eq!(found.tag.created_at, time("2026-06-01 12:00:00"));
        serde_json::from_str::<Value>(&found.evidence).unwrap().to_string()
    };
    assert_eq!(evidence("s-1").await, r#"{"x":[null,null],"y":"NaN"}"#);
    assert_eq!(evidence("c-3").await, "{\"x\":\"half \u{FFFD}\"}");
    let mut commands = store.attacker_commands_since(time("2026-01-01 00:00:00"));
    let (mut read, mut named) = (0, 0);
    while let Some(item) = commands.next().await.unwrap() {
        read += item.commands.len();
        named += item.malformed.len();
    }
    assert_eq!((read, named), (2, 3), "what is no command is named");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_here_already_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let event = command(0, 1, "own", "uname");
    let tags = vec![tag(&event, "uname", "TA0007/T1082@0.7")];
    let tagged = vec![vespid_model::tag::Tagged { event, tags }];
    store.commit(Batch { tagged, tagged_at: Some(at(0)), ..Batch::default() }).await.unwrap();
    let own = store.attacker_find(ip(1)).await.unwrap().unwrap().id;

    let from = source(&folder, "");
    let first = store.import_decnet(&from, 9, at(0)).await.unwrap();
    let moved = &first.tables[2];
    assert_eq!((moved.new, moved.known, moved.rejected), (2, 2, 2), "{moved:#?}");
    assert!(told(&first).contains("its address is here under another id, which stays (a1: 192.0.2.1 is "));
    let row = store.attacker_find(ip(1)).await.unwrap().unwrap();
    assert_eq!((row.id, row.tags, row.events), (own, 5, 15));
    let identity = Scope::Identity(id("d1").parse().unwrap());
    assert_eq!(store.totals(&identity).await.unwrap().tags, 7, "its own tag belongs to the identity too");
    assert!(store.doctor(10).await.unwrap().is_empty());
    let second = store.import_decnet(&from, 9, at(0)).await.unwrap();
    assert!(second.tables.iter().all(|table| table.new == 0), "{second:#?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_database_lacks_tables_and_columns() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let older = "DROP TABLE attacker_intel; ALTER TABLE attackers DROP COLUMN ipv6_leak_count;";
    let import = store.import_decnet(&source(&folder, older), 9, at(0)).await.unwrap();
    assert!(import.tables[3].missing && import.tables[3].read == 0);
    assert_eq!(import.tables[2].missing_columns, ["ipv6_leak_count"]);
    assert_eq!(import.tables[2].new, 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_source_is_not_written_and_must_be_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let from = source(&folder, "PRAGMA journal_mode = WAL;");
    let before = std::fs::read(&from).unwrap();
    store.import_decnet(&from, 9, at(0)).await.unwrap();
    assert!(std::fs::read(&from).unwrap() == before);

    let missing = folder.path().join("missing.db").display().to_string();
    assert!(matches!(store.import_decnet(&missing, 9, at(0)).await, Err(StoreError::NoSource(_))));
    assert!(!folder.path().join("missing.db").exists());
    let empty = folder.path().join("empty.db");
    std::fs::write(&empty, "").unwrap();
    let empty = store.import_decnet(&empty.display().to_string(), 9, at(0)).await;
    assert!(matches!(empty, Err(StoreError::NotDecnet(_))));
    let own = folder.path().join("vespid.db").display().to_string();
    let own = store.import_decnet(&own, 9, at(0)).await;
    assert!(matches!(own, Err(StoreError::NotDecnet(_))), "Vespid's views are no tables of DECNET");
    let text = folder.path().join("text.db");
    std::fs::write(&text, "no database ".repeat(1000)).unwrap();
    assert!(store.import_decnet(&text.display().to_string(), 9, at(0)).await.is_err());
    assert!(matches!(store.import_decnet("postgres://h/d", 9, at(0)).await, Err(StoreError::BadUrl { .. })));
}

/// Large rows make pages of a few rows each; a key may be no text at all.
#[tokio::test(flavor = "multi_thread")]
async fn pages_lose_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let mut more = String::from("UPDATE attackers SET commands = printf('[\"%.*c\"]', 3000000, 'x');");
    for place in 0..9 {
        let key = match place {
            0..4 => format!("'0000000{place}-0000-4000-8000-000000000000'"),
            // No UTF-8, and behind all that is.
            place => format!("CAST(X'FF{place:02}' AS TEXT)"),
        };
        write!(
            more,
            "INSERT INTO ttp_tag SELECT {key}, source_kind, 'l-{place}', attacker_uuid, identity_uuid, session_id,
             decky_id, tactic, technique_id, sub_technique_id, confidence, rule_id, rule_version,
             printf('{{\"x\": \"%.*c\"}}', 1500000, 'x'), attack_release, mitre_url, created_at
             FROM ttp_tag WHERE source_id = 'c-1';"
        )
        .unwrap();
    }
    let import = store.import_decnet(&source(&folder, &more), 9, at(0)).await.unwrap();
    assert_eq!(counts(&import)[2], COUNTS[2]);
    assert_eq!(counts(&import)[9], ("ttp_tag", 24, 11, 0, 13), "{import:#?}");
    let told = told(&import);
    assert!(told.contains("ttp_tag 5 rejected: uuid is no text in UTF-8"), "{told}");
    assert!(store.doctor(10).await.unwrap().is_empty());
}

/// Every column of every row that was taken over, but for what is listed.
#[tokio::test(flavor = "multi_thread")]
async fn the_views_are_the_sources_rows() {
    let folder = tempfile::tempdir().unwrap();
    let (from, to) = (source(&folder, ""), folder.path().join("vespid.db").display().to_string());
    let store = Store::open(&to).await.unwrap();
    store.import_decnet(&from, 9, at(0)).await.unwrap();
    store.close().await;
    let (theirs, ours) = (File::open(from).unwrap(), File::open(to).unwrap());
    let mut differences = Vec::new();
    for (table, ..) in COUNTS {
        let (theirs, ours) = (rows(&theirs, table), rows(&ours, table));
        assert!(!ours.is_empty());
        for (key, row) in theirs.iter().filter_map(|(key, row)| Some((key, (row, ours.get(key)?)))) {
            for ((column, theirs), (same, ours)) in row.0.iter().zip(row.1) {
                assert_eq!(column, same);
                if theirs != ours && column != "mitre_url" {
                    differences.push(short(&format!("{table} {key} {column}: {theirs} -> {ours}")));
                }
            }
        }
    }
    assert_eq!(
        differences,
        [
            "campaigns c1 identity_count: 0 -> 1",
            "campaigns c2 identity_count: 0 -> 1",
            "attacker_identities d5 campaign_id: c9 -> NULL",
            "attacker_identities d5 merged_into_uuid: d9 -> NULL",
            "attackers a1 first_seen: 2026-06-01 12:00:00.000000 -> 2026-05-01 00:00:00.000000",
            "attackers a1 event_count: 10 -> 15",
            "attackers a6 identity_id: d9 -> NULL",
            "attacker_intel e1 greynoise_raw: {\"score\": NaN} -> {\"score\": null}",
            "canary_tokens f1 last_triggered_at: 2026-06-01 12:00:00.000000 -> 2026-06-03 00:00:00.000000",
            "canary_tokens f2 blob_uuid: b9 -> NULL",
            "canary_triggers 12 attacker_id: a3 -> a1",
            "ttp_tag 46fee0de-6cce-5fd5-87fe-2243aa025d1a attacker_uuid: a3 -> a1",
            "ttp_tag 46fee0de-6cce-5fd5-87fe-2243aa025d1a evidence: {\"x\": [NaN, -Infinity], \"y\": \"NaN\"} -> \
             {\"x\": [null, null], \"y\": \"NaN\"}",
            "ttp_tag 5484005e-8e01-53b8-bc0e-14da126d5f0a evidence: {\"x\": \"half \\ud800\"} -> \
             {\"x\": \"half \\ufffd\"}",
            "ttp_tag 90942e1e-3c45-5cc3-bb57-c6cb8dbb5906 sub_technique_id:  -> NULL",
        ]
    );
}

/// By the first column; times with their fraction.
fn rows(db: &File, table: &str) -> BTreeMap<String, Vec<(String, String)>> {
    let mut statement = db.prepare(&format!("SELECT * FROM {table}")).unwrap();
    let names: Vec<String> = statement.column_names().iter().map(ToString::to_string).collect();
    let rows = statement.query_map([], |row| {
        let mut cells = Vec::new();
        for (place, name) in names.iter().enumerate() {
            let text = match row.get_ref(place)? {
                ValueRef::Null => "NULL".to_owned(),
                ValueRef::Integer(value) => value.to_string(),
                ValueRef::Real(value) => value.to_string(),
                ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                ValueRef::Blob(bytes) => format!("{bytes:?}"),
            };
            let is_time = text.starts_with("20") && text.len() == 19 && text.contains(':');
            cells.push((name.clone(), if is_time { text + ".000000" } else { text }));
        }
        Ok((cells[0].1.clone(), cells))
    });
    rows.unwrap().map(Result::unwrap).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_here_since_stays() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let from = source(&folder, "");
    store.import_decnet(&from, 9, at(0)).await.unwrap();
    let leak = Leak { addr: "fe80::2".to_owned(), ..Leak::default() };
    store.ipv6_leak(attacker("a1"), Some(id("d1").parse().unwrap()), leak, at(9)).await.unwrap();
    let state = RuleState {
        rule: RuleId::new("R0014"),
        state: RuleMode::Enabled,
        confidence_max: None,
        expires_at: None,
        reason: None,
        set_by: None,
    };
    store.rule_state_set(state, at(9)).await.unwrap();
    let again = store.import_decnet(&from, 9, at(10)).await.unwrap();
    let told = told(&again);
    assert!(told.contains("ipv6_link_local_iids is another here, which stays (d1)"), "{told}");
    assert!(told.contains("a later state is here, which stays (R0014)"), "{told}");
    assert_eq!(store.attacker_profile(attacker("a1")).await.unwrap().unwrap().ipv6.unwrap().count, 3);
    let list = store.identity_row(id("d1").parse().unwrap()).await.unwrap().unwrap();
    let list = list.identity.ipv6_link_local_iids.unwrap();
    assert!(list.contains("fe80::1") && list.contains("fe80::2"), "{list}");
    assert_eq!(store.rule_states().await.unwrap()[0].state.state, RuleMode::Enabled);
}

/// One address in several spellings is one attacker: the first one's word counts.
#[tokio::test(flavor = "multi_thread")]
async fn spellings_of_an_address_are_one() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("vespid.db").display().to_string()).await.unwrap();
    let then = "UPDATE attackers SET ip = '::ffff:192.0.2.1', asn = 1 WHERE uuid LIKE '%a3';
                UPDATE attackers SET ip = '2001:DB8:0::1', event_count = 7 WHERE uuid LIKE '%a2';";
    let import = store.import_decnet(&source(&folder, then), 9, at(0)).await.unwrap();
    let told = told(&import);
    let two = "attackers 2 changed: its address is that of another attacker, which it was folded into";
    assert!(told.contains(two) && told.contains("a3: 192.0.2.1 is a1"), "{told}");
    let one = store.attacker_find(ip(1)).await.unwrap().unwrap();
    assert_eq!((one.id, one.events), (attacker("a1"), 15));
    assert_eq!(store.attacker_profile(one.id).await.unwrap().unwrap().asn, Some(64501));
    let six = store.attacker_find("2001:db8::1".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((six.id, six.events), (attacker("a2"), 8));
}

//! Into SQLite: the store, and a floor.

use std::collections::HashMap;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::{Connection, params};
use vespid_model::UtcMicros;
use vespid_model::id::{RuleId, TagId};
use vespid_model::record::TagRecord;
use vespid_store::Store;

use crate::{Size, fleet, reads};

/// Tags of a transaction.
const BATCH: usize = 10_000;
const NOW: UtcMicros = UtcMicros::from_micros(1_795_000_000_000_000);

pub(crate) async fn measure(size: Size) {
    let folder = tempfile::tempdir().unwrap();
    let (ours, floor) = (folder.path().join("ours.db"), folder.path().join("floor.db"));
    for path in [&ours, &floor] {
        Store::open(&url(path)).await.unwrap().close().await;
        attackers(path);
    }

    let store = Store::open(&url(&ours)).await.unwrap();
    let mut bare = Floor::open(&floor);
    bare.sessions(size.tags);
    let (mut inserting, mut inserted, mut inserting_bare) = (Duration::ZERO, 0, Duration::ZERO);
    let mut table = reads::Table::default();
    // Batch by batch in turn, so that whatever else the machine does slows both.
    for (first, records) in batches(size.tags) {
        inserting_bare += bare.insert(&records);
        let begun = Instant::now();
        inserted += store.insert_tags(records, NOW).await.unwrap().inserted;
        inserting += begun.elapsed();
        let there = first + batch(size.tags);
        if size.steps.contains(&there) {
            table.measure(&store, there, size.reads).await;
        }
    }
    assert_eq!(inserted, size.tags as u64);
    let mut again = Duration::ZERO;
    for (_, records) in batches(size.tags) {
        let begun = Instant::now();
        let done = store.insert_tags(records, NOW).await.unwrap();
        again += begun.elapsed();
        assert_eq!(done.inserted, 0);
    }
    assert!(store.doctor(5).await.unwrap().is_empty(), "the rollups differ from the tags");
    // The oldest tenth.
    let begun = Instant::now();
    let cut = fleet::record(size.tags as u64 / 10).created_at;
    let purged = store.purge(cut, false, |_| ()).await.unwrap();
    let purging = begun.elapsed();
    assert!(store.doctor(5).await.unwrap().is_empty(), "the rollups differ from the tags");
    store.close().await;

    let rate = |time: Duration| size.tags as f64 / time.as_secs_f64();
    println!("\ntags into SQLite, {} of them in batches of {}", size.tags, batch(size.tags));
    println!("  store           {:>9.0} tags/s, rollups kept", rate(inserting));
    println!(
        "  floor           {:>9.0} tags/s, the same table and indexes, no rollups",
        rate(inserting_bare)
    );
    println!(
        "  ratio           {:>9.2}   (aim: at least 0.70, and 50,000 tags/s)",
        rate(inserting) / rate(inserting_bare)
    );
    println!(
        "  again           {:>9.0} tags/s, {:.1} times as fast (aim: 4)",
        rate(again),
        rate(again) / rate(inserting)
    );
    println!(
        "  purge           {:>9.0} tags/s with pauses, {} transactions, the longest {} ms (aim: at most 100)",
        purged.tags as f64 / purging.as_secs_f64(),
        purged.transactions,
        purged.longest.as_millis()
    );
    let left = size.tags - usize::try_from(purged.tags).unwrap();
    sizes(&ours, left);
    table.print();
}

fn url(path: &Path) -> String {
    format!("sqlite:{}", path.display())
}

fn batch(tags: usize) -> usize {
    BATCH.min(tags / 4)
}

/// All tags in batches, with the number of the first of each.
fn batches(tags: usize) -> impl Iterator<Item = (usize, Vec<TagRecord>)> {
    let part = batch(tags);
    (0..tags).step_by(part).map(move |first| {
        let records = (first..(first + part).min(tags)).map(|number| fleet::record(number as u64)).collect();
        (first, records)
    })
}

/// Attackers, identities and campaigns are there before.
fn attackers(path: &Path) {
    let mut connection = Connection::open(path).unwrap();
    let db = connection.transaction().unwrap();
    for campaign in 0..fleet::campaigns() {
        let uid = fleet::sixteen(3, campaign);
        let insert = "INSERT INTO campaign (id, uid, root, created_at, updated_at) VALUES (?1, ?2, ?1, 0, 0)";
        db.execute(insert, params![campaign + 1, uid]).unwrap();
    }
    for identity in 0..fleet::identities() {
        let (uid, campaign) = (fleet::identity_id(identity), fleet::campaign_of(identity) + 1);
        let insert = "INSERT INTO identity (id, uid, root, campaign, created_at, updated_at) VALUES (?1, ?2, ?1, ?3, 0, 0)";
        db.execute(insert, params![identity + 1, uid.as_bytes(), campaign]).unwrap();
    }
    for attacker in 0..fleet::ATTACKERS {
        let (uid, identity) = (fleet::attacker_id(attacker), fleet::identity_of(attacker) + 1);
        let insert = "INSERT INTO attacker (id, uid, ip, first_seen, last_seen, identity) VALUES (?1, ?2, ?3, 0, 0, ?4)";
        db.execute(insert, params![attacker + 1, uid.as_bytes(), fleet::ip(attacker), identity]).unwrap();
    }
    db.commit().unwrap();
}

/// A loop over one prepared statement, into the same table with the same indexes and the same settings. It knows all
/// keys beforehand, and keeps no rollup.
struct Floor {
    connection: Connection,
    names: HashMap<String, i64>,
}

impl Floor {
    fn open(path: &Path) -> Self {
        let connection = Connection::open(path).unwrap();
        connection
            .execute_batch(
                "PRAGMA foreign_keys = 1; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -262144;
                 PRAGMA wal_autocheckpoint = 16384",
            )
            .unwrap();
        Self { connection, names: HashMap::new() }
    }

    fn insert(&mut self, records: &[TagRecord]) -> Duration {
        let rows: Vec<_> = records.iter().map(|record| (self.keys(record), record)).collect();
        let begun = Instant::now();
        let db = self.connection.transaction().unwrap();
        let mut insert = db
            .prepare_cached(
                "INSERT INTO tag (uid, kind, attacker, identity, session, decky, rule, technique, tactic, confidence,
                                  attack_release, created_at, tagged_at, span, source_id, evidence)
                 VALUES (?1, 0, ?2, NULL, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, '[]', ?12, ?13)",
            )
            .unwrap();
        for ((uid, attacker, session, decky, rule), record) in &rows {
            insert
                .execute(params![
                    uid.as_bytes(),
                    attacker,
                    session,
                    decky,
                    rule,
                    record.technique.code(),
                    record.tactic.code(),
                    record.confidence,
                    record.release.code(),
                    record.created_at.as_micros(),
                    NOW.as_micros(),
                    record.source_id,
                    record.evidence
                ])
                .unwrap();
        }
        drop(insert);
        db.commit().unwrap();
        begun.elapsed()
    }

    /// The rows that tags refer to; not measured.
    fn sessions(&mut self, tags: usize) {
        let db = self.connection.transaction().unwrap();
        let mut made = |name: &str, insert: &str, values: &[&dyn rusqlite::ToSql]| {
            *self.names.entry(name.to_owned()).or_insert_with(|| {
                db.execute(insert, values).unwrap();
                db.last_insert_rowid()
            })
        };
        for number in 0..tags {
            let record = fleet::record(number as u64);
            let (decky, session) = (record.decky.unwrap(), record.session.unwrap());
            let decky = made(&decky, "INSERT INTO decky (name) VALUES (?1)", &[&decky]);
            let attacker = i64::try_from(fleet::attacker_of(number as u64 / 16)).unwrap() + 1;
            let insert = "INSERT INTO session (name, decky, attacker, first_seen, last_seen) VALUES (?1, ?2, ?3, 0, 0)";
            made(&session, insert, &[&session, &decky, &attacker]);
            let insert = "INSERT INTO rule (name, version, title, description, source_path, yaml, digest)
                          VALUES (?1, 1, '', '', '', '', x'')";
            made(&record.rule, insert, &[&record.rule]);
        }
        db.commit().unwrap();
    }

    fn keys(&self, record: &TagRecord) -> (TagId, i64, i64, i64, i64) {
        let name = |name: &str| self.names[name];
        let session = record.session.as_deref().unwrap();
        let number = u64::from_str_radix(session, 16).unwrap();
        let attacker = i64::try_from(fleet::attacker_of(number)).unwrap() + 1;
        let kind = record.source_kind.parse().unwrap();
        let rule = RuleId::new(&record.rule);
        let id = TagId::derive(kind, &record.source_id, &rule, record.rule_version, record.technique);
        (id, attacker, name(session), name(record.decky.as_deref().unwrap()), name(&record.rule))
    }
}

fn sizes(path: &Path, tags: usize) {
    let connection = Connection::open(path).unwrap();
    let pages = |of: &str| -> f64 {
        let query = format!("SELECT COALESCE(SUM(pgsize), 0) FROM dbstat WHERE {of}");
        connection.query_row(&query, [], |row| row.get(0)).unwrap()
    };
    let whole = std::fs::metadata(path).unwrap().len() as f64;
    println!("  bytes per tag   {:>9.0}   of the whole file, of which", whole / tags as f64);
    for (what, of) in [
        ("table tag", "name = 'tag'"),
        ("index of ids", "name = 'sqlite_autoindex_tag_1'"),
        ("other indexes", "name LIKE 'tag!_%' ESCAPE '!'"),
        ("rollups", "name LIKE 'rollup%'"),
        ("sessions", "name LIKE '%session%' AND name NOT LIKE 'tag%'"),
    ] {
        println!("    {what:<13} {:>9.0}", pages(of) / tags as f64);
    }
}

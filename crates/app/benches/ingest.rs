//! From Cowrie's log to committed rows, beside a floor: a loop that parses the same lines and inserts the same rows.
//!
//! `cargo xtask bench ingest` runs both on one core and prints the ratio.
#![expect(clippy::unwrap_used, reason = "a measurement that cannot go on has failed")]

use std::fmt::Write as _;
use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use criterion::{BatchSize, Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use mimalloc::MiMalloc;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};

/// As in the program.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

/// Copies of the bundled log, each with its own sessions, addresses and minute. Run as a test, which only shows that it
/// runs, a few do.
fn copies() -> usize {
    if std::env::args().any(|argument| argument == "--bench") { 200 } else { 2 }
}
/// Rows in a transaction of the floor, as in the program.
const BATCH: usize = 10_000;
/// The tables that ingesting fills with rows of the log, parents first.
const TABLES: [&str; 6] = ["decky", "attacker", "session", "rule", "event", "tag"];

/// Bots repeat themselves, people do not: the engine remembers what it found in the former.
#[derive(Clone, Copy)]
enum Said {
    Repeated,
    Once,
}

fn ingest(c: &mut Criterion) {
    measure(c, "ingest", Said::Repeated);
    measure(c, "ingest_once", Said::Once);
}

fn measure(c: &mut Criterion, name: &str, said: Said) {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("cowrie.json");
    let text = long_log(said);
    fs::write(&log, &text).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let filled = folder.path().join("filled.db");
    vespid(&log, &filled);
    let rows = Rows::read(&filled);

    let mut group = c.benchmark_group(name);
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .throughput(Throughput::Elements(lines.len() as u64));
    let database = || fresh(folder.path());
    group.bench_function("whole", |b| {
        b.iter_batched(database, |db| vespid(&log, &db), BatchSize::PerIteration);
    });
    group.bench_function("floor", |b| {
        b.iter_batched(database, |db| rows.insert(&lines, &db), BatchSize::PerIteration);
    });
    group.finish();
}

/// Real lines again and again; only what would make them the same events is changed. With [`Said::Once`] no command
/// and no password comes twice either.
fn long_log(said: Said) -> String {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/samples/cowrie-a.json");
    let sample = fs::read_to_string(sample).unwrap();
    let mut text = String::new();
    for copy in 0..copies() {
        for (place, line) in sample.lines().enumerate() {
            let (before, rest) = line.split_once(r#""session":""#).unwrap();
            let line = format!(r#"{before}"session":"{copy:04x}{}"#, rest.get(4..).unwrap());
            let line = line.replace("\"203.0.113.", &format!("\"198.18.{copy}."));
            let line = match said {
                Said::Repeated => line,
                Said::Once => line
                    .replace(r#""input":""#, &format!(r#""input":"N={copy}.{place} "#))
                    .replace(r#""password":""#, &format!(r#""password":"{copy}.{place}."#)),
            };
            writeln!(text, "{line}").unwrap();
        }
    }
    text
}

fn fresh(folder: &Path) -> PathBuf {
    let path = folder.join("run.db");
    for end in ["", "-wal", "-shm"] {
        let _ = fs::remove_file(folder.join(format!("run.db{end}")));
    }
    path
}

fn vespid(log: &Path, db: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vespid"));
    command.arg("ingest").arg(log).arg("--db").arg(db).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success());
}

/// The schema and the rows of a filled database.
struct Rows {
    schema: Vec<String>,
    tables: Vec<(String, Vec<Vec<Value>>)>,
}

impl Rows {
    fn read(path: &Path) -> Self {
        let db = Connection::open(path).unwrap();
        let mut query = db
            .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND type IN ('table', 'index') AND name NOT LIKE '\\_%' ESCAPE '\\'")
            .unwrap();
        let schema = query.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let tables = TABLES.iter().map(|table| {
            let mut query = db.prepare(&format!("SELECT * FROM {table} ORDER BY id")).unwrap();
            let columns = query.column_count();
            let rows = query.query_map([], |row| (0..columns).map(|place| row.get(place)).collect());
            let marks = vec!["?"; columns].join(", ");
            (format!("INSERT INTO {table} VALUES ({marks})"), rows.unwrap().map(Result::unwrap).collect())
        });
        Self { schema, tables: tables.collect() }
    }

    /// Parses every line and inserts every row.
    fn insert(&self, lines: &[&str], path: &Path) {
        for line in lines {
            black_box(serde_json::from_str::<serde_json::Value>(line).unwrap());
        }
        let mut db = Connection::open(path).unwrap();
        db.execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -65536;
             PRAGMA wal_autocheckpoint = 16384;",
        )
        .unwrap();
        for statement in &self.schema {
            db.execute_batch(statement).unwrap();
        }
        for (statement, rows) in &self.tables {
            for batch in rows.chunks(BATCH) {
                let transaction = db.transaction().unwrap();
                {
                    let mut insert = transaction.prepare(statement).unwrap();
                    for row in batch {
                        insert.execute(params_from_iter(row)).unwrap();
                    }
                }
                transaction.commit().unwrap();
            }
        }
    }
}

criterion_group!(benches, ingest);
criterion_main!(benches);

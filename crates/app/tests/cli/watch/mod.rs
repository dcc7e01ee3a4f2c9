//! `vespid watch`: sources that go on.

mod files;
mod http;
mod kills;
mod others;
mod syslog;

use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::Place;

/// For what takes a moment on a machine that is busy with other things.
const PATIENCE: Duration = Duration::from_mins(1);

/// A running `vespid watch`; killed when dropped.
struct Watch<'a> {
    place: &'a Place,
    child: Child,
    addresses: Vec<(String, SocketAddr)>,
}

impl<'a> Watch<'a> {
    /// Started and ready.
    fn start(place: &'a Place, args: &[&str]) -> Self {
        Self::with(place, args, &[])
    }

    /// The same with variables set.
    fn with(place: &'a Place, args: &[&str], variables: &[(&str, &str)]) -> Self {
        let mut command = place.command(&[&["watch"], args].concat());
        command.envs(variables.iter().copied()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut addresses = Vec::new();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let ready = said.any(|line| {
            if let Some((kind, address)) =
                line.strip_prefix("listening on ").and_then(|rest| rest.split_once("://"))
            {
                let address = address.split('/').next().unwrap();
                addresses.push((kind.to_owned(), address.parse().unwrap()));
            }
            line.starts_with("ready")
        });
        assert!(ready, "not ready: {}", said_wrong(&mut child));
        Self { place, child, addresses }
    }

    fn address(&self, kind: &str) -> SocketAddr {
        self.addresses.iter().find(|(known, _)| known == kind).unwrap().1
    }

    /// Waits until a question to the database has this answer; gives how long it took.
    fn comes_to(&self, sql: &str, answer: &str) -> Duration {
        let begun = Instant::now();
        loop {
            let now = self.place.try_ask(sql);
            if now.as_deref() == Some(answer) {
                return begun.elapsed();
            }
            assert!(begun.elapsed() < PATIENCE, "{sql}: {now:?} and not {answer}");
            sleep(Duration::from_millis(20));
        }
    }

    /// Waits for so many events.
    fn has_events(&self, count: usize) -> Duration {
        self.comes_to("SELECT COUNT(*) FROM event", &format!("Integer({count})"))
    }

    /// SIGKILL: the program has no say.
    fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// SIGTERM, as service managers send it; it must end well, and soon.
    fn end(mut self) {
        let begun = Instant::now();
        // The shell's own: not every machine has a program of this name.
        let terminate = format!("kill -TERM {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &terminate]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        assert!(status.success(), "{}", said_wrong(&mut self.child));
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert!(!self.place.path("vespid.db-wal").exists(), "the database was closed");
    }
}

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What it said on standard error.
fn said_wrong(child: &mut Child) -> String {
    let lines = BufReader::new(child.stderr.take().unwrap()).lines().map_while(Result::ok);
    lines.collect::<Vec<_>>().join("\n")
}

/// All that a database says: events with their bodies, tags, sessions with their counts, and what could not be read, each
/// once.
fn all(place: &Place) -> Vec<String> {
    let mut all = place.tags();
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    for sql in [
        "SELECT hex(uid) || ' ' || body FROM event",
        "SELECT name || ' ' || event_count || ' ' || first_seen || ' ' || last_seen FROM session",
        "SELECT DISTINCT reason || ' ' || detail || ' ' || hex(excerpt) FROM dead_letter",
    ] {
        let mut statement = db.prepare(sql).unwrap();
        let rows = statement.query_map([], |row| row.get::<_, String>(0)).unwrap();
        all.extend(rows.map(Result::unwrap));
    }
    all.sort();
    all
}

/// The same is stored. Says only what differs.
fn assert_same(found: &[String], expected: &[String]) {
    let without = |all: &[String], others: &[String]| -> Vec<String> {
        all.iter().filter(|it| !others.contains(it)).take(3).cloned().collect()
    };
    let (missing, more) = (without(expected, found), without(found, expected));
    assert!(found == expected, "missing {missing:#?}, too much {more:#?}");
}

/// How one source fares, as `vespid sources --format json` says it.
fn health(place: &Place, kind: &str) -> serde_json::Value {
    let all: serde_json::Value = serde_json::from_str(&place.say(&["sources", "--format", "json"])).unwrap();
    let mut rows = all.as_array().unwrap().iter();
    rows.find(|row| row["kind"] == kind).unwrap_or_else(|| panic!("no {kind} in {all}")).clone()
}

/// Lines of a bundled log.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split_inclusive(|byte| *byte == b'\n').collect()
}

/// A small log of a real OpenCanary.
fn opencanary() -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../ingest/tests/golden/opencanary.json");
    std::fs::read(path).unwrap()
}

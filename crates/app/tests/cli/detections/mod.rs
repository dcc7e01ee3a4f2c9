//! From the bytes of a log's line to the stored tag: every detection of DECNET, R0001 to R0059.
//!
//! Each table is one run of the program over one log. A row names the detection, gives a line, and says all that is
//! stored of it; for commands and logins, of which many rules speak, the techniques that must be among it. Where ATT&CK's definition speaks for
//! another technique than DECNET's, a comment says which it was and why.
//!
//! R0001, R0002 and R0005 count logins over time and are no detection of one line; R0058 raises what other rows give.

mod auth;
mod canary;
mod commands;
mod email;
mod evidence;
mod faults;
mod http;
mod intel;
mod others;
mod sensor;

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::program::Place;

/// The detection, the event, and its tags as `T1110.001@0.85`, sorted; empty for none.
struct Row {
    detection: &'static str,
    line: Value,
    expected: &'static [&'static str],
    /// Other rules may say more; `expected` are techniques without confidence then.
    among_others: bool,
}

/// A row of which all is said.
fn row(detection: &'static str, line: Value, expected: &'static [&'static str]) -> Row {
    Row { detection, line, expected, among_others: false }
}

/// One of Vespid's own events; its session, which tells the rows apart, is added later.
fn native(kind: &str, fields: Value) -> Value {
    let mut event = json!({
        "kind": kind, "time": "2026-11-24T10:00:00Z", "src_ip": "203.0.113.9", "decky": "decoy-1",
    });
    extend(&mut event, fields);
    event
}

/// A line of Cowrie's log.
fn cowrie(eventid: &str, fields: Value) -> Value {
    let mut event = json!({
        "eventid": format!("cowrie.{eventid}"), "timestamp": "2026-11-24T10:00:00.000000Z", "src_ip": "203.0.113.9",
        "sensor": "decoy-1", "protocol": "ssh",
    });
    extend(&mut event, fields);
    event
}

fn extend(event: &mut Value, fields: Value) {
    let Value::Object(fields) = fields else { panic!("no fields: {fields}") };
    event.as_object_mut().unwrap().extend(fields);
}

/// Runs a log of these lines, each in a session of its own, and gives the tags of each.
fn tags_of(place: &Place, lines: impl Iterator<Item = Value>) -> Vec<Vec<Value>> {
    let mut log = String::new();
    let mut count = 0;
    for (number, mut line) in lines.enumerate() {
        line["session"] = format!("row{number}").into();
        writeln!(log, "{line}").unwrap();
        count = number + 1;
    }
    let file = place.write("events.json", log.as_bytes());
    place.run(&["ingest", &file]);
    let mut found: BTreeMap<usize, Vec<Value>> = BTreeMap::new();
    for tag in place.tags() {
        let tag: Value = serde_json::from_str(&tag).unwrap();
        let row = tag["session_id"].as_str().unwrap().strip_prefix("row").unwrap().parse().unwrap();
        found.entry(row).or_default().push(tag);
    }
    (0..count).map(|row| found.remove(&row).unwrap_or_default()).collect()
}

/// `T1110.001@0.85`
fn said(tag: &Value) -> String {
    let sub = tag["sub_technique_id"].as_str();
    format!("{}@{}", sub.unwrap_or_else(|| tag["technique_id"].as_str().unwrap()), tag["confidence"])
}

/// R0001, R0002 and R0005 are of many logins; the others each have a row.
#[test]
fn every_detection_has_a_row() {
    let tables = [
        include_str!("auth.rs"),
        include_str!("canary.rs"),
        include_str!("commands.rs"),
        include_str!("email.rs"),
        include_str!("http.rs"),
        include_str!("intel.rs"),
        include_str!("others.rs"),
        include_str!("sensor.rs"),
    ];
    for number in (1..=59).filter(|number| ![1, 2, 5].contains(number)) {
        let name = format!("\"R{number:04}\"");
        assert!(tables.iter().any(|table| table.contains(&name)), "no row for {name}");
    }
}

/// Every row is stored as it says.
fn check(rows: Vec<Row>) {
    let place = Place::new();
    let found = tags_of(&place, rows.iter().map(|row| row.line.clone()));
    let mut wrong = Vec::new();
    for (row, tags) in rows.into_iter().zip(found) {
        let mut stored: Vec<_> = tags.iter().map(said).collect();
        stored.sort();
        let right = if row.among_others {
            row.expected.iter().all(|technique| stored.iter().any(|it| it.starts_with(technique)))
        } else {
            stored == row.expected
        };
        if !right {
            wrong.push(format!("{} {}: {stored:?}, expected {:?}", row.detection, row.line, row.expected));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

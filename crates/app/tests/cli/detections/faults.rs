//! G12: what cannot be costs its own tag, is counted, and the rest goes on.

use serde_json::json;

use super::{native, said, tags_of};
use crate::program::{Place, line};

#[test]
fn odd_data_costs_its_own_tag_only() {
    let place = Place::new();
    let odd = native(
        "intel",
        json!({ "abuseipdb_score": 250, "abuseipdb_categories": [18], "feodo_listed": true }),
    );
    let mut broken = odd.clone();
    broken["feodo_listed"] = "yes".into();
    let lines = [odd, native("email", json!({ "rcpt_count": -40, "spf_pass": false })), broken];
    let tags = tags_of(&place, lines.into_iter());
    let stored: Vec<Vec<_>> = tags.iter().map(|tags| tags.iter().map(said).collect()).collect();
    let mut first = stored[0].clone();
    first.sort();
    assert_eq!(first, ["T1071.001@0.85", "T1588.001@0.85"]);
    assert!(stored[1].is_empty() && stored[2].is_empty(), "{stored:?}");
    let letters = place.say(&["dead-letters", "--format", "jsonl"]);
    for said in [
        "odd_data",
        "rule abuseipdb_reported: abuseipdb_score: 250, expected 0 to 100",
        "rule mail_sender_spoofed: rcpt_count: -40, expected a count",
        "bad_body",
    ] {
        assert!(letters.contains(said), "{said}: {letters}");
    }
}

/// One line of each log, in one file, in any order.
#[test]
fn two_logs_in_one_file() {
    let place = Place::new();
    let log = [
        native("http_request", json!({ "method": "GET", "url": "/.env", "session": "a" })).to_string(),
        super::cowrie("command.input", json!({ "input": "uname -a", "session": "b" })).to_string(),
        r#"{"kind":"http_request","time":"2026-11-24T10:00:00Z","src_ip":"203.0.113.9","decky":"d","method":"GET"}"#.to_owned(),
        "{\"kind\":\"nonsense\"}".to_owned(),
        "garbage".to_owned(),
    ]
    .join("\n");
    let file = place.write("log.json", format!("{log}\n").as_bytes());
    let summary = String::from_utf8(place.run(&["ingest", &file]).stdout).unwrap();
    assert_eq!(line(&summary, "events"), "2 new, 0 already known");
    let dead = line(&summary, "dead letters");
    assert_eq!(dead, "3 (bad_body 1, not_json 1, unknown_kind 1)", "{summary}");
    let again = String::from_utf8(place.run(&["ingest", "--reread", &file]).stdout).unwrap();
    assert_eq!(line(&again, "events"), "0 new, 2 already known");
}

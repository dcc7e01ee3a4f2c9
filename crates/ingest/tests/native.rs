//! Vespid's own events, and lines told apart.

use proptest::prelude::*;
use vespid_ingest::decode::{DecodeError, line, native};
use vespid_model::SourceKind;

const HEAD: &str =
    r#""time":"2026-11-24T15:22:00.5Z","src_ip":"203.0.113.14","decky":"web-1","session":"s1""#;

fn event(kind: &str, rest: &str) -> String {
    format!("{{\"kind\":\"{kind}\",{HEAD},{rest}}}")
}

/// Every block of the document is an event of the kind that its heading names.
#[test]
fn every_example_of_the_document_is_an_event() {
    let document = include_str!("../../../docs/events.md");
    let mut kinds = Vec::new();
    for example in document.lines().filter(|line| line.starts_with('{')) {
        let event = line(example.as_bytes()).unwrap_or_else(|error| panic!("{example}: {error}")).unwrap();
        kinds.push(event.kind());
    }
    for kind in SourceKind::ALL {
        assert!(kinds.contains(&kind), "no example of {kind}");
        assert!(document.contains(&format!("## {kind}")), "no heading of {kind}");
    }
}

#[test]
fn an_event_is_what_it_says() {
    let text = event("http_request", r#""method":"GET","url":"/x","headers":{"Host":"a"},"status":404"#);
    let read = line(text.as_bytes()).unwrap().unwrap();
    assert_eq!(read.time.to_string(), "2026-11-24T15:22:00.500000Z");
    assert_eq!((&*read.decky, read.session.as_deref()), ("web-1", Some("s1")));
    assert_eq!(&*read.body_json, r#"{"method":"GET","raw_url":"/x","headers":{"Host":"a"},"status":404}"#);
    assert_eq!(native::decode(b" \t").unwrap(), None);
    let zone = r#"{"kind":"ipv6_leak","time":"2026-11-24T15:22:00Z","src_ip":"fe80::9%eth0","decky":"d","addr":"fe80::1"}"#;
    assert_eq!(line(zone.as_bytes()).unwrap().unwrap().source_ip.to_string(), "fe80::9");
}

#[test]
fn what_is_no_event_says_why() {
    for (text, reason, said) in [
        (r#"{"kind":"telepathy"}"#.to_owned(), "unknown_kind", "telepathy"),
        (r#"{"kind":"intel","time":"2026-11-24T15:22:00Z"}"#.to_owned(), "missing_field", "src_ip"),
        (r#"{"kind":7}"#.to_owned(), "wrong_type", "kind"),
        (event("intel", r#""feodo_lsted":true"#), "bad_body", r#"intel has no field "feodo_lsted""#),
        (event("intel", r#""feodo_listed":"yes""#), "bad_body", "expected a boolean"),
        (event("email", r#""rcpt_count":"12""#), "bad_body", "expected i64"),
        (
            event("session", r#""action":"beacon","beacon_interval_s":1e300,"beacon_jitter_pct":0"#),
            "bad_body",
            "no number",
        ),
        (event("intel", r#""decky":"other""#), "duplicate_field", "decky"),
        (
            event("intel", r#""feodo_listed":true"#).replace("203.0.113.14", "localhost"),
            "bad_address",
            "localhost",
        ),
        (event("intel", r#""feodo_listed":true"#).replace("2026-", "2026/"), "bad_time", "2026/"),
        (
            event("intel", r#""feodo_listed":true"#).replace("\"s1\"", &format!("{:?}", "s".repeat(256))),
            "too_long",
            "session",
        ),
    ] {
        let error = line(text.as_bytes()).unwrap_err();
        assert!(error.reason() == reason && error.to_string().contains(said), "{text}: {reason}: {error}");
    }
}

/// Attackers choose values, and no value makes a line another program's.
#[test]
fn lines_are_told_apart_by_names_alone() {
    for value in ["eventid", "kind", "\\\"eventid\\\":\\\"cowrie.x\\\"", "\\udcff"] {
        let text = event("command", &format!("\"command_text\":\"{value}\""));
        assert_eq!(line(text.as_bytes()).unwrap().unwrap().kind(), SourceKind::Command, "{value}");
        let cowrie = format!(
            r#"{{"eventid":"cowrie.command.input","session":"s","src_ip":"192.0.2.1","timestamp":"2026-11-24T15:22:00Z","kind":"intel","input":"{value}"}}"#
        );
        assert_eq!(line(cowrie.as_bytes()).unwrap().unwrap().kind(), SourceKind::Command, "{value}");
    }
    assert!(matches!(line(b"{\"x\":\"kind\"}"), Err(DecodeError::NotCowrie(_))));
    assert!(matches!(line(b"{\"kind\":"), Err(DecodeError::Truncated(_))));
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200), text in "\\PC{0,80}") {
        let _ = line(&bytes);
        let _ = native::decode(text.as_bytes());
        let quoted = serde_json::to_string(&text).unwrap();
        let read = line(event("command", &format!("\"command_text\":{quoted}")).as_bytes());
        prop_assert!(read.is_ok() || text.contains('\0'));
    }
}

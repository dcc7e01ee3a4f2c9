//! Lines that are no events: counted, kept, and in nobody's way.

use crate::program::{Place, line, sample};

/// Bad lines, each with the reason it must get.
fn garbage() -> Vec<(&'static str, Vec<u8>)> {
    let line = |timestamp: &str, src_ip: &str| {
        format!(r#"{{"eventid":"cowrie.command.input","input":"id","session":"s","src_ip":{src_ip},"timestamp":"{timestamp}"}}"#)
            .into_bytes()
    };
    let good = "2026-11-24T15:22:00.5Z";
    vec![
        ("truncated_json", line(good, r#""192.0.2.1""#)[..40].to_vec()),
        ("wrong_type", line(good, "7")),
        ("invalid_utf8", b"{\"eventid\":\"\xff\"}".to_vec()),
        ("nul_byte", b"{\"eventid\":\"cowrie\0\"}".to_vec()),
        ("implausible_time", line("9999-12-31T23:59:59Z", r#""192.0.2.1""#)),
        ("bad_time", line("soon", r#""192.0.2.1""#)),
        ("bad_address", line(good, r#""here""#)),
        ("not_json", b"Traceback (most recent call last):".to_vec()),
        ("not_an_object", b"[]".to_vec()),
        ("not_cowrie", br#"{"eventid":"dionaea.connection"}"#.to_vec()),
        ("line_too_long", vec![b'x'; 50 << 20]),
    ]
}

/// The sample with a bad line after every hundredth good one.
fn mixed() -> Vec<u8> {
    let sample = sample();
    let mut bad = garbage().into_iter();
    let mut text = Vec::new();
    for (place, line) in sample.split_inclusive(|byte| *byte == b'\n').enumerate() {
        text.extend_from_slice(line);
        if place % 100 == 0
            && let Some((_, bad)) = bad.next()
        {
            text.extend(bad);
            text.push(b'\n');
        }
    }
    assert!(bad.next().is_none(), "every bad line was put in");
    text
}

#[test]
fn the_good_lines_give_the_same_tags_and_the_bad_ones_are_all_kept() {
    let clean = Place::new();
    let log = clean.write("cowrie.json", &sample());
    clean.say(&["ingest", &log]);

    let place = Place::new();
    let text = mixed();
    let log = place.write("cowrie.json", &text);
    let summary = place.say(&["ingest", &log]);
    assert_eq!(place.tags(), clean.tags());
    assert!(line(&summary, "dead letters").starts_with("11 ("), "{summary}");
    for (reason, bytes) in garbage() {
        assert!(summary.contains(&format!("{reason} 1")), "{reason} in {summary}");
        let kept = format!(
            "SELECT COUNT(*) FROM dead_letter JOIN source_offset ON source_offset.id = source WHERE reason = '{reason}' AND length = {} AND name LIKE '%/cowrie.json'",
            bytes.len()
        );
        assert_eq!(place.ask(&kept), "Integer(1)", "{reason}");
    }
    // The offset leads to the line in the file.
    let offset = place.ask("SELECT position FROM dead_letter WHERE reason = 'not_json'");
    let offset: usize = offset.trim_start_matches("Integer(").trim_end_matches(')').parse().unwrap();
    assert!(text[offset..].starts_with(b"Traceback"));

    let shown = place.say(&["dead-letters"]);
    assert_eq!(shown.lines().count(), 22);
    let traceback = format!("cowrie.json, byte {offset}, 34 bytes: not_json: ");
    let place_of = shown.lines().position(|line| line.contains(&traceback)).unwrap();
    assert_eq!(shown.lines().nth(place_of + 1), Some("    Traceback (most recent call last):"));
    let lines = place.say(&["dead-letters", "--format", "jsonl"]);
    let letters: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert!(letters.iter().any(|letter| letter["reason"] == "line_too_long" && letter["length"] == 50 << 20));
    assert_eq!(letters.len(), 11);

    let again = place.say(&["ingest", "--reread", &log]);
    assert!(line(&again, "dead letters").starts_with("11 ("));
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(11)", "kept once");
}

#[test]
fn strict_says_so_by_the_exit_code() {
    let place = Place::new();
    let log = place.write("cowrie.json", b"nonsense\n");
    assert_eq!(place.run(&["ingest", "--format", "cowrie", &log]).status.code(), Some(0));
    let again = place.run(&["ingest", "--format", "cowrie", "--strict", &log]);
    assert_eq!(again.status.code(), Some(3), "the bad line is still in it");
    let said = String::from_utf8_lossy(&again.stdout).into_owned();
    assert_eq!(line(&said, "dead letters"), "0; 1 in what was read before");
    let anew = place.run(&["ingest", "--format", "cowrie", "--reread", "--strict", &log]);
    assert_eq!(anew.status.code(), Some(3));
    let good = place.write("good.json", &sample());
    assert_eq!(place.run(&["ingest", "--strict", &good]).status.code(), Some(0));
}

#[test]
fn what_cannot_be_read_is_said_and_the_rest_goes_on() {
    let place = Place::new();
    let missing = place.run(&["ingest", "nothing.json"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nothing.json: no such file or folder"));
    assert!(!place.path("vespid.db").exists(), "a misspelt path leaves no database behind");

    // The magic bytes of gzip, then nothing that can be unpacked.
    let broken = place.write("a.json.gz", &[0x1f, 0x8b, 0x08, 0, 1, 2, 3]);
    let good = place.write("b.json", &sample());
    let summary = place.say(&["ingest", &broken, &good]);
    assert!(summary.contains("unreadable 1"), "{summary}");
    assert_eq!(line(&summary, "events"), "1469 new, 0 already known");
}

#[test]
fn the_rest_of_an_unfinished_long_line_is_no_line_of_its_own() {
    let place = Place::new();
    let mut text = vec![b'x'; 1_200_000];
    let log = place.write("cowrie.json", &text);
    place.say(&["ingest", "--format", "cowrie", &log]);
    text.extend_from_slice(b" the rest\n");
    place.write("cowrie.json", &text);
    place.say(&["ingest", "--format", "cowrie", &log]);
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(1)");
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter WHERE reason = 'line_too_long'"), "Integer(1)");
}

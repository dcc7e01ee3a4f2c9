//! Reading again changes nothing.

use std::io::Write;
use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Place, line, sample};

#[test]
fn the_second_time_says_nothing_new() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    let first = place.say(&["ingest", &log]);
    assert_eq!(line(&first, "events"), "1469 new, 0 already known");
    let tags = place.tags();
    assert!(tags.len() > 300);

    let second = place.say(&["ingest", &log]);
    assert_eq!(line(&second, "events"), "0 new, 0 already known");
    assert_eq!(
        line(&second, "lines").replace(',', ""),
        format!("0 read from 1 input; {} bytes read before", sample().len())
    );

    let third = place.say(&["ingest", "--reread", &log]);
    assert_eq!(line(&third, "events"), "0 new, 1469 already known");
    assert!(line(&third, "tags").starts_with("0 new, "));
    assert_eq!(place.tags(), tags);
}

/// What was said last stands, whatever was said before.
#[test]
fn another_attack_release_renames_the_tags() {
    let (clean, place) = (Place::new(), Place::new());
    let log = clean.write("cowrie.json", &sample());
    clean.say(&["ingest", &log]);
    place.say(&["ingest", &log, "--attack-release", "18.1"]);
    assert!(place.tags().iter().all(|tag| tag.contains(r#""attack_release":"v18.1""#)));
    let renamed = place.say(&["ingest", &log]);
    let expected =
        format!("0 new, {} changed, 0 already known, 0 below the confidence floor", clean.tags().len());
    assert_eq!(line(&renamed, "tags"), expected);
    assert_eq!(place.tags(), clean.tags());
}

/// A rule file that is edited without a new version.
#[test]
fn tags_explain_themselves_with_the_text_that_made_them() {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    let rule = |word: &str, title: &str| {
        let text = format!(
            "title: {title}\nname: mine\ntags: [attack.discovery, attack.t1082]\n\
             logsource: {{product: linux, category: process_creation}}\n\
             detection: {{selection: {{CommandLine|contains: {word}}}, condition: selection}}\nlevel: high\n"
        );
        place.write("rules/mine.yml", text.as_bytes());
    };
    let event = |second: u8, text: &str| {
        format!(
            "{{\"eventid\":\"cowrie.command.input\",\"input\":\"{text}\",\"session\":\"s\",\"src_ip\":\"192.0.2.1\",\
             \"sensor\":\"d\",\"timestamp\":\"2026-11-24T16:00:0{second}Z\"}}\n"
        )
    };
    let log =
        place.write("x.json", (event(1, "apple") + &event(2, "pear") + &event(3, "apple pear")).as_bytes());
    let ingest = ["ingest", &log, "--rules", "rules"];
    rule("apple", "Apples");
    place.say(&ingest);
    rule("pear", "Pears");
    let output = place.run(&ingest);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("changed without a new version: mine;"), "{said}");
    let summary = String::from_utf8(output.stdout).unwrap();
    assert!(line(&summary, "tags").starts_with("1 new, 1 changed, 0 already known"), "{summary}");
    let told = place.say(&["explain", "s"]);
    let titles: Vec<&str> =
        told.lines().filter_map(|line| line.trim().strip_prefix("rule mine v1: ")).collect();
    assert_eq!(titles, ["Apples", "Pears", "Pears"], "{told}");
    let again = place.run(&ingest);
    assert_eq!(String::from_utf8_lossy(&again.stderr).matches("changed").count(), 0);
}

#[test]
fn a_log_is_read_on_where_it_grew_and_anew_where_it_was_rotated() {
    let place = Place::new();
    let text = sample();
    let middle = text.len() / 2;
    let log = place.write("cowrie.json", &text[..middle]);
    place.say(&["ingest", &log]);
    place.write("cowrie.json", &text);
    let grown = place.say(&["ingest", &log]);
    assert!(line(&grown, "lines").contains("bytes read before"), "{grown}");
    assert_eq!(place.ask("SELECT COUNT(*) FROM event"), "Integer(1469)");
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(0)", "the half line was judged again");

    let rotated: Vec<u8> = text.iter().rev().skip_while(|byte| **byte != b'\n').copied().collect();
    let rotated: Vec<u8> =
        rotated.into_iter().rev().skip(2000).skip_while(|byte| *byte != b'\n').skip(1).collect();
    place.write("cowrie.json", &rotated);
    let again = place.say(&["ingest", &log]);
    assert!(!line(&again, "lines").contains("read before"), "{again}");
    assert!(line(&again, "events").starts_with("0 new, "), "the events are known: {again}");
}

/// As after `cp new log` or `: > log` by a log's keeper: the same beginning, and not all that was there.
#[test]
fn a_log_that_became_shorter_is_read_anew() {
    let place = Place::new();
    let text = sample();
    let lines: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    let log = place.write("cowrie.json", &lines[..700].concat());
    place.say(&["ingest", &log]);
    place.write("cowrie.json", &[&lines[..100], &lines[700..750]].concat().concat());
    let again = place.say(&["ingest", &log]);
    assert_eq!(line(&again, "lines"), "150 read from 1 input");
    assert_eq!(line(&again, "events"), "50 new, 100 already known");
}

/// Whoever writes to a pipe may never end, and what it wrote cannot be read again.
#[test]
fn what_a_pipe_gave_is_stored_before_it_ends() {
    let text = sample();
    let plain = Place::new();
    let log = plain.write("cowrie.json", &text);
    plain.say(&["ingest", &log]);

    let piped = Place::new();
    let mut child = piped
        .command(&["ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(&text).unwrap();
    let all = plain.ask("SELECT COUNT(*) FROM event");
    let stored = || {
        piped.path("vespid.db").exists() && piped.try_ask("SELECT COUNT(*) FROM event") == Some(all.clone())
    };
    assert!(
        (0..600).any(|_| stored() || (sleep(Duration::from_millis(100)), false).1),
        "nothing was stored in a minute"
    );
    child.kill().unwrap();
    child.wait().unwrap();
    drop(stdin);
    assert_eq!(piped.tags(), plain.tags());
}

#[test]
fn packed_files_folders_and_standard_input_give_the_same_tags() {
    let text = sample();
    let plain = Place::new();
    let log = plain.write("cowrie.json", &text);
    plain.say(&["ingest", &log]);

    let folder = Place::new();
    std::fs::create_dir(folder.path("logs")).unwrap();
    let half = text.len() / 2 + text[text.len() / 2..].iter().position(|byte| *byte == b'\n').unwrap() + 1;
    folder.write("logs/cowrie.json.1", &text[..half]);
    folder.write("logs/cowrie.json", &text[half..]);
    folder.say(&["ingest", "logs"]);
    assert_eq!(folder.tags(), plain.tags());

    let piped = Place::new();
    let mut child = piped
        .command(&["ingest", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(&text).unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(piped.tags(), plain.tags());
}

#[test]
fn new_rules_are_applied_to_what_was_read_before() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    let before = place.tags().len();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write(
        "rules/new.yml",
        b"title: New\nname: new\ntags: [attack.t1082]\nlogsource: {product: linux, category: process_creation}\n\
          detection:\n  selection:\n    Image|endswith: '/uname'\n  condition: selection\n",
    );
    let again = place.say(&["ingest", "--rules", "rules", &log]);
    assert_eq!(line(&again, "events"), "0 new, 1469 already known");
    assert!(place.tags().len() > before);
}

/// An event that comes late may be among the first that were enough. The tag says another thing then and stays the same
/// row: what it was under other releases hangs on it.
#[test]
fn a_window_that_says_something_else_keeps_its_row() {
    let refused = |second: u32| {
        format!(
            r#"{{"kind":"auth_attempt","time":"2026-11-24T10:00:{second:02}Z","src_ip":"192.0.2.9","decky":"d","session":"s","username":"root","password":"p{second}","result":"failure","service":"ssh"}}"#
        ) + "\n"
    };
    let place = Place::new();
    let log = place.write("a.json", (20..25).map(refused).collect::<String>().as_bytes());
    place.say(&["ingest", &log]);
    let row = || place.ask("SELECT group_concat(id || ' ' || created_at) FROM tag WHERE event IS NULL");
    let before = row();
    let late = place.write("b.json", refused(10).as_bytes());
    assert!(line(&place.say(&["ingest", &late]), "tags").starts_with("0 new, "));
    let after = row();
    let (id, time) = before.split_once(' ').unwrap();
    let (same, other) = after.split_once(' ').unwrap();
    assert_eq!(id, same, "{before}, then {after}");
    assert_ne!(time, other);
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");

    let clean = Place::new();
    let all =
        clean.write("c.json", [10].into_iter().chain(20..25).map(refused).collect::<String>().as_bytes());
    clean.say(&["ingest", &all]);
    assert_eq!(place.tags(), clean.tags());
}

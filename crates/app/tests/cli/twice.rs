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
        line(&second, "lines"),
        format!("0 read from 1 input; {} bytes were read before", sample().len())
    );

    let third = place.say(&["ingest", "--reread", &log]);
    assert_eq!(line(&third, "events"), "0 new, 1469 already known");
    assert!(line(&third, "tags").starts_with("0 new, "));
    assert_eq!(place.tags(), tags);
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
    assert!(line(&grown, "lines").contains("bytes were read before"), "{grown}");
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

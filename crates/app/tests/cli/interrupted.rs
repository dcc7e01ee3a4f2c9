//! Killed at any moment, the next run finishes the job.

use std::collections::BTreeSet;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{Place, line, sample};

/// A log that takes a while: the sample again and again, each time as other sessions.
pub(crate) fn long_log(copies: usize) -> Vec<u8> {
    let sample = String::from_utf8(sample()).unwrap();
    let mut text = String::new();
    for copy in 0..copies {
        text += &sample.replace(r#""session":""#, &format!(r#""session":"{copy}-"#));
    }
    text.into_bytes()
}

#[test]
fn ten_kills_and_a_full_run_are_one_clean_run() {
    let text = long_log(60);
    let clean = Place::new();
    let log = clean.write("cowrie.json", &text);
    clean.say(&["ingest", &log]);

    let killed = Place::new();
    let log = killed.write("cowrie.json", &text);
    let stored = || killed.try_ask("SELECT MAX(position) FROM source_offset");
    let mut places = BTreeSet::new();
    for run in 0_u64..10 {
        let before = stored();
        let mut child =
            killed.command(&["ingest", &log]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        if run % 3 > 0 {
            // Until a batch is stored: what follows then is cut in the middle of reading.
            while stored() == before && child.try_wait().unwrap().is_none() {
                sleep(Duration::from_millis(2));
            }
        }
        sleep(Duration::from_millis(11 * run));
        // SIGKILL: the program has no say.
        child.kill().unwrap();
        child.wait().unwrap();
        places.insert(stored());
    }
    killed.say(&["ingest", &log]);
    places.remove(&stored());
    places.remove(&None);
    assert!(places.len() > 1, "no run was cut off while reading: {places:?}");
    assert_eq!(killed.tags(), clean.tags());
    for table in ["event", "session", "attacker", "tag", "dead_letter"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(killed.ask(&count), clean.ask(&count), "{table}");
    }
    let sums = "SELECT SUM(event_count) || ' ' || SUM(last_seen - first_seen) FROM session";
    assert_eq!(killed.ask(sums), clean.ask(sums), "nothing was counted twice");
}

/// Ctrl-C, and what service managers send.
#[test]
fn who_is_asked_to_end_stores_what_was_read_and_says_so() {
    let text = long_log(60);
    let clean = Place::new();
    let log = clean.write("cowrie.json", &text);
    clean.say(&["ingest", &log]);
    for signal in ["INT", "TERM"] {
        let asked = Place::new();
        let log = asked.write("cowrie.json", &text);
        let stored = || asked.try_ask("SELECT MAX(position) > 0 FROM source_offset");
        let child =
            asked.command(&["ingest", &log]).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let begun = Instant::now();
        while stored().as_deref() != Some("Integer(1)") {
            assert!(begun.elapsed() < Duration::from_mins(2), "nothing is stored");
            sleep(Duration::from_millis(2));
        }
        let end = format!("kill -{signal} {}", child.id());
        assert!(Command::new("sh").args(["-c", &end]).status().unwrap().success());
        let output = child.wait_with_output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(130), "{signal}: {said}");
        assert!(
            said.starts_with("Interrupted. What was read is stored; run the same command again"),
            "{said}"
        );
        let read: u64 = line(&said, "lines").split(' ').next().unwrap().parse().unwrap();
        let all = std::str::from_utf8(&text).unwrap().lines().count() as u64;
        assert!(0 < read && read < all, "{said}");
        let rest = asked.say(&["ingest", &log]);
        assert!(line(&rest, "lines").starts_with(&format!("{} read", all - read)), "{said}{rest}");
        assert_eq!(asked.tags(), clean.tags());
    }
}

/// A disk that is full for a while. The batch after the one that failed is under way by then.
#[test]
fn what_a_full_disk_refused_is_read_again() {
    let text = long_log(30);
    let clean = Place::new();
    let log = clean.write("cowrie.json", &text);
    clean.say(&["ingest", &log]);

    let full = Place::new();
    let log = full.write("cowrie.json", &text);
    // Files may not grow beyond 2 MB (in blocks of 512 bytes); the write fails, and no signal comes.
    let script = "trap '' XFSZ; ulimit -f 4096; exec \"$0\" \"$@\"";
    let mut command = Command::new("sh");
    command.args(["-c", script, env!("CARGO_BIN_EXE_vespid"), "ingest", &log]).current_dir(full.path(""));
    command.env("SOURCE_DATE_EPOCH", "1800000000");
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("writing the database"), "{said}");
    full.say(&["ingest", &log]);
    assert_eq!(full.tags(), clean.tags());
    assert_eq!(full.ask("SELECT COUNT(*) FROM event"), clean.ask("SELECT COUNT(*) FROM event"));
}

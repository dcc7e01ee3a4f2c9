//! Killed at any moment, the next run finishes the job.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use crate::program::{Place, sample};

/// A log that takes a while: the sample again and again, each time as other sessions.
fn long_log(copies: usize) -> Vec<u8> {
    let sample = String::from_utf8(sample()).unwrap();
    let mut text = String::new();
    for copy in 0..copies {
        text += &sample.replace(r#""session":""#, &format!(r#""session":"{copy}-"#));
    }
    text.into_bytes()
}

#[test]
fn ten_kills_and_a_full_run_are_one_clean_run() {
    let text = long_log(30);
    let clean = Place::new();
    let log = clean.write("cowrie.json", &text);
    clean.say(&["ingest", &log]);

    let killed = Place::new();
    let log = killed.write("cowrie.json", &text);
    let mut ended_early = 0;
    for run in 0_u64..10 {
        let mut child =
            killed.command(&["ingest", &log]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        // Moments spread over start, reading and committing; which one is met differs from run to run.
        sleep(Duration::from_millis(30 + 67 * run));
        // SIGKILL: the program has no say.
        child.kill().unwrap();
        ended_early += u32::from(!child.wait().unwrap().success());
    }
    killed.say(&["ingest", &log]);
    assert!(ended_early > 0, "no run was cut off: the log is too short for this machine");
    assert_eq!(killed.tags(), clean.tags());
    for table in ["event", "session", "attacker", "tag", "dead_letter"] {
        let count = format!("SELECT COUNT(*) FROM {table}");
        assert_eq!(killed.ask(&count), clean.ask(&count), "{table}");
    }
    let sums = "SELECT SUM(event_count) || ' ' || SUM(last_seen - first_seen) FROM session";
    assert_eq!(killed.ask(sums), clean.ask(sums), "nothing was counted twice");
}

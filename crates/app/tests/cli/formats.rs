//! Logs of many sensors in one folder.

use crate::program::{Place, line, sample};

const REDIS: &[u8] = br#"{"action":"NewConnect","addr":"203.0.113.9:30904","level":"info","msg":"","time":"2026-11-24 17:55:29"}
{"action":"CONFIG SET dir /root/.ssh/","addr":"203.0.113.9:30904","level":"info","msg":"","time":"2026-11-24 17:55:30"}
"#;
const HERALDING: &[u8] = br#"{"timestamp":"2026-11-24 15:35:43.034845","duration":1,"session_id":"67da6fd6","source_ip":"203.0.113.9","source_port":44860,"destination_ip":"192.0.2.1","destination_port":21,"protocol":"ftp","num_auth_attempts":2,"auth_attempts":[{"timestamp":"2026-11-24 15:35:43.485571","username":"root","password":"1"},{"timestamp":"2026-11-24 15:35:43.687484","username":"root","password":"2"}],"session_ended":true,"auxiliary_data":{}}
"#;
const HONEYAML: &[u8] = br#"{"timestamp":"2026-11-24T18:05:36.755850Z","level":"WARN","src_ip":"203.0.113.9","path":"/.env","method":"GET","status_code":404,"host":"h","target":"honeyaml::access-log"}
"#;

#[test]
fn a_folder_of_many_logs_is_read_with_one_command() {
    let place = Place::new();
    std::fs::create_dir(place.path("logs")).unwrap();
    for (name, log) in [
        ("cowrie.json", sample().as_slice()),
        ("redis.log", REDIS),
        ("heralding.json", HERALDING),
        ("honeyaml.log", HONEYAML),
        ("notes.log", b"nobody's\nlines\n"),
        ("empty.log", b""),
    ] {
        place.write(&format!("logs/{name}"), log);
    }
    let alone = Place::new();
    let cowrie = alone.write("cowrie.json", &sample());
    let counted =
        |summary: &str| -> u64 { line(summary, "events").split(' ').next().unwrap().parse().unwrap() };
    let of_cowrie = counted(&alone.say(&["ingest", &cowrie]));

    let summary = place.say(&["ingest", "logs"]);
    // Two of Redis; a connection, two logins and an end of Heralding.
    assert_eq!(counted(&summary), of_cowrie + 6, "{summary}");
    assert_eq!(line(&summary, "dead letters"), "2 (unrecognised_format 1, unsupported_format 1)");
    let letters = place.say(&["dead-letters"]);
    assert!(
        letters.contains("notes.log, byte 0, 0 bytes: unrecognised_format: no known format"),
        "{letters}"
    );
    assert!(letters.contains("give it with --format"), "{letters}");
    assert!(letters.contains("the format of honeyaml is known, and not read"), "{letters}");

    // Again: nothing is new, and what was not known is said again.
    let again = place.say(&["ingest", "logs"]);
    assert_eq!(line(&again, "events"), "0 new, 0 already known", "{again}");
    assert!(line(&again, "dead letters").starts_with("2 ("), "{again}");
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(2)", "kept once");

    // With a mapping the unknown one is read.
    let mapping = place.write("m.toml", include_bytes!("../../../../mappings/honeyaml.toml"));
    let mapped = place.say(&["ingest", "--mapping", &mapping, "logs"]);
    assert_eq!(line(&mapped, "events"), "1 new, 0 already known", "{mapped}");
}

#[test]
fn lines_of_text_wait_for_their_end() {
    let place = Place::new();
    let first = "203.0.113.9 - - [24/Nov/2026:15:31:15 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"a\"\n";
    let half = "203.0.113.9 - - [24/Nov/2026:15:31:16 +0000] \"GET /x HTTP/1.1\" 200 1";
    let log = place.write("access.log", format!("{first}{half}").as_bytes());
    let summary = place.say(&["ingest", &log]);
    assert_eq!(line(&summary, "events"), "1 new, 0 already known", "{summary}");
    assert_eq!(line(&summary, "dead letters"), "1 (unfinished_line 1)");
    place.write("access.log", format!("{first}{half} \"-\" \"a\"\n").as_bytes());
    let summary = place.say(&["ingest", &log]);
    assert_eq!(line(&summary, "events"), "1 new, 0 already known", "{summary}");
    assert!(place.ask("SELECT COUNT(*) FROM event").contains('2'));
}

/// A password with line breaks is an attacker's, also when its log is read on from its middle.
#[test]
fn reading_on_within_a_text_reads_nothing_of_it() {
    let place = Place::new();
    let login = |ip: &str, password: &str| {
        format!(
            "2026-11-24 15:35:43.485571,0b8f1b57-6cf1-4d43-a2c5-1d3f0a4f0001,67da6fd6-72e6-4ae9-b71f-c80176419413,{ip},1,192.0.2.2,21,ftp,root,{password},\n"
        )
    };
    let begun = login("203.0.113.9", "a") + &login("203.0.113.9", "\"b\n").replace(",\n", "");
    let log = place.write("log_auth.csv", begun.as_bytes());
    let summary = place.say(&["ingest", &log]);
    assert_eq!(line(&summary, "events"), "1 new, 0 already known", "{summary}");
    let rest = login("198.51.100.1", "forged") + "\",\n" + &login("203.0.113.9", "c");
    place.write("log_auth.csv", (begun + &rest).as_bytes());
    let summary = place.say(&["ingest", &log]);
    assert_eq!(line(&summary, "events"), "1 new, 0 already known", "{summary}");
    assert_eq!(line(&summary, "dead letters"), "3 (torn_line 3)", "{summary}");
    assert!(place.ask("SELECT COUNT(*) FROM event").contains('2'));
    let again = place.say(&["ingest", &log]);
    assert_eq!(line(&again, "events"), "0 new, 0 already known", "{again}");
}

#[test]
fn formats_and_decoys_are_given() {
    let place = Place::new();
    let log = place.write("x.log", REDIS);
    let wrong = place.say(&["ingest", "--format", "suricata", &log]);
    assert_eq!(line(&wrong, "dead letters"), "2 (missing_field 2)", "{wrong}");
    let own = place.say(&["ingest", "--reread", "--own", "203.0.113.0/24", &log]);
    assert_eq!(line(&own, "passed over"), "2 (outgoing 2)", "{own}");
    for (arguments, said) in [
        (["--format", "nonsense"], "suricata"),
        (["--own", "somewhere"], "network such as"),
        (["--mapping", "none.toml"], "none.toml"),
    ] {
        let run = place.run(&["ingest", arguments[0], arguments[1], &log]);
        assert_ne!(run.status.code(), Some(0));
        let error = String::from_utf8_lossy(&run.stderr).into_owned();
        assert!(error.contains(said), "{error}");
    }
}

/// A line says what it says wherever it stands: read backwards, and read twice, the logs of all formats give the same.
#[test]
fn the_order_of_lines_does_not_matter() {
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/../ingest/tests/golden");
    let (place, backwards) = (Place::new(), Place::new());
    std::fs::create_dir(backwards.path("logs")).unwrap();
    for entry in std::fs::read_dir(golden).unwrap() {
        let path = entry.unwrap().path();
        let log = std::fs::read(&path).unwrap();
        let mut lines: Vec<_> = log.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
        lines.reverse();
        let name = path.file_name().unwrap().to_str().unwrap();
        backwards.write(&format!("logs/{name}"), &[lines.join(&b'\n'), vec![b'\n']].concat());
    }
    let summary = place.say(&["ingest", golden]);
    let reversed = backwards.say(&["ingest", "logs"]);
    for counted in ["events", "sessions", "attackers", "passed over", "dead letters"] {
        assert_eq!(line(&summary, counted), line(&reversed, counted), "{counted}");
    }
    assert!(!place.tags().is_empty());
    assert_eq!(place.tags(), backwards.tags());
    let again = place.say(&["ingest", "--reread", golden]);
    assert!(line(&again, "events").starts_with("0 new, "), "{again}");
    assert!(line(&again, "tags").starts_with("0 new, "), "{again}");
}

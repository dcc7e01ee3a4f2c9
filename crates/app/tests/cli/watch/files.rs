//! Files that grow, are renamed, copied, cut off and compressed.

use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::path::PathBuf;
use std::thread::sleep;
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Watch, all, assert_same, health, lines};
use crate::program::{Place, sample};

/// The database of one `vespid ingest` of these bytes.
fn clean(text: &[u8]) -> Vec<String> {
    let place = Place::new();
    let log = place.write("cowrie.json", text);
    place.say(&["ingest", &log]);
    all(&place)
}

fn append(path: &PathBuf, bytes: &[u8]) {
    OpenOptions::new().create(true).append(true).open(path).unwrap().write_all(bytes).unwrap();
}

pub(super) fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut packed = GzEncoder::new(Vec::new(), Compression::fast());
    packed.write_all(bytes).unwrap();
    packed.finish().unwrap()
}

/// Lines of which each is one event that is not yet there.
fn events(count: usize) -> Vec<Vec<u8>> {
    let line = |number: usize| {
        format!(
            "{{\"eventid\":\"cowrie.command.input\",\"input\":\"echo {number}\",\"session\":\"s\",\"src_ip\":\"192.0.2.1\",\
             \"sensor\":\"d\",\"timestamp\":\"2026-11-24T16:{:02}:{:02}Z\"}}\n",
            number / 60 % 60,
            number % 60
        )
        .into_bytes()
    };
    (0..count).map(line).collect()
}

#[test]
fn lines_are_there_within_a_second_and_half_a_line_waits() {
    let place = Place::new();
    let path = place.path("cowrie.json");
    let watch = Watch::start(&place, &["cowrie.json"]);
    let all = events(60);
    // A file that is new is looked at twice.
    append(&path, &all[..30].concat());
    watch.has_events(30);
    let mut times: Vec<Duration> = (30..50)
        .map(|number| {
            append(&path, &all[number]);
            watch.has_events(number + 1)
        })
        .collect();
    times.sort();
    assert!(times[times.len() / 2] < Duration::from_millis(1500), "{times:?}");

    let (head, tail) = all[50].split_at(40);
    append(&path, head);
    sleep(Duration::from_secs(2));
    watch.has_events(50);
    append(&path, tail);
    watch.has_events(51);
    // A good line whose end is never written is read when nothing more comes; its end is no second line.
    append(&path, all[51].trim_ascii_end());
    watch.has_events(52);
    append(&path, &[b"\n", &*all[52]].concat());
    watch.has_events(53);
    watch.end();
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(0)");
    let health = health(&place, "file");
    assert_eq!((&health["events"], &health["dead_letters"]), (&53.into(), &0.into()));
}

#[test]
fn a_renamed_log_is_read_to_its_end_and_a_new_one_from_its_beginning() {
    let (place, text) = (Place::new(), sample());
    let lines = lines(&text);
    let (path, moved) = (place.path("cowrie.json"), place.path("cowrie.json.1"));
    let watch = Watch::start(&place, &["cowrie.json"]);
    append(&path, &lines[..400].concat());
    watch.has_events(400);
    let mut old = OpenOptions::new().append(true).open(&path).unwrap();
    fs::rename(&path, &moved).unwrap();
    // Who writes does not know of it yet.
    old.write_all(&lines[400..500].concat()).unwrap();
    append(&path, &lines[500..900].concat());
    old.write_all(&lines[900..1000].concat()).unwrap();
    watch.has_events(1000);
    // Away from where it is looked for, it is open still.
    fs::rename(&moved, place.path("elsewhere")).unwrap();
    old.write_all(&lines[1000..1100].concat()).unwrap();
    watch.has_events(1100);
    append(&path, &lines[1100..].concat());
    watch.has_events(1469);
    watch.end();
    assert_same(&all(&place), &clean(&text));
    // Each line was read once.
    assert_eq!(health(&place, "file")["lines"], 1469);
}

#[test]
fn a_log_that_is_copied_and_cut_off_is_read_once() {
    let (place, text) = (Place::new(), sample());
    let lines = lines(&text);
    let (path, copy) = (place.path("cowrie.json"), place.path("cowrie.json.1"));
    let watch = Watch::start(&place, &["cowrie.json"]);
    append(&path, &lines[..400].concat());
    watch.has_events(400);
    // What comes right before it is cut off is in the copy only.
    append(&path, &lines[400..500].concat());
    fs::copy(&path, &copy).unwrap();
    File::create(&path).unwrap();
    // As long as before, and another text.
    append(&path, &lines[500..1200].concat());
    watch.has_events(1200);
    File::create(&path).unwrap();
    append(&path, &lines[1200..].concat());
    watch.has_events(1469);
    watch.end();
    assert_same(&all(&place), &clean(&text));
}

#[test]
fn a_restart_goes_on_and_reads_what_was_compressed_meanwhile() {
    let (place, text) = (Place::new(), sample());
    let lines = lines(&text);
    let path = place.path("logs/cowrie.json");
    fs::create_dir(place.path("logs")).unwrap();
    let watch = Watch::start(&place, &["logs"]);
    append(&path, &lines[..400].concat());
    watch.has_events(400);
    watch.end();
    // Nobody looks; more is written, and it is rotated and compressed.
    let old = lines[..600].concat();
    fs::write(place.path("logs/cowrie.json.1.gz"), gzip(&old)).unwrap();
    fs::write(place.path("logs/cowrie.json.2.gz"), gzip(&lines[600..900].concat())).unwrap();
    fs::write(&path, lines[900..].concat()).unwrap();
    let watch = Watch::start(&place, &["logs"]);
    watch.has_events(1469);
    watch.end();
    assert_same(&all(&place), &clean(&text));
    // 400 were read before, and are not again.
    assert_eq!(health(&place, "file")["lines"], 1469);
    let again = Watch::start(&place, &["logs"]);
    sleep(Duration::from_secs(4));
    again.end();
    assert_eq!(health(&place, "file")["lines"], 1469);
}

#[test]
fn what_cannot_be_followed_is_said_before_there_is_a_database() {
    let place = Place::new();
    for (args, says) in [
        (&["watch"][..], "nothing to watch"),
        (&["watch", "-"], "vespid ingest"),
        (&["watch", "missing/cowrie.json"], "missing/cowrie.json: no such file or folder"),
        (&["watch", "--http", "0.0.0.0:0"], "VESPID_INTAKE_TOKEN"),
        (&["watch", "--syslog-tls", "127.0.0.1:0", "--tls-cert", "none", "--tls-key", "none"], "none"),
    ] {
        let output = place.run(args);
        let said = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{args:?}: {said}");
        assert!(said.contains(says), "{args:?}: {said}");
        assert!(!place.path("vespid.db").exists(), "{args:?}");
    }
}

/// It grows on, and says nothing new by that.
#[test]
fn a_log_of_no_known_format_is_said_once() {
    let place = Place::new();
    let log = place.path("notes.txt");
    append(&log, b"remember the milk\n");
    let watch = Watch::start(&place, &["notes.txt"]);
    let counted = "SELECT COALESCE(SUM(dead_count), 0) FROM source_health";
    watch.comes_to("SELECT COUNT(*) FROM dead_letter WHERE reason = 'unrecognised_format'", "Integer(1)");
    for number in 0..4 {
        append(&log, format!("and the bread, {number} times\n").as_bytes());
        // Two looks.
        sleep(Duration::from_millis(1_200));
    }
    // By now it is looked at no more; another log in its place is another one to be said.
    append(&log, "and the butter\n".repeat(200).as_bytes());
    sleep(Duration::from_millis(1_200));
    std::fs::write(&log, b"a list of other things\n").unwrap();
    watch.comes_to(counted, "Integer(2)");
    watch.end();
    assert_eq!(place.ask(counted), "Integer(2)");
    assert_eq!(place.ask("SELECT COUNT(*) FROM dead_letter"), "Integer(2)");
}

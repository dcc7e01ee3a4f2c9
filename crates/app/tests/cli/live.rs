//! Rules that change while a worker reads from a pipe that stays open.

use std::fs;
use std::io::Write;
use std::process::{Child, ChildStdin, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::program::{Place, line};

/// What a worker may take to follow.
pub(crate) const FOLLOWS: Duration = Duration::from_millis(1_100);

/// A rule that names T1082 for lines with a word.
pub(crate) fn rule(name: &str, version: u32, word: &str) -> String {
    format!(
        "title: Says {word}\nname: {name}\ntags: [attack.discovery, attack.t1082]\n\
         logsource: {{product: linux, category: process_creation}}\n\
         detection: {{selection: {{CommandLine|contains: {word}}}, condition: selection}}\n\
         level: high\nvespid: {{version: {version}}}\n"
    )
}

/// A typed line as Cowrie logs it, at this second of a fixed minute.
pub(crate) fn typed(second: u32, text: &str) -> String {
    format!(
        "{{\"eventid\":\"cowrie.command.input\",\"input\":\"{text}\",\"session\":\"s\",\"src_ip\":\"192.0.2.1\",\
         \"sensor\":\"d\",\"timestamp\":\"2026-11-24T16:{:02}:{:02}Z\"}}\n",
        second / 60,
        second % 60
    )
}

/// `vespid ingest -`, and what it is given.
struct Worker<'a> {
    place: &'a Place,
    child: Child,
    stdin: ChildStdin,
    said: u32,
}

impl<'a> Worker<'a> {
    /// Follows the real clock: states expire.
    fn start(place: &'a Place, args: &[&str]) -> Self {
        let mut command = place.command(&[&["ingest", "-"], args].concat());
        command.env_remove("SOURCE_DATE_EPOCH");
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let stdin = child.stdin.take().unwrap();
        Self { place, child, stdin, said: 0 }
    }

    /// The rules and confidences of the tags of a line that is typed now, as `rule@confidence`.
    fn tags_of(&mut self, text: &str) -> Vec<String> {
        self.said += 1;
        self.stdin.write_all(typed(self.said, text).as_bytes()).unwrap();
        let events = "SELECT COUNT(*) FROM event";
        let all = format!("Integer({})", self.said);
        let begun = Instant::now();
        while !self.place.path("vespid.db").exists() || self.place.try_ask(events) != Some(all.clone()) {
            assert!(begun.elapsed() < Duration::from_mins(1), "the line was not stored in a minute");
            sleep(Duration::from_millis(20));
        }
        let tags = "SELECT COALESCE(group_concat(r.name || '@' || t.confidence, ' '), '') FROM tag t
                    JOIN rule r ON r.id = t.rule JOIN event e ON e.id = t.event
                    WHERE e.id = (SELECT MAX(id) FROM event)";
        let db = rusqlite::Connection::open(self.place.path("vespid.db")).unwrap();
        let tags: String = db.query_row(tags, [], |row| row.get(0)).unwrap();
        let mut tags: Vec<String> =
            tags.split(' ').filter(|tag| !tag.is_empty()).map(str::to_owned).collect();
        tags.sort();
        tags
    }

    /// Waits until a line that is typed has these tags: at once, but on a machine that is busy with other things.
    fn comes_to(&mut self, text: &str, expected: &[&str]) {
        let begun = Instant::now();
        loop {
            let tags = self.tags_of(text);
            if tags == expected {
                return;
            }
            assert!(begun.elapsed() < Duration::from_secs(30), "{text}: {tags:?} and not {expected:?}");
        }
    }

    /// Standard output and standard error of the whole run.
    fn end(self) -> (String, String) {
        drop(self.stdin);
        let output = self.child.wait_with_output().unwrap();
        assert!(output.status.success());
        (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    }
}

fn place_with(rules: &[(&str, String)]) -> Place {
    let place = Place::new();
    fs::create_dir(place.path("rules")).unwrap();
    for (name, text) in rules {
        place.write(&format!("rules/{name}"), text.as_bytes());
    }
    place
}

/// A change by another process, with the real clock, and the time that workers may take to see it.
fn change(place: &Place, args: &[&str]) -> String {
    let mut command = place.command(&[&["rules"], args, &["--rules", "rules"]].concat());
    let output = command.env_remove("SOURCE_DATE_EPOCH").output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    sleep(FOLLOWS);
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_worker_follows_what_operators_say() {
    let place = place_with(&[("a.yml", rule("apple", 1, "apple")), ("b.yml", rule("berry", 1, "berry"))]);
    let mut worker = Worker::start(&place, &["--rules", "rules"]);
    let both = ["apple@0.85", "berry@0.85"];
    assert_eq!(worker.tags_of("apple berry"), both);

    let said = change(&place, &["disable", "apple", "--reason", "noise", "--by", "ann"]);
    assert_eq!(said, "apple was enabled, is disabled\n");
    worker.comes_to("apple berry", &both[1..]);
    assert!(place.tags().iter().any(|tag| tag.contains("apple")), "what was stored stays");

    change(&place, &["clip", "berry", "--to", "0.5"]);
    worker.comes_to("apple berry", &["berry@0.5"]);
    change(&place, &["enable", "apple"]);
    worker.comes_to("apple berry", &["apple@0.85", "berry@0.5"]);
    change(&place, &["clip", "berry", "--to", "0.2"]);
    worker.comes_to("apple berry", &both[..1]);
    change(&place, &["enable", "berry"]);
    worker.comes_to("apple berry", &both);

    let (summary, _) = worker.end();
    let states = line(&summary, "rule states");
    assert!(states.ends_with(" clipped") && !states.starts_with("0 tags") && !states.ends_with(" 0 clipped"));
    assert!(!line(&summary, "tags").ends_with(", 0 below the confidence floor"), "{summary}");
}

#[test]
fn what_expires_really_reverts() {
    let place = place_with(&[("a.yml", rule("apple", 1, "apple"))]);
    let mut worker = Worker::start(&place, &["--rules", "rules"]);
    assert_eq!(worker.tags_of("apple"), ["apple@0.85"]);
    let said = change(&place, &["disable", "apple", "--until", "8s"]);
    assert!(said.starts_with("apple was enabled, is disabled until 20"), "{said}");
    worker.comes_to("apple", &[]);
    sleep(Duration::from_secs(8));
    worker.comes_to("apple", &["apple@0.85"]);
    change(&place, &["clip", "apple", "--to", "0.4", "--until", "8s"]);
    worker.comes_to("apple", &["apple@0.4"]);
    sleep(Duration::from_secs(8));
    worker.comes_to("apple", &["apple@0.85"]);
    worker.end();
}

#[test]
fn a_worker_follows_its_folder() {
    let place = place_with(&[("a.yml", rule("apple", 1, "apple"))]);
    let mut worker = Worker::start(&place, &["--rules", "rules"]);
    assert_eq!(worker.tags_of("apple pear fig"), ["apple@0.85"]);

    place.write("rules/b.yml", rule("pear", 1, "pear").as_bytes());
    worker.comes_to("apple pear fig", &["apple@0.85", "pear@0.85"]);
    place.write("rules/a.yml", rule("apple", 2, "fig").as_bytes());
    worker.comes_to("fig", &["apple@0.85"]);
    assert_eq!(place.ask("SELECT MAX(version) FROM rule WHERE name = 'apple'"), "Integer(2)");
    // One file has a fault now: its old rule runs, the other one follows.
    place.write("rules/a.yml", b"title: [");
    place.write("rules/c.yml", rule("plum", 1, "plum").as_bytes());
    worker.comes_to("fig plum", &["apple@0.85", "plum@0.85"]);
    fs::remove_file(place.path("rules/b.yml")).unwrap();
    worker.comes_to("pear", &[]);
    // A folder that is gone stops nothing.
    fs::rename(place.path("rules"), place.path("elsewhere")).unwrap();
    sleep(Duration::from_secs(3));
    assert_eq!(worker.tags_of("fig"), ["apple@0.85"]);
    fs::rename(place.path("elsewhere"), place.path("rules")).unwrap();
    place.write("rules/a.yml", rule("apple", 3, "apple").as_bytes());
    worker.comes_to("fig", &[]);
    let (summary, said) = worker.end();
    assert!(said.contains("a.yml:2: E001: "), "{said}");
    assert_eq!(said.matches("rules stay as they are: rules in rules").count(), 1, "{said}");
    assert!(line(&summary, "rules ").ends_with(" 1 fault in what changed"), "{summary}");
}

/// A file that is read while its rules change is read again by whoever has either rules.
#[test]
fn a_file_read_with_two_packs_is_read_again() {
    // A fast machine needs a longer log to be still reading.
    assert!([40_000, 160_000, 640_000].into_iter().any(is_read_with_two_packs), "no log was long enough");
}

/// False where the log was read before the rules had changed.
fn is_read_with_two_packs(lines: u32) -> bool {
    let place = place_with(&[("a.yml", rule("apple", 1, "apple"))]);
    let many: String = (0..lines).map(|number| typed(number % 3600, &format!("pear {number}"))).collect();
    let log = place.write("x.json", (typed(0, "apple") + &many).as_bytes());
    let ingest = ["ingest", &log, "--rules", "rules"];
    let child = place.command(&ingest).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // Once something is stored the rules change.
    let begun = Instant::now();
    let stored = "SELECT MAX(position) > 0 FROM source_offset";
    while !place.path("vespid.db").exists() || place.try_ask(stored) != Some("Integer(1)".to_owned()) {
        assert!(begun.elapsed() < Duration::from_mins(1));
        sleep(Duration::from_millis(5));
    }
    place.write("rules/b.yml", rule("pear", 1, "pear").as_bytes());
    let output = child.wait_with_output().unwrap();
    if !String::from_utf8(output.stderr).unwrap().contains("rules reloaded") {
        return false;
    }
    let pears = "SELECT COUNT(*) FROM tag t JOIN rule r ON r.id = t.rule WHERE r.name = 'pear'";
    let all = format!("Integer({lines})");
    assert_ne!(place.ask(pears), all, "the first ones were read before");
    let again = place.say(&ingest);
    assert_eq!(line(&again, "lines"), format!("{} read from 1 input", lines + 1));
    assert_eq!(place.ask(pears), all);
    assert_eq!(line(&place.say(&ingest), "events"), "0 new, 0 already known");
    true
}

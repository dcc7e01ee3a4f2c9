//! `vespid rules import-decnet`: files in DECNET's format become Sigma files that run.

use std::fs;

use crate::program::{Place, sample};

const FETCH: &str = "\
rule_id: R9001
rule_version: 3
name: Fetches a file
description: A program for transfers with an address behind it.
applies_to: [command]
last_reviewed: 2026-01-01
match:
  pattern: '(?i)\\b(?P<tool>wget|curl)\\b.*https?://'
emits:
  - {technique_id: T1105, tactic: TA0011, confidence: 0.85}
  - {technique_id: T1562, sub_technique_id: T1562.001, tactic: TA0005, confidence: 0.5}
evidence_fields: [command_text]
";

const LIFTER: &str = "\
rule_id: R9002
rule_version: 1
name: Scores
applies_to: [intel]
match: {kind: 'lifter:intel_abuseipdb', min_score: 40}
emits: [{technique_id: T1110, tactic: TA0006, confidence: 0.7}]
";

fn rules(place: &Place) {
    fs::create_dir(place.path("ttp")).unwrap();
    let file = |name: &str, text: String| place.write(&format!("ttp/{name}"), text.as_bytes());
    let with_pattern = |id: &str, pattern: &str| {
        let changed = FETCH.replace("R9001", id);
        let line = changed.lines().find(|line| line.contains("pattern:")).unwrap().to_owned();
        changed.replace(&line, &format!("  pattern: '{pattern}'"))
    };
    file("R9001.yaml", FETCH.to_owned());
    file("R9002.yml", LIFTER.to_owned());
    file("R9003.yml", with_pattern("R9003", "uname(?! -r)"));
    file("R9004.yml", with_pattern("R9004", "(a)\\1"));
    file("R9005.yml", FETCH.replace("R9001", "R9005").replace("T1105", "T9105"));
    file("R9006.yml", FETCH.replace("R9001", "../../R9006"));
    file("R9007.yml", "rule_id: [".to_owned());
    let auth = FETCH.replace("R9001", "R9008").replace("[command]", "[auth_attempt, http_request]");
    file("R9008.yml", auth.replace("(?i)", "(?i)root|"));
    file("R9001.yaml.swp", "no rule".to_owned());
}

#[test]
fn each_file_is_converted_or_said_to_be_left_out() {
    let place = Place::new();
    rules(&place);
    let said = place.say(&["rules", "import-decnet", "ttp", "--out", "sigma"]);
    let expected = [
        "R9001.yaml: rule R9001; T1562.001 is now T1685; T1685 is under TA0112, not TA0005",
        "R9002.yml: rule R9002 is bound to the lifter intel_abuseipdb: Vespid has this built in: rule \
         abuseipdb_reported",
        "R9003.yml: left out: cannot be compiled: invalid regex pattern: look-around",
        "R9004.yml: left out: cannot be compiled: invalid regex pattern: backreferences",
        "R9005.yml: left out: emits: ATT&CK 19.2 has no T9105",
        "R9006.yml: left out: rule_id \"../../R9006\" is more than letters",
        "R9007.yml: left out: no DECNET rule: ",
        "R9008.yml: rule R9008; ",
        "2 in sigma (2 written), 1 built in, 5 left out",
    ];
    let lines: Vec<_> = said.lines().collect();
    assert_eq!(lines.len(), expected.len(), "{said}");
    for (line, expected) in lines.iter().zip(expected) {
        assert!(line.starts_with(expected), "{line}\n{expected}");
    }
    let text = fs::read_to_string(place.path("sigma/R9001.yml")).unwrap();
    assert!(text.contains("name: R9001\n") && text.contains("  version: 3\n"), "{text}");
    assert!(text.contains("- attack.defense-impairment\n"), "{text}");
    assert!(place.say(&["rules", "lint", "sigma"]).contains(" 0 errors, "));
    let strict = place.run(&["rules", "import-decnet", "ttp", "--out", "sigma", "--strict"]);
    assert_eq!(strict.status.code(), Some(3));
}

#[test]
fn what_was_converted_tags_as_before() {
    let place = Place::new();
    rules(&place);
    place.say(&["rules", "import-decnet", "ttp", "--out", "sigma"]);
    let log = place.write("log.json", &sample());
    place.say(&["ingest", &log, "--rules", "sigma"]);
    let tags = place.tags();
    let of = |rule: &str, technique: &str| {
        tags.iter().filter(|tag| tag.contains(rule) && tag.contains(technique)).count()
    };
    assert!(of("R9001", "T1105") > 0 && of("R9008", "T1105") > 0, "{} tags", tags.len());
    assert!(tags.iter().all(|tag| tag.contains("\"rule_version\":3")), "{tags:?}");
}

#[test]
fn again_changes_nothing_and_other_texts_are_kept() {
    let place = Place::new();
    rules(&place);
    let import = ["rules", "import-decnet", "ttp", "--out", "sigma"];
    place.say(&import);
    assert!(place.say(&import).contains("2 in sigma (0 written)"));

    place.write("sigma/R9001.yml", b"title: my own\n");
    fs::remove_file(place.path("sigma/R9008.yml")).unwrap();
    let refused = place.run(&import);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("R9001.yml is there already"), "{refused:?}");
    assert!(!place.path("sigma/R9008.yml").exists(), "all or nothing");
    assert_eq!(fs::read(place.path("sigma/R9001.yml")).unwrap(), b"title: my own\n");

    let forced = place.say(&[&import[..], &["--force"]].concat());
    assert!(forced.contains("2 in sigma (2 written)"), "{forced}");
}

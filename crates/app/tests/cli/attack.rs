//! The catalogue on the command line.

use crate::live::typed;
use crate::program::{Place, sample};

#[test]
fn a_technique_is_looked_up() {
    let place = Place::new();
    let said = place.say(&["attack", "show", "T1059.004"]);
    for text in [
        "Command and Scripting Interpreter: Unix Shell",
        "TA0002 Execution",
        "relations of ATT&CK 18.1",
        "attack-pattern--",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    let revoked = place.say(&["attack", "show", "T1562.001"]);
    assert!(revoked.contains("revoked; now T1685"));
    assert!(!revoked.contains("documented use"), "nobody uses it any more: {revoked}");
    let tactic = place.say(&["attack", "show", "TA0112"]);
    assert!(tactic.starts_with("TA0112  Defense Impairment"), "{tactic}");
    assert!(tactic.contains("https://attack.mitre.org/tactics/TA0112"));
    assert!(tactic.contains("x-mitre-tactic--43c49635-f2fa-44f2-92b9-0ee980bbf4ef"));
    assert!(tactic.contains("  T1685      Disable or Modify Tools\n"), "{tactic}");
    let unknown = place.run(&["attack", "show", "TA9999"]);
    assert_eq!(String::from_utf8_lossy(&unknown.stderr), "vespid: ATT&CK 19.2 has no TA9999\n");
    assert!(place.say(&["attack", "list"]).starts_with("19.2  bundled (default)"));
    assert!(!place.path("vespid.db").exists(), "looking makes no database");
}

/// A bundle of a release that is not bundled: what the log needs, as MITRE writes it.
fn bundle() -> String {
    let reference = |id: &str| {
        format!(r#""external_references":[{{"source_name":"mitre-attack","external_id":"{id}"}}]"#)
    };
    let objects = [
        r#"{"type":"x-mitre-collection","id":"c","x_mitre_version":"17.1"}"#.to_owned(),
        format!(
            r#"{{"type":"x-mitre-tactic","id":"t","name":"Looking Around","x_mitre_shortname":"discovery",{}}}"#,
            reference("TA0007")
        ),
        format!(
            r#"{{"type":"attack-pattern","id":"attack-pattern--1","name":"Asking What It Is",{},"kill_chain_phases":[{{"kill_chain_name":"mitre-attack","phase_name":"discovery"}}]}}"#,
            reference("T1082")
        ),
    ];
    format!(r#"{{"type":"bundle","id":"bundle--1","objects":[{}]}}"#, objects.join(","))
}

fn first_session(tags: &[String]) -> String {
    let tag: serde_json::Value = serde_json::from_str(&tags[0]).unwrap();
    tag["session_id"].as_str().unwrap().to_owned()
}

#[test]
fn an_imported_release_is_used_for_tagging() {
    let place = Place::new();
    let file = place.write("bundle.json", bundle().as_bytes());
    let said = place.say(&["attack", "import", &file]);
    assert!(said.starts_with("ATT&CK 17.1: 1 techniques, 0 sub-techniques, 1 tactics"), "{said}");
    assert!(place.say(&["attack", "list"]).contains("17.1  imported"));
    assert!(place.say(&["attack", "show", "T1082", "--release", "17.1"]).contains("release     17.1"));

    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log, "--attack-release", "17.1"]);
    let tags = place.tags();
    assert!(!tags.is_empty());
    assert!(tags.iter().all(|line| line.contains(r#""attack_release":"v17.1""#)));
    let report = place.say(&["report"]);
    assert!(report.contains("Looking Around") && report.contains("Asking What It Is"), "{report}");
    let session = place.say(&["explain", &first_session(&tags)]);
    assert!(session.contains("Asking What It Is"), "{session}");
    let unknown = place.run(&["ingest", &log, "--attack-release", "3.0"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("neither bundled nor imported"));
}

/// MITRE's own bundle of 15.0, as `cargo xtask test` fetches it from the package that has it.
#[test]
fn the_official_bundle_is_imported() {
    let bundle = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/official/enterprise-attack-15.0.json");
    if !std::path::Path::new(bundle).exists() {
        eprintln!("skipped: {bundle} is not there; `cargo xtask test` fetches it");
        return;
    }
    let place = Place::new();
    // The package left out the object that names the release.
    let said = place.say(&["attack", "import", bundle, "--release", "15.0"]);
    assert!(said.starts_with("ATT&CK 15.0: 202 techniques, 435 sub-techniques, 14 tactics"), "{said}");
    // The bundled 15.0 is made from the same bundle: what was imported says the same.
    let bundled = Place::new();
    for id in ["T1059.004", "T1562.001", "TA0005"] {
        let show = ["attack", "show", id, "--release", "15.0"];
        assert_eq!(place.say(&show), bundled.say(&show), "{id}");
    }
}

/// The sample, and lines whose techniques release 19 moved.
fn log_that_moves(place: &Place) -> String {
    let lines = ["unset HISTFILE", "iptables -F", "rm -rf /var/log/messages", "systemctl stop auditd"];
    let moved: String = (1..).zip(lines).map(|(second, line)| typed(second, line)).collect();
    place.write("cowrie.json", &[moved.as_bytes(), &sample()].concat())
}

#[test]
fn an_upgrade_is_told_done_and_undone() {
    let place = Place::new();
    let log = log_that_moves(&place);
    place.say(&["ingest", &log, "--attack-release", "18.1"]);
    let before = place.tags();
    let report = place.say(&["report", "--format", "json"]);
    let renamed = |tag: &&String| ["T1562", "T1070.002", "T1222.002"].iter().any(|id| tag.contains(id));
    let moved: Vec<&String> = before.iter().filter(renamed).collect();
    assert!(!moved.is_empty(), "the sample has a technique that moved");

    let told = place.say(&["attack", "upgrade", "--to", "19.2", "--dry-run"]);
    assert!(told.contains("under TA0005, 18.1: T168") && told.ends_with("Nothing was written.\n"), "{told}");
    assert_eq!(place.tags(), before);
    let done = place.say(&["attack", "upgrade", "--to", "19.2", "--by", "ann"]);
    assert!(done.contains(&format!("In 19.2 now: {} tags moved, 0 are what", moved.len())), "{done}");
    // Reading the log under the new release in the first place gives the same techniques and ids.
    let clean = Place::new();
    let log = log_that_moves(&clean);
    clean.say(&["ingest", &log]);
    let ids = |place: &Place| -> Vec<(String, String)> {
        let tags = place.tags().into_iter().map(|line| serde_json::from_str(&line).unwrap());
        tags.map(|tag: serde_json::Value| (tag["uuid"].to_string(), tag["attack_release"].to_string()))
            .collect()
    };
    assert_eq!(ids(&place), ids(&clean));
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");

    let back = place.say(&["attack", "upgrade", "--to", "18.1"]);
    assert!(
        back.contains(&format!("known       {} tags, named as they were in 18.1 before", moved.len())),
        "{back}"
    );
    assert_eq!(place.tags(), before);
    assert_eq!(place.say(&["report", "--format", "json"]), report);
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    let unknown = place.run(&["attack", "upgrade", "--to", "3.0"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("neither bundled nor imported"));
}

#[test]
fn a_report_speaks_of_any_release() {
    let (old, new) = (Place::new(), Place::new());
    for (place, release) in [(&old, "18.1"), (&new, "19.2")] {
        let log = log_that_moves(place);
        place.say(&["ingest", &log, "--attack-release", release]);
    }
    let tags = new.tags();
    for format in ["table", "json", "markdown", "html", "navigator"] {
        let report = |place: &Place, release: &str| {
            place.say(&["report", "--format", format, "--attack-release", release])
        };
        assert_eq!(report(&old, "19.2"), new.say(&["report", "--format", format]), "{format}");
        assert_eq!(report(&old, "19.2"), report(&new, "19.2"), "{format}");
        assert_eq!(report(&new, "18.1"), report(&old, "18.1"), "{format}");
        assert_eq!(report(&old, "18.1"), old.say(&["report", "--format", format]), "{format}");
    }
    let oldest = new.say(&["report", "--attack-release", "15.0"]);
    assert!(oldest.contains("Defense Evasion") && oldest.contains("ATT&CK 15.0"), "{oldest}");
    assert_eq!(new.tags(), tags);
}

/// Rules are written for the newest release.
#[test]
fn rules_run_under_older_releases_wherever_their_techniques_were_known() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    for release in ["18.1", "15.0"] {
        let output = place.run(&["ingest", &log, "--attack-release", release]);
        let said = String::from_utf8(output.stderr).unwrap();
        // What the release has nothing for is left out; what it had under another name is not.
        let faults: Vec<_> = said.lines().filter(|line| line.contains(": E0")).collect();
        assert!(faults.iter().all(|line| line.contains("E003")), "{said}");
        assert!(faults.iter().any(|line| line.contains("T1682")), "{said}");
        assert!(!said.contains("technique T1685\n") && !said.contains("technique T1686\n"), "{said}");
    }
}

//! `vespid rules`: what is asked and changed from the command line.

use crate::live::rule;
use crate::program::{Place, sample};

fn filled() -> Place {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    place
}

fn refused(place: &Place, args: &[&str]) -> String {
    let output = place.run(args);
    assert!(!output.status.success(), "{args:?}");
    String::from_utf8(output.stderr).unwrap()
}

#[test]
fn rules_are_listed_without_a_database() {
    let place = Place::new();
    let listed = place.say(&["rules", "list"]);
    let one = listed.lines().find(|line| line.starts_with("authorized_key_added ")).unwrap();
    assert!(one.contains("  enabled  ") && one.contains("T1098.004"), "{one}");
    assert!(listed.lines().last().unwrap().ends_with(" rules, 0 of them disabled or clipped; 0 faults"));
    let json: serde_json::Value =
        serde_json::from_str(&place.say(&["rules", "list", "--format", "json"])).unwrap();
    assert_eq!(json["rules"].as_array().unwrap().len(), listed.lines().count() - 1);
    assert!(!place.path("vespid.db").exists(), "looking makes no database");
    let said = refused(&place, &["rules", "disable", "authorized_key_added"]);
    assert!(said.contains("vespid.db"), "{said}");

    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/a.yml", rule("apple", 3, "apple").as_bytes());
    place.write("rules/b.yml", b"title: x\nname: bad\ntags: [attack.t9999]\n");
    let output = place.run(&["rules", "list", "--rules", "rules"]);
    let listed = String::from_utf8(output.stdout).unwrap();
    assert!(listed.starts_with("apple  v3   enabled   0.85   T1082  Says apple\n"), "{listed}");
    assert!(listed.ends_with("1 rule, 0 of them disabled or clipped; 1 fault\n"), "{listed}");
    assert!(String::from_utf8(output.stderr).unwrap().starts_with("b.yml: E0"));
}

#[test]
fn states_are_kept_shown_and_written_down() {
    let place = filled();
    let name = "authorized_key_added";
    let change =
        ["rules", "disable", name, "--until", "2027-02-01T00:00:00Z", "--reason", "too loud", "--by", "ann"];
    let said = place.say(&change);
    assert_eq!(said, format!("{name} was enabled, is disabled until 2027-02-01T00:00:00.000000Z\n"));
    let listed = place.say(&["rules", "list"]);
    assert!(listed.contains("  disabled until 2027-02-01T00:00:00.000000Z  "), "{listed}");
    assert!(listed.contains("1 of them disabled or clipped"), "{listed}");
    let shown = place.say(&["rules", "show", name]);
    assert!(shown.contains("state       disabled until 2027-02-01"), "{shown}");
    assert!(
        shown.contains("said        disabled by ann at 2027-01-15T08:00:00.000000Z: too loud\n"),
        "{shown}"
    );
    assert!(shown.contains("technique   T1098.004 under TA"), "{shown}");

    // The clock passes the end.
    let mut later = place.command(&["rules", "show", name]);
    let later = later.env("SOURCE_DATE_EPOCH", "1801500000").output().unwrap();
    let later = String::from_utf8(later.stdout).unwrap();
    assert!(later.contains("state       enabled\n") && later.contains("expired     2027-02-01"), "{later}");

    let mut clip = place.command(&["rules", "clip", name, "--to", "0.5"]);
    assert!(clip.env("USER", "bea").output().unwrap().status.success());
    place.say(&["rules", "enable", name, "--reason", "mended"]);
    let history = place.say(&["rules", "history", name]);
    let lines: Vec<&str> = history.lines().collect();
    assert_eq!(lines.len(), 3);
    assert!(
        lines[0].ends_with(&format!("{name}  enabled: mended")) && lines[0].contains("  unknown  "),
        "{history}"
    );
    assert!(
        lines[1].ends_with(&format!("{name}  clipped to 0.5")) && lines[1].contains("  bea  "),
        "{history}"
    );
    assert!(lines[2].ends_with("disabled until 2027-02-01T00:00:00.000000Z: too loud"), "{history}");
    assert_eq!(place.say(&["rules", "history", "--limit", "1"]).lines().count(), 1);
    let json: serde_json::Value =
        serde_json::from_str(place.say(&["rules", "history", "--format", "json"]).lines().last().unwrap())
            .unwrap();
    assert_eq!(json["detail"]["new"]["reason"], "too loud");
}

#[test]
fn what_makes_no_sense_is_refused() {
    let place = filled();
    let said = refused(&place, &["rules", "disable", "authorised_key_added"]);
    assert!(
        said.contains("no rule is called authorised_key_added; did you mean authorized_key_added"),
        "{said}"
    );
    let said = refused(&place, &["rules", "show", "qqqqqqqqqqqqqqqqqqqqqq"]);
    assert!(said.contains("`vespid rules list` names them all"), "{said}");
    let said =
        refused(&place, &["rules", "disable", "authorized_key_added", "--until", "2026-01-01T00:00:00Z"]);
    assert!(said.contains("is past"), "{said}");
    for most in ["1.5", "-1", "NaN", "much"] {
        let to = format!("--to={most}");
        assert_eq!(
            place.run(&["rules", "clip", "authorized_key_added", &to]).status.code(),
            Some(2),
            "{most}"
        );
    }
    assert_eq!(place.say(&["rules", "history"]), "Nobody changed a rule.\n");
}

//! What other rules would say: `vespid rules try` and `promote`, `vespid retag`.

use std::process::Stdio;
use std::thread::sleep;
use std::time::Duration;

use serde_json::Value;

use crate::interrupted::long_log;
use crate::live::{rule, typed};
use crate::program::Place;

/// Five lines, and the tags that `fruit` v1 gives: of three with an apple.
pub(crate) fn orchard() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/fruit.yml", rule("fruit", 1, "apple").as_bytes());
    let lines = ["apple 1", "apple 2 pear", "apple 3", "pear 4", "plum 5"];
    let log: String = (1..).zip(lines).map(|(second, line)| typed(second, line)).collect();
    place.write("x.json", log.as_bytes());
    place.say(&["ingest", "x.json", "--rules", "rules"]);
    assert_eq!(place.tags().len(), 3);
    place
}

fn counts(json: &Value) -> [u64; 4] {
    let same = json["same"].as_u64().unwrap();
    let tags = |kind: &str| json[kind]["tags"].as_u64().unwrap();
    [same, tags("added"), tags("removed"), tags("changed")]
}

#[test]
fn a_trial_tells_the_difference_and_writes_nothing() {
    let place = orchard();
    let (tags, audit) = (place.tags(), place.ask("SELECT COUNT(*) FROM audit"));
    place.write("pear.yml", rule("fruit", 2, "pear").as_bytes());
    let tried = |args: &[&str]| -> Value {
        serde_json::from_str(&place.say(&[&["rules", "try", "--format", "json"], args].concat())).unwrap()
    };
    let json = tried(&["pear.yml"]);
    assert_eq!(json["events"], 5);
    assert_eq!(counts(&json), [0, 1, 2, 1], "{json:#}");
    assert_eq!(json["added"]["techniques"]["T1082"], 1);
    assert_eq!(json["removed"]["attackers"]["tags"]["192.0.2.1"], 2);
    let sample = json["samples"].as_array().unwrap().iter().find(|it| it["change"] == "changed").unwrap();
    assert_eq!((&sample["said"], &sample["matched"][0]), (&"apple 2 pear".into(), &"pear".into()));
    assert_eq!(sample["was"]["spans"][0]["end"], 5);

    assert_eq!(counts(&tried(&["pear.yml", "--since", "2026-11-24T16:00:03Z"])), [0, 1, 1, 0]);
    assert_eq!(tried(&["pear.yml", "--samples", "1"])["samples"].as_array().unwrap().len(), 3);
    assert_eq!(counts(&tried(&["rules/fruit.yml"])), [3, 0, 0, 0]);
    // Rules of other names are not spoken of.
    place.write("plum.yml", rule("plum", 1, "plum").as_bytes());
    assert_eq!(counts(&tried(&["plum.yml"])), [0, 1, 0, 0]);
    assert_eq!(counts(&tried(&["plum.yml", "pear.yml"])), [0, 2, 2, 1]);
    // What operators say counts.
    place.say(&["rules", "clip", "fruit", "--to", "0.5"]);
    assert_eq!(counts(&tried(&["rules/fruit.yml"])), [0, 0, 0, 3]);
    let text = place.say(&["rules", "try", "pear.yml"]);
    for part in [
        "rule        fruit v2 (stored: v1; clipped to 0.5)\n",
        "added       1 tag\n  rules       fruit 1\n  techniques  T1082 1\n  attackers   192.0.2.1 1\n",
        "removed     2 tags\n",
        "\nchanged  T1082  fruit v2  d/s@192.0.2.1  2026-11-24T16:00:02.000000Z\n  said      apple 2 pear\n",
        "  was       0.85 under TA0007, would be 0.5 under TA0007; other bytes match\n",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(place.tags(), tags);
    assert_eq!(audit, "Integer(0)");
    assert_eq!(place.ask("SELECT COUNT(*) FROM audit"), "Integer(1)", "the clip alone");
}

#[test]
fn a_faulty_candidate_is_not_tried() {
    let place = orchard();
    place.write("bad.yml", rule("bad", 1, "x").replace("t1082", "t9999").as_bytes());
    let output = place.run(&["rules", "try", "bad.yml", "rules/fruit.yml"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("bad.yml:3: E003 rule bad: unknown technique T9999\n"), "{said}");
    let output = place.run(&["rules", "try", "nowhere.yml"]);
    assert!(String::from_utf8(output.stderr).unwrap().contains("nowhere.yml"), "the file is named");
}

#[test]
fn a_promotion_changes_places_at_once() {
    let place = orchard();
    let before = place.tags();
    place.write("same.yml", rule("fruit", 1, "pear").as_bytes());
    let output = place.run(&["rules", "promote", "same.yml"]);
    assert_eq!(output.status.code(), Some(1));
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("rule fruit: version 1 is stored with another text"), "{said}");
    assert!(said.contains("raise vespid.version"), "{said}");
    assert_eq!(place.tags(), before);
    assert_eq!(place.ask("SELECT COUNT(*) FROM tag_staged"), "Integer(0)");

    place.write("pear.yml", rule("fruit", 2, "pear").as_bytes());
    let said = place.say(&["rules", "promote", "pear.yml", "--by", "ann"]);
    assert_eq!(said, "fruit v2: 2 tags added, 3 removed, 0 as they were\n");
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    assert_eq!(place.ask("SELECT COUNT(*) FROM tag_staged"), "Integer(0)");
    // The same as if the log had been read with these rules in the first place.
    let clean = Place::new();
    std::fs::create_dir(clean.path("rules")).unwrap();
    clean.write("rules/fruit.yml", rule("fruit", 2, "pear").as_bytes());
    clean.write("x.json", &std::fs::read(place.path("x.json")).unwrap());
    clean.say(&["ingest", "x.json", "--rules", "rules"]);
    assert_eq!(place.tags(), clean.tags());
    let history = place.say(&["rules", "history", "fruit"]);
    assert!(
        history
            .lines()
            .next()
            .unwrap()
            .contains("  ann           rule.promote      fruit  version 2, 2 tags added, 3 removed"),
        "{history}"
    );
    assert!(place.say(&["explain", "s"]).contains("rule fruit v2: Says pear"));

    let again = place.say(&["rules", "promote", "pear.yml"]);
    assert_eq!(again, "fruit v2: 0 tags added, 0 removed, 2 as they were\n");
    let older = place.run(&["rules", "promote", "rules/fruit.yml"]);
    assert_eq!(older.status.code(), Some(1), "the older version does not come back by accident");
    // Only a disabled rule's tags go.
    place.say(&["rules", "disable", "fruit"]);
    place.write("pear.yml", rule("fruit", 3, "pear").as_bytes());
    assert_eq!(
        place.say(&["rules", "promote", "pear.yml"]),
        "fruit v3: 0 tags added, 2 removed, 0 as they were\n"
    );
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
}

/// A second orchard, read with other rules in the first place.
fn clean(rules: &[(&str, String)], log: &Place, args: &[&str]) -> Place {
    let clean = Place::new();
    std::fs::create_dir(clean.path("rules")).unwrap();
    for (name, text) in rules {
        clean.write(&format!("rules/{name}"), text.as_bytes());
    }
    clean.write("x.json", &std::fs::read(log.path("x.json")).unwrap());
    clean.say(&[&["ingest", "x.json", "--rules", "rules"], args].concat());
    clean
}

#[test]
fn retagging_is_the_same_as_reading_with_these_rules() {
    let place = orchard();
    place.write("rules/plum.yml", rule("plum", 1, "plum").as_bytes());
    place.write("rules/fruit.yml", rule("fruit", 2, "pear").as_bytes());
    place.write("rules/gone.yml", rule("gone", 1, "apple").as_bytes());
    place.say(&["ingest", "x.json", "--rules", "rules"]);
    std::fs::remove_file(place.path("rules/gone.yml")).unwrap();
    let before = place.tags();
    let dry = place.say(&["retag", "--rules", "rules", "--dry-run"]);
    assert!(dry.ends_with("Nothing was written.\n"), "{dry}");
    assert!(dry.contains("removed     6 tags\n  rules       fruit 3, gone 3\n"), "{dry}");
    assert_eq!(place.tags(), before);
    let said = place.say(&["retag", "--rules", "rules"]);
    // Three of `gone`, three of the older `fruit`; one of them is a tag of both versions.
    assert!(said.ends_with("written     0 tags added, 6 removed, 0 changed in place\n"), "{said}");
    let rules = [("plum.yml", rule("plum", 1, "plum")), ("fruit.yml", rule("fruit", 2, "pear"))];
    assert_eq!(place.tags(), clean(&rules, &place, &[]).tags());
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    let again = place.say(&["retag", "--rules", "rules"]);
    assert!(again.ends_with("written     0 tags added, 0 removed, 0 changed in place\n"), "{again}");

    // A rule that cannot run loses nothing; a file that cannot be read stops everything.
    let tags = place.tags();
    place.write("rules/plum.yml", rule("plum", 2, "plum").replace("t1082", "t9999").as_bytes());
    assert!(place.say(&["retag", "--rules", "rules"]).ends_with(" 0 removed, 0 changed in place\n"));
    place.write("rules/plum.yml", b"title: [");
    assert_eq!(place.run(&["retag", "--rules", "rules"]).status.code(), Some(1));
    assert_eq!(place.tags(), tags);
}

#[test]
fn retagging_applies_states_text_and_release() {
    let place = orchard();
    place.say(&["rules", "clip", "fruit", "--to", "0.5"]);
    assert!(place.say(&["retag", "--rules", "rules"]).ends_with(" 0 removed, 3 changed in place\n"));
    assert!(place.tags().iter().all(|tag| tag.contains(r#""confidence":0.5"#)));
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    let since = place.say(&["retag", "--rules", "rules", "--since", "2026-11-24T16:00:03Z"]);
    assert!(since.starts_with("events      3\n"), "{since}");
    place.say(&["rules", "disable", "fruit"]);
    place.say(&["retag", "--rules", "rules", "--since", "2026-11-24T16:00:03Z"]);
    assert_eq!(place.tags().len(), 2, "what happened before stays");
    place.say(&["rules", "enable", "fruit"]);
    place.say(&["retag", "--rules", "rules", "--attack-release", "18.1"]);
    let rules = [("fruit.yml", rule("fruit", 1, "apple"))];
    assert_eq!(place.tags(), clean(&rules, &place, &["--attack-release", "18.1"]).tags());
    // The release that is there is the one that stays when none is named.
    assert!(place.say(&["retag", "--rules", "rules"]).ends_with("0 removed, 0 changed in place\n"));
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
}

#[test]
fn a_killed_retag_is_finished_by_the_next() {
    let place = Place::new();
    let log = place.write("cowrie.json", &long_log(6));
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/old.yml", rule("old", 1, "uname").as_bytes());
    place.say(&["ingest", &log, "--rules", "rules"]);
    let clean = Place::new();
    let log = clean.write("cowrie.json", &long_log(6));
    clean.say(&["ingest", &log]);
    let stored =
        || place.ask("SELECT MAX(tag.event) FROM tag JOIN rule ON rule.id = tag.rule WHERE name <> 'old'");
    for run in 0..3_u64 {
        let before = stored();
        let mut child =
            place.command(&["retag"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        while stored() == before && child.try_wait().unwrap().is_none() {
            sleep(Duration::from_millis(2));
        }
        sleep(Duration::from_millis(7 * run));
        child.kill().unwrap();
        child.wait().unwrap();
        assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    }
    let begun = place.tags();
    assert!(begun != clean.tags(), "it was done before it was killed");
    place.say(&["retag"]);
    assert_eq!(place.tags(), clean.tags());
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
}

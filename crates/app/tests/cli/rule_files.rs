//! Rule files before they run: `vespid rules lint`, `coverage`.

use serde_json::Value;

use crate::program::{Place, sample};

const GOOD: &str = "\
title: Mine
name: mine
description: Looks for the tool.
tags: [attack.discovery, attack.t1082, attack.execution, attack.t1059.004]
logsource: {product: linux, category: process_creation}
detection:
  selection:
    Image|endswith: '/mine'
  condition: selection
level: high
vespid:
  confidence: {T1082: 0.6}
  examples:
    hits: ['mine gold']
    misses: ['which mine']
";

#[test]
fn lint_names_place_code_and_hint() {
    let place = Place::new();
    let good = place.write("mine.yml", GOOD.as_bytes());
    assert_eq!(place.say(&["rules", "lint", &good]), "1 file: 0 errors, 0 warnings\n");

    let bad = GOOD.replace("1082", "1562.001").replace("name: mine", "name: \"ot\\eher\"");
    let bad = place.write("other.yml", bad.as_bytes());
    let output = place.run(&["rules", "lint", &good, &bad]);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).unwrap();
    let expected = format!(
        "{bad}:4:26: error E004 rule ot\\x1bher: technique T1562.001 is revoked or deprecated; use T1685\n    write \
         attack.t1685, and its tactics are attack.defense-impairment (attack.defense-evasion before release 19; both \
         are understood)\n2 files: 1 error, 0 warnings\n"
    );
    assert_eq!(text, expected);
}

#[test]
fn warnings_fail_only_when_asked() {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/mine.yml", GOOD.replace("description: Looks for the tool.\n", "").as_bytes());
    let json = place.say(&["rules", "lint", "rules", "--format", "json"]);
    let findings: Value = serde_json::from_str(&json).unwrap();
    assert_eq!(findings.as_array().unwrap().len(), 1);
    let finding = &findings[0];
    assert_eq!(finding["path"], "rules/mine.yml");
    assert_eq!((finding["line"].as_u64(), finding["column"].as_u64()), (Some(1), Some(1)));
    assert_eq!(finding["severity"], "warning");
    assert_eq!(finding["code"], "W001");
    assert_eq!(finding["rule"], "mine");
    assert_eq!(place.run(&["rules", "lint", "rules", "--strict"]).status.code(), Some(1));

    let missing = place.run(&["rules", "lint", "nowhere"]);
    assert_eq!(missing.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&missing.stderr).contains("nowhere: "), "{missing:?}");
}

#[test]
fn the_rules_of_the_program_have_no_errors() {
    let place = Place::new();
    assert!(place.say(&["rules", "lint"]).contains(" 0 errors, "));
}

#[test]
fn coverage_counts_rules_by_technique() {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/mine.yml", GOOD.as_bytes());
    let other =
        GOOD.replace("name: mine", "name: dig").replace("attack.execution, attack.t1059.004", "attack.t1033");
    place.write("rules/dig.yml", other.replace("T1082: 0.6", "T1082: 0.7").as_bytes());
    place.write("rules/broken.yml", b"title: [");

    let table = place.run(&["rules", "coverage", "--rules", "rules"]);
    assert!(String::from_utf8_lossy(&table.stderr).contains("vespid: left out: broken.yml: E001"));
    let table = String::from_utf8(table.stdout).unwrap();
    let squeezed = |line: &str| line.split_whitespace().collect::<Vec<_>>().join(" ");
    let lines: Vec<_> = table.lines().map(squeezed).filter(|line| !line.is_empty()).collect();
    assert_eq!(
        lines,
        [
            "Coverage of ATT&CK 19.2",
            "2 rules: 3 techniques, 1 sub-technique, 2 tactics",
            "Execution TA0002",
            "id technique rules confidence",
            "T1059.004 Command and Scripting Interpreter: Unix Shell 1 0.85",
            "Discovery TA0007",
            "id technique rules confidence",
            "T1033 System Owner/User Discovery 1 0.85",
            "T1082 System Information Discovery 2 0.70",
        ]
    );

    let json: Value =
        serde_json::from_str(&place.say(&["rules", "coverage", "--rules", "rules", "--format", "json"]))
            .unwrap();
    assert_eq!(json["totals"]["named"], 3);
    assert_eq!(json["tactics"][1]["techniques"][1]["rules"], 2);

    let said = place.say(&["rules", "coverage", "--format", "navigator", "-o", "layer.json"]);
    assert!(said.is_empty());
    let layer: Value = serde_json::from_slice(&std::fs::read(place.path("layer.json")).unwrap()).unwrap();
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert!(layer["techniques"].as_array().unwrap().len() > 50);
}

/// A filter and the values of a placeholder are files of the folder like any other.
#[test]
fn filters_and_placeholders_of_a_folder_are_used() {
    let tags = |filter: &str| {
        let place = Place::new();
        std::fs::create_dir(place.path("rules")).unwrap();
        let rule = GOOD.replace("Image|endswith: '/mine'", "Image|endswith|expand: '/%tools%'");
        place.write("rules/mine.yml", rule.as_bytes());
        place.write("rules/values.yml", b"expand:\n  tools: [uname, wget, curl]\n");
        let text = format!(
            "title: Ours\nfilter:\n  rules: [mine]\n  s:\n    Image|endswith: {filter}\n  condition: not s\n"
        );
        place.write("rules/ours.yml", text.as_bytes());
        let log = place.write("log.json", &sample());
        place.say(&["ingest", &log, "--rules", "rules", "--strict"]);
        place.tags().len()
    };
    assert!(tags("/nothing") > 0);
    assert!(tags("/uname") < tags("/nothing"));
}

//! What other rules would say of several events together: `vespid rules try` and `promote`, `vespid retag`.

use serde_json::Value;

use crate::live::{rule, typed};
use crate::program::{Place, line};
use crate::whatif::orchard;

/// A login that is refused, at this second of a fixed minute.
fn refused(second: u32, last: u8, name: &str) -> String {
    format!(
        "{{\"eventid\":\"cowrie.login.failed\",\"username\":\"{name}\",\"password\":\"p{second}\",\"session\":\"s{last}\",\
         \"src_ip\":\"192.0.2.{last}\",\"sensor\":\"d\",\"timestamp\":\"2026-11-24T16:00:{second:02}Z\"}}\n"
    )
}

/// What correlations use: refused logins of names with a part.
fn base(part: &str) -> String {
    format!(
        "title: Refused\nname: refused\nlogsource: {{product: honeypot, category: auth_attempt}}\n\
         detection: {{selection: {{result: failure, username|contains: '{part}'}}, condition: selection}}\n"
    )
}

/// So many within five minutes for one name.
fn guessing(version: u32, count: u32) -> String {
    format!(
        "title: Guessed {count} times\nname: guessing\ntags: [attack.credential-access, attack.t1110.001]\n\
         correlation: {{type: event_count, rules: [refused], group-by: [username], timespan: 5m, condition: {{gte: {count}}}}}\n\
         level: high\nvespid: {{version: {version}}}\n"
    )
}

/// Nine refused logins, and the tags that `guessing` v1 gives: the first attacker's for root and the second's.
fn besieged() -> Place {
    let place = Place::new();
    std::fs::create_dir(place.path("rules")).unwrap();
    place.write("rules/base.yml", base("").as_bytes());
    place.write("rules/guessing.yml", guessing(1, 3).as_bytes());
    let logins =
        [(1, "root"), (1, "root"), (2, "root"), (1, "admin"), (2, "root"), (1, "root"), (1, "admin")];
    let logins = logins.into_iter().chain([(1, "root"), (2, "root")]);
    let log: String = (1..).zip(logins).map(|(second, (last, name))| refused(second, last, name)).collect();
    place.write("x.json", log.as_bytes());
    place.say(&["ingest", "x.json", "--rules", "rules"]);
    assert_eq!(place.tags().len(), 2);
    place
}

/// The same log, read with these rules in the first place.
fn clean(log: &Place, rules: &[(&str, String)]) -> Place {
    let clean = Place::new();
    std::fs::create_dir(clean.path("rules")).unwrap();
    for (name, text) in rules {
        clean.write(&format!("rules/{name}"), text.as_bytes());
    }
    clean.write("x.json", &std::fs::read(log.path("x.json")).unwrap());
    clean.say(&["ingest", "x.json", "--rules", "rules"]);
    clean
}

fn tried(place: &Place, args: &[&str]) -> Value {
    let all = [&["rules", "try", "--format", "json", "--rules", "rules"], args].concat();
    serde_json::from_str(&place.say(&all)).unwrap()
}

fn counts(json: &Value) -> [u64; 4] {
    let tags = |kind: &str| json[kind]["tags"].as_u64().unwrap();
    [json["same"].as_u64().unwrap(), tags("added"), tags("removed"), tags("changed")]
}

fn sound(place: &Place) {
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
}

#[test]
fn a_trial_compares_windows_and_writes_nothing() {
    let place = besieged();
    let (tags, rules) = (place.tags(), place.ask("SELECT COUNT(*) FROM rule"));
    assert_eq!(counts(&tried(&place, &["rules/guessing.yml"])), [2, 0, 0, 0]);
    place.write("more.yml", guessing(2, 4).as_bytes());
    let json = tried(&place, &["more.yml"]);
    assert_eq!((counts(&json), &json["windows"]), ([0, 0, 1, 1], &2.into()), "{json:#}");
    assert_eq!(json["removed"]["attackers"]["tags"]["192.0.2.2"], 1);
    assert_eq!(json["changed"]["techniques"]["T1110.001"], 1);
    let sample = json["samples"].as_array().unwrap().iter().find(|it| it["change"] == "changed").unwrap();
    assert_eq!(sample["window"]["group"]["username"], "root");
    assert_eq!((&sample["was"]["version"], &sample["tag"]["version"]), (&1.into(), &2.into()));
    assert_eq!(sample["tag"]["evidence"]["event_count"], 4);

    place.write("fewer.yml", guessing(2, 2).as_bytes());
    assert_eq!(counts(&tried(&place, &["fewer.yml"])), [0, 1, 0, 2]);
    // Nobody did anything since.
    assert_eq!(counts(&tried(&place, &["fewer.yml", "--since", "2026-11-24T16:05:00Z"])), [0; 4]);
    assert_eq!(counts(&tried(&place, &["fewer.yml", "--since", "2026-11-24T16:04:00Z"])), [0, 1, 0, 2]);
    // What operators say counts.
    place.say(&["rules", "disable", "guessing", "--rules", "rules"]);
    assert_eq!(counts(&tried(&place, &["fewer.yml"])), [0, 0, 2, 0]);
    place.say(&["rules", "clip", "guessing", "--to", "0.5", "--rules", "rules"]);
    assert_eq!(counts(&tried(&place, &["rules/guessing.yml"])), [0, 0, 0, 2]);
    let text = place.say(&["rules", "try", "fewer.yml", "--rules", "rules"]);
    for part in [
        "rule        guessing v2 (stored: v1; clipped to 0.5)\n",
        "events      9\nwindows     2\nsame        0 tags\n",
        "\nadded  T1110.001  guessing v2  192.0.2.1  2026-11-24T16:00:07.000000Z\n",
        "  window    2 events in 300 s from 2026-11-24T16:00:00.000000Z, username admin\n",
        "  was       0.85 under TA0006 by 3 events until 2026-11-24T16:00:06.000000Z, would be 0.5 under TA0006 by 2 events",
    ] {
        assert!(text.contains(part), "{part} in {text}");
    }
    assert_eq!(place.tags(), tags);
    assert_eq!(place.ask("SELECT COUNT(*) FROM rule"), rules);
}

#[test]
fn a_promoted_correlation_takes_the_place_of_its_older_version() {
    let place = besieged();
    let before = place.tags();
    place.write("same.yml", guessing(1, 2).as_bytes());
    let output = place.run(&["rules", "promote", "same.yml", "--rules", "rules"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("rule guessing: version 1 is stored with another text"), "{said}");
    assert_eq!(place.tags(), before);

    place.write("fewer.yml", guessing(2, 2).as_bytes());
    let promote = ["rules", "promote", "fewer.yml", "--rules", "rules"];
    assert_eq!(place.say(&promote), "guessing v2: 3 tags added, 2 removed, 0 as they were\n");
    sound(&place);
    let rules = [("base.yml", base("")), ("guessing.yml", guessing(2, 2))];
    assert_eq!(place.tags(), clean(&place, &rules).tags());
    assert_eq!(place.say(&promote), "guessing v2: 0 tags added, 0 removed, 3 as they were\n");
    let history = place.say(&["rules", "history", "guessing"]);
    assert!(history.contains("rule.promote      guessing  version 2, 3 tags added, 2 removed"), "{history}");
    assert_eq!(place.ask("SELECT COUNT(*) FROM tag_staged"), "Integer(0)");
}

#[test]
fn a_rule_that_a_correlation_uses_changes_its_windows() {
    let place = besieged();
    place.write("rules/guessing.yml", guessing(2, 2).as_bytes());
    place.say(&["retag", "--rules", "rules"]);
    assert_eq!(place.tags().len(), 3);
    place.write("roots.yml", base("root").as_bytes());
    let json = tried(&place, &["roots.yml"]);
    assert_eq!(counts(&json), [2, 0, 1, 0], "{json:#}");
    let heads: Vec<_> =
        json["rules"].as_array().unwrap().iter().map(|it| (&it["rule"], &it["role"])).collect();
    assert_eq!(heads, [(&"refused".into(), &"base".into()), (&"guessing".into(), &"changed".into())]);
    let promoted = place.say(&["rules", "promote", "roots.yml", "--rules", "rules"]);
    assert_eq!(promoted, "refused v1, guessing v2: 0 tags added, 1 removed, 2 as they were\n");
    sound(&place);
    let rules = [("base.yml", base("root")), ("guessing.yml", guessing(2, 2))];
    assert_eq!(place.tags(), clean(&place, &rules).tags());

    // Both at once, in one file or in two.
    let both = format!("{}---\n{}", base("admin"), guessing(3, 2));
    place.write("both.yml", both.as_bytes());
    place.write("admins.yml", base("admin").as_bytes());
    place.write("fewer.yml", guessing(3, 2).as_bytes());
    let (one, two) = (tried(&place, &["both.yml"]), tried(&place, &["fewer.yml", "admins.yml"]));
    assert_eq!((counts(&one), counts(&two)), ([0, 1, 2, 0], [0, 1, 2, 0]));
    place.say(&["rules", "promote", "fewer.yml", "admins.yml", "--rules", "rules"]);
    sound(&place);
    let rules = [("base.yml", base("admin")), ("guessing.yml", guessing(3, 2))];
    assert_eq!(place.tags(), clean(&place, &rules).tags());

    // What nothing uses any more is said; it does not stand in the way.
    let other = base("").replace("name: refused", "name: rejected");
    place.write(
        "other.yml",
        format!("{other}---\n{}", guessing(4, 2).replace("[refused]", "[rejected]")).as_bytes(),
    );
    let output = place.run(&["rules", "try", "other.yml", "--rules", "rules"]);
    assert!(output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.starts_with("base.yml:1: E002 rule refused: no technique"), "{said}");
    // What it uses is nowhere.
    place.write("lost.yml", guessing(4, 2).replace("[refused]", "[nowhere]").as_bytes());
    let output = place.run(&["rules", "try", "lost.yml", "--rules", "rules"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("lost.yml:1: E020 rule guessing: the correlation: it uses nowhere"), "{said}");
}

/// Sigma's `generate`: what a correlation uses makes no tags of its own.
#[test]
fn a_rule_that_is_only_used_from_now_on_loses_its_tags() {
    let place = orchard();
    let twice = "title: Twice\nname: twice\ntags: [attack.discovery, attack.t1033]\n\
                 correlation: {type: event_count, rules: [fruit], timespan: 5m, condition: {gte: 2}}\nlevel: high\n";
    place.write("twice.yml", twice.as_bytes());
    let json = tried(&place, &["twice.yml"]);
    assert_eq!(counts(&json), [0, 1, 3, 0], "{json:#}");
    let text = place.say(&["rules", "try", "twice.yml", "--rules", "rules"]);
    assert!(
        text.contains("with it     fruit v1 (stored: v1; it makes no tags of its own any more)\n"),
        "{text}"
    );
    let promoted = place.say(&["rules", "promote", "twice.yml", "--rules", "rules"]);
    assert_eq!(
        promoted,
        "fruit v1 (no tags of its own any more), twice v1: 1 tag added, 3 removed, 0 as they were\n"
    );
    sound(&place);
    let rules = [("fruit.yml", rule("fruit", 1, "apple")), ("twice.yml", twice.to_owned())];
    assert_eq!(place.tags(), clean(&place, &rules).tags());
    let history = place.say(&["rules", "history", "fruit"]);
    assert!(history.contains("fruit  no tags of its own any more, 0 tags added, 3 removed"), "{history}");

    // And back: what used it is a rule of another kind now.
    place.write("rules/twice.yml", twice.as_bytes());
    place.write("twice.yml", rule("twice", 2, "plum").as_bytes());
    assert_eq!(counts(&tried(&place, &["twice.yml"])), [0, 4, 1, 0]);
    place.say(&["rules", "promote", "twice.yml", "--rules", "rules"]);
    sound(&place);
    let rules = [("fruit.yml", rule("fruit", 1, "apple")), ("twice.yml", rule("twice", 2, "plum"))];
    assert_eq!(place.tags(), clean(&place, &rules).tags());
}

#[test]
fn a_correlation_of_shipped_rules_is_tried_among_them() {
    let place = besieged();
    let text = guessing(1, 3).replace("guessing", "mine").replace("[refused]", "[password_refused]");
    place.write("mine.yml", text.as_bytes());
    let said = place.say(&["rules", "try", "mine.yml", "--samples", "0"]);
    assert!(said.contains("rule        mine v1 (not stored yet)\n"), "{said}");
    assert!(said.contains("added       2 tags\n  rules       mine 2\n"), "{said}");
    let shipped = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../rules/correlation/base.yml");
    let said = place.say(&["rules", "try", &shipped.display().to_string(), "--samples", "0"]);
    assert!(said.contains("with it     password_guessing v"), "{said}");
}

#[test]
fn a_dry_retag_compares_windows() {
    let place = besieged();
    let before = place.tags();
    place.write("rules/guessing.yml", guessing(2, 2).as_bytes());
    place.write("rules/fruit.yml", rule("fruit", 1, "apple").as_bytes());
    let dry = place.say(&["retag", "--rules", "rules", "--dry-run", "--samples", "1"]);
    assert!(dry.contains("added       1 tag\n") && dry.contains("changed     2 tags\n"), "{dry}");
    assert!(dry.contains("  window    2 events in 300 s from"), "{dry}");
    assert!(dry.ends_with("Nothing was written.\n"), "{dry}");
    assert_eq!(place.tags(), before);
    let done = place.say(&["retag", "--rules", "rules"]);
    assert!(done.contains("added       1 tag\n") && done.contains("changed     2 tags\n"), "{done}");
    assert!(done.contains("windows     3 tags added, 2 removed, 0 changed in place\n"), "{done}");
    let again = place.say(&["retag", "--rules", "rules", "--dry-run"]);
    assert!(again.contains("windows     2\nsame        3 tags\nadded       0 tags\n"), "{again}");
    sound(&place);

    // With a rule that cannot run, nobody knows: it is said.
    let tags = place.tags();
    place.write("rules/guessing.yml", guessing(3, 2).replace("t1110.001", "t9999").as_bytes());
    for args in [&["retag", "--rules", "rules"][..], &["retag", "--rules", "rules", "--dry-run"]] {
        let output = place.run(args);
        let (said, faults) =
            (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap());
        assert!(
            said.contains("What several events show together stays as it is until all rules can run.\n"),
            "{said}"
        );
        assert!(
            faults.starts_with("guessing.yml:3: E003 rule guessing: unknown technique T9999\n"),
            "{faults}"
        );
    }
    assert_eq!(place.tags(), tags);
}

#[test]
fn tags_of_windows_that_operators_withhold_are_counted() {
    let place = besieged();
    for (change, states, floored) in [
        (&["disable", "guessing"][..], "2 tags of disabled rules not made, 0 clipped", 0),
        (&["clip", "guessing", "--to", "0.5"], "0 tags of disabled rules not made, 2 clipped", 0),
        (&["clip", "guessing", "--to", "0.2"], "0 tags of disabled rules not made, 2 clipped", 2),
    ] {
        place.say(&[&["rules"], change, &["--rules", "rules"]].concat());
        let other = Place::new();
        std::fs::copy(place.path("vespid.db"), other.path("vespid.db")).unwrap();
        std::fs::create_dir(other.path("rules")).unwrap();
        for name in ["rules/base.yml", "rules/guessing.yml"] {
            std::fs::copy(place.path(name), other.path(name)).unwrap();
        }
        // The same from other addresses, a line after the other.
        let log = std::fs::read_to_string(place.path("x.json")).unwrap().replace("192.0.2.", "198.51.100.");
        other.write("y.json", log.as_bytes());
        let said = other.say(&["ingest", "y.json", "--rules", "rules"]);
        assert_eq!(line(&said, "rule states"), states, "{said}");
        assert!(line(&said, "tags").ends_with(&format!(" {floored} below the confidence floor")), "{said}");
    }
}

#[test]
fn a_faulty_rule_is_named_with_its_line() {
    let place = orchard();
    place.write("rules/bad.yml", rule("bad", 1, "x").replace("t1082", "t9999").as_bytes());
    place.write("y.json", typed(30, "apple 9").as_bytes());
    let output = place.run(&["ingest", "y.json", "--rules", "rules"]);
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.ends_with("\nbad.yml:3: E003 rule bad: unknown technique T9999\n"), "{said}");
}

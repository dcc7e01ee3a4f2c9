//! From a log to its answers.

use crate::program::{Place, sample};

fn filled() -> Place {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    place
}

#[test]
fn the_report_has_techniques_of_many_tactics_in_matrix_order() {
    let place = filled();
    let report = place.say(&["report"]);
    let places: Vec<_> = [
        "Reconnaissance TA0043",
        "Initial Access TA0001",
        "Persistence TA0003",
        "Stealth TA0005",
        "Defense Impairment TA0112",
        "Credential Access TA0006",
        "Command and Control TA0011",
    ]
    .iter()
    .map(|tactic| report.find(tactic))
    .collect();
    assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{places:?}\n{report}");
    assert!(report.contains("https://attack.mitre.org/techniques/T1110/001"));
    assert!(!report.contains('\x1b'), "no colour without a terminal");
}

#[test]
fn scopes_and_formats_agree() {
    let place = filled();
    let all: serde_json::Value = serde_json::from_str(&place.say(&["report", "--format", "json"])).unwrap();
    let ip = all["attackers"][0]["ip"].as_str().unwrap();
    let one: serde_json::Value =
        serde_json::from_str(&place.say(&["report", "--attacker", ip, "--format", "json"])).unwrap();
    assert_eq!(one["totals"]["tags"], all["attackers"][0]["tags"]);
    let layer: serde_json::Value =
        serde_json::from_str(&place.say(&["report", "--format", "navigator"])).unwrap();
    assert_eq!(layer["versions"]["layer"], "4.5");
    assert_eq!(layer["versions"]["attack"], "19");
    let scored: u64 =
        layer["techniques"].as_array().unwrap().iter().filter_map(|it| it["score"].as_u64()).sum();
    assert_eq!(scored, all["totals"]["tags"].as_u64().unwrap());
    assert!(place.say(&["report", "--format", "markdown"]).starts_with("# ATT&CK report"));
    assert!(place.say(&["report", "--format", "html"]).starts_with("<!DOCTYPE html>"));
    let unknown = place.run(&["report", "--attacker", "192.0.2.250"]);
    assert!(!unknown.status.success());
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no event of 192.0.2.250"));
}

#[test]
fn a_session_is_found_by_how_its_id_begins() {
    let place = Place::new();
    let line = |session: &str| {
        format!(
            "{{\"eventid\":\"cowrie.command.input\",\"input\":\"cat /etc/shadow\",\"timestamp\":\"2026-11-24T15:22:01.5Z\",\
             \"src_ip\":\"192.0.2.1\",\"session\":\"{session}\",\"sensor\":\"decoy-with-a-long-name.example.org\"}}\n"
        )
    };
    let uuid = "0b0f8a52-7c1e-4b87-9a14-5d2f1f1f5c11";
    let long = "l".repeat(200);
    // An id that an address begins, and one that another begins.
    let names = [uuid, "0b0f9", "192.0.2.10", "abc", "abcd", &long];
    place.say(&["ingest", &place.write("cowrie.json", names.map(line).concat().as_bytes())]);

    let report = place.say(&["report"]);
    assert!(report.contains(&format!("  {uuid}  ")), "whole in the table: {report}");
    let cut = report.split_whitespace().find(|word| word.starts_with("llll")).unwrap();
    assert!(cut.ends_with('…') && cut.chars().count() < 60, "{cut}");
    for (given, meant) in [
        ("0b0f8", uuid),
        ("decoy-with-a-long-name.example.org/0b0f8", uuid),
        ("abc", "abc"),
        ("192.0.2.10", "192.0.2.10"),
        (cut, &long),
    ] {
        let shown = place.say(&["explain", given]);
        assert!(shown.starts_with(&format!("Session {meant} on")), "{given}: {shown}");
        assert!(place.say(&["replay", given, "--format", "text"]).contains("cat /etc/shadow"), "{given}");
        assert!(place.say(&["report", "--session", given]).contains("T1003"), "{given}");
    }
    for (given, said) in [
        (
            "0b0f",
            format!(
                "several sessions begin with 0b0f: say decoy-with-a-long-name.example.org/{uuid}@192.0.2.1 or "
            ),
        ),
        ("0b1", "no session 0b1".to_owned()),
        ("", "no session".to_owned()),
        ("192.0.2.1/", "no session".to_owned()),
    ] {
        let refused = place.run(&["replay", given]);
        let error = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(refused.status.code() == Some(1) && error.contains(&said), "{given}: {error}");
    }
    // An attacker's address is that, though a session's id begins with it.
    let attacker = place.run(&["explain", "192.0.2.1"]);
    assert!(attacker.stdout.is_empty() && attacker.status.success(), "{attacker:?}");
}

#[test]
fn an_explanation_shows_the_bytes_for_a_session_and_for_a_tag() {
    let place = filled();
    let tags = place.tags();
    let tag = tags
        .iter()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap())
        .find(|tag| tag["rule_id"] == "shadow_read")
        .unwrap();
    let session = place.say(&["explain", tag["session_id"].as_str().unwrap()]);
    assert!(session.contains("$ «cat» «/etc/shadow»") || session.contains("«cat /etc/shadow»"), "{session}");
    assert!(session.contains("T1003.008 OS Credential Dumping: /etc/passwd and /etc/shadow"));
    let one = place.say(&["explain", tag["uuid"].as_str().unwrap()]);
    assert!(one.contains("T1003.008") && one.len() < session.len());
    let json: serde_json::Value =
        serde_json::from_str(&place.say(&["explain", tag["uuid"].as_str().unwrap(), "--format", "json"]))
            .unwrap();
    let event = &json["events"][0];
    let span = &event["tags"][0]["spans"][0];
    let (start, end) = (span["start"].as_u64().unwrap(), span["end"].as_u64().unwrap());
    let text = event["body"]["command_text"].as_str().unwrap();
    let start = usize::try_from(start).unwrap();
    assert_eq!(&text[start..usize::try_from(end).unwrap()], span["text"].as_str().unwrap());
    assert!(!place.run(&["explain", "nothing"]).status.success());
}

#[test]
fn an_export_has_the_columns_and_the_order() {
    let place = filled();
    let tags = place.tags();
    let mut sorted = tags.clone();
    sorted.sort();
    assert_eq!(tags, sorted, "by id");
    let keys = r#"{"uuid":""#;
    assert!(tags.iter().all(|line| line.starts_with(keys)));
    for column in ["created_at", "span", "tagged_at", "attack_release", "evidence"] {
        assert!(tags.iter().all(|line| line.contains(&format!("\"{column}\":"))), "{column}");
    }
}

#[test]
fn quickstart_ends_with_the_report_and_the_address() {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    let said = place.say(&["quickstart", &log]);
    assert!(said.contains("events        1469 new"));
    assert!(said.contains("ATT&CK report: all decoys"));
    assert!(said.trim_end().ends_with("open http://127.0.0.1:7878/"), "{said}");
}

#[test]
fn sessions_of_one_name_are_told_apart() {
    let place = Place::new();
    let line = |ip: &str, input: &str| {
        format!(
            r#"{{"eventid":"cowrie.command.input","input":"{input}","session":"s1","src_ip":"{ip}","sensor":"d/1","timestamp":"2026-11-24T15:22:00Z"}}"#
        ) + "\n"
    };
    let log = line("192.0.2.1", "cat /etc/shadow") + &line("2001:db8::1", "uname -a");
    let log = place.write("cowrie.json", log.as_bytes());
    place.say(&["ingest", &log]);
    let asked = place.run(&["explain", "s1"]);
    assert!(!asked.status.success());
    let choices = String::from_utf8_lossy(&asked.stderr).into_owned();
    assert!(choices.contains("say d/1/s1@192.0.2.1 or d/1/s1@2001:db8::1"), "{choices}");
    let one = place.say(&["explain", "d/1/s1@2001:db8::1"]);
    assert!(one.contains("uname") && !one.contains("shadow"), "{one}");
    assert!(place.say(&["report", "--session", "d/1/s1@192.0.2.1"]).contains("T1003.008"));
}

#[test]
fn an_address_that_shows_nothing_together_is_told_where_to_look() {
    let place = filled();
    let all: serde_json::Value = serde_json::from_str(&place.say(&["report", "--format", "json"])).unwrap();
    let mut silent = 0;
    for attacker in all["attackers"].as_array().unwrap() {
        let ip = attacker["ip"].as_str().unwrap();
        let output = place.run(&["explain", ip]);
        let told =
            String::from_utf8_lossy(&output.stderr).contains(&format!("vespid report --attacker {ip}"));
        assert!(output.status.success() && told == output.stdout.is_empty(), "{output:?}");
        silent += usize::from(told);
    }
    assert!(silent > 0, "the log has nobody of whom this is said");
    let unknown = place.run(&["explain", "192.0.2.250"]);
    assert!(String::from_utf8_lossy(&unknown.stderr).contains("no session, tag or address 192.0.2.250"));
}

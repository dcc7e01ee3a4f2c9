//! Each kind of file, and each class of rows in the tables of what it means.

use serde_json::{Value, json};

use super::{came, import, tags_of, text, told};
use crate::program::Place;

/// A check of AbuseIPDB, asked verbosely.
fn check(score: i64, categories: &[i64]) -> String {
    let reports: Vec<Value> = categories
        .iter()
        .map(|category| json!({ "reportedAt": "2026-11-20T20:55:14+00:00", "comment": "x", "categories": [category] }))
        .collect();
    json!({ "data": {
        "ipAddress": "203.0.113.10", "isPublic": true, "ipVersion": 4, "abuseConfidenceScore": score,
        "totalReports": reports.len(), "lastReportedAt": "2026-11-20T20:55:14+00:00", "reports": reports,
    } })
    .to_string()
}

fn fox(threat: &str) -> String {
    json!({ "1": [{
        "ioc_value": "203.0.113.10:443", "ioc_type": "ip:port", "threat_type": threat, "malware": "win.x",
        "first_seen_utc": "2026-11-20 00:00:00", "last_seen_utc": null,
    }] })
    .to_string()
}

fn noise(class: &str, tags: &[&str]) -> String {
    json!([{ "ip": "203.0.113.10", "seen": true, "classification": class, "last_seen": "2026-11-20",
             "actor": "unknown", "tags": tags, "metadata": { "tor": false } }])
    .to_string()
}

/// All files of one run.
#[test]
fn every_kind_of_row_becomes_its_tags() {
    let feodo = json!([{ "ip_address": "203.0.113.10", "port": 443, "status": "online", "malware": "QakBot",
                         "first_seen": "2026-09-01 10:00:00", "last_online": "2026-11-20" }]);
    let feodo_table = "# abuse.ch Feodo Tracker Botnet C2 IP Blocklist (CSV)\n\
        \"first_seen_utc\",\"dst_ip\",\"dst_port\",\"c2_status\",\"last_online\",\"malware\"\n\
        \"2026-09-01 10:00:00\",\"203.0.113.10\",\"443\",\"online\",\"2026-11-20\",\"QakBot\"\n";
    let fox_table = "# \"first_seen_utc\",\"ioc_id\",\"ioc_value\",\"ioc_type\",\"threat_type\",\"fk_malware\"\n\
        \"2026-11-20 00:00:00\", \"1\", \"203.0.113.10:443\", \"ip:port\", \"botnet_cc\", \"win.x\"\n";
    let version_3 = json!({ "ip": "203.0.113.10", "internet_scanner_intelligence": {
        "found": true, "classification": "suspicious", "last_seen": "2026-11-20", "tor": true,
        "tags": [{ "id": "1", "slug": "ssh-bruteforcer", "name": "SSH Bruteforcer" }] } });
    let community = json!({ "ip": "203.0.113.10", "noise": true, "riot": false, "classification": "malicious",
                            "name": "unknown", "last_seen": "2026-11-20", "message": "Success" });
    let blacklist = json!({ "meta": { "generatedAt": "2026-11-20T00:00:00+00:00" }, "data": [
        { "ipAddress": "203.0.113.10", "abuseConfidenceScore": 100, "lastReportedAt": "2026-11-20T00:00:00+00:00" }] });
    let rows: Vec<(&str, String, &[&str])> = vec![
        // Every category of AbuseIPDB's table; above 75 providers say malicious, which adds 0.05 (R0058).
        ("check", check(100, &[5]), &["T1110@0.75"]),
        ("check", check(100, &[7]), &["T1566@0.75"]),
        ("check", check(100, &[9]), &["T1090@0.65"]),
        ("check", check(100, &[11]), &["T1496.002@0.65", "T1566@0.75"]),
        ("check", check(79, &[11]), &["T1496.002@0.524"]),
        ("check", check(100, &[13]), &["T1090@0.65"]),
        ("check", check(100, &[14]), &["T1595@0.75"]),
        ("check", check(100, &[15]), &["T1190@0.75"]),
        ("check", check(100, &[16]), &["T1190@0.75"]),
        ("check", check(100, &[17]), &["T1684.002@0.75"]),
        ("check", check(100, &[18, 22]), &["T1110@0.75"]),
        ("check", check(100, &[19]), &["T1595@0.75"]),
        ("check", check(100, &[20]), &["T1584@0.65"]),
        ("check", check(100, &[21]), &["T1190@0.75"]),
        ("check", check(100, &[23]), &["T1190@0.75"]),
        ("check", check(100, &[4, 10, 12]), &[]),
        // Between 25 and 74 an address is suspicious, which adds nothing; the floor is where DECNET has it.
        ("check", check(74, &[22]), &["T1110@0.518"]),
        ("check", check(43, &[22]), &["T1110@0.301"]),
        ("check", check(42, &[22]), &[]),
        // The blacklist says no categories.
        ("blacklist", blacklist.to_string(), &[]),
        ("feodo", feodo.to_string(), &["T1071.001@0.9", "T1588.001@0.9"]),
        ("feodo", feodo_table.to_owned(), &["T1071.001@0.9", "T1588.001@0.9"]),
        ("threatfox", fox("botnet_cc"), &["T1071@0.85", "T1588.001@0.85"]),
        ("threatfox", fox("payload_delivery"), &["T1105@0.8", "T1588.001@0.85"]),
        ("threatfox", fox("payload"), &["T1588.001@0.85"]),
        ("threatfox", fox("cc_skimming"), &["T1056@0.75"]),
        ("threatfox", fox("other"), &[]),
        ("threatfox", fox_table.to_owned(), &["T1071@0.85", "T1588.001@0.85"]),
        ("greynoise", community.to_string(), &["T1071@0.4"]),
        ("greynoise", noise("malicious", &[]), &["T1071@0.4"]),
        ("greynoise", noise("unknown", &["Tor Exit Node"]), &["T1090.003@0.7"]),
        ("greynoise", noise("unknown", &["SSH Bruteforcer"]), &["T1110@0.7"]),
        ("greynoise", noise("benign", &["Web Crawler"]), &["T1595@0.7"]),
        ("greynoise", noise("malicious", &["Cobalt Strike"]), &["T1071@0.75", "T1588.002@0.75"]),
        ("greynoise", noise("benign", &[]), &[]),
        ("greynoise", version_3.to_string(), &["T1090.003@0.7", "T1110@0.7"]),
    ];
    // Each file is about an address of its own.
    let place = Place::new();
    let ips: Vec<String> = (1..=rows.len()).map(|last| format!("203.0.113.{last}")).collect();
    came(&place, &ips.iter().map(|ip| &**ip).collect::<Vec<_>>());
    let files = rows.iter().zip(&ips).enumerate().map(|(number, ((_, text, _), ip))| {
        place.write(&format!("{number}.txt"), text.replace("203.0.113.10", ip).as_bytes())
    });
    let files: Vec<String> = files.collect();
    let files: Vec<&str> = files.iter().map(|file| &**file).collect();
    let said = place.say(&[&["intel", "import"], &*files].concat());
    assert!(told(&said, "attackers").starts_with(&format!("{} listed", rows.len())), "{said}");
    let mut wrong = Vec::new();
    for ((kind, text, expected), ip) in rows.iter().zip(&ips) {
        let found = tags_of(&place, ip);
        if found != *expected {
            wrong.push(format!("{kind} {text}: {found:?}, expected {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What is stored, shown and told of one address that several providers know.
#[test]
fn what_providers_say_is_shown() {
    let place = Place::new();
    came(&place, &["203.0.113.10", "203.0.113.11"]);
    import(&place, "a.json", &check(60, &[22]), &[]);
    import(&place, "f.json", &fox("botnet_cc"), &[]);
    import(&place, "n.json", &noise("benign", &[]), &[]);

    // DECNET's view has the columns it has there.
    let row = "abuseipdb_score || ' ' || abuseipdb_categories || ' ' || threatfox_listed || ' ' || threatfox_threat_types
               || ' ' || greynoise_classification || ' ' || aggregate_verdict";
    let seen = text(&place, &format!("SELECT {row} FROM attacker_intel WHERE attacker_ip = '203.0.113.10'"));
    assert_eq!(seen, "60 [22] 1 [\"botnet_cc\"] benign malicious");
    assert_eq!(place.ask("SELECT count(*) FROM attacker_intel"), "Integer(1)");

    let shown = place.say(&["intel", "show", "203.0.113.10"]);
    for part in [
        "203.0.113.10: Providers say: malicious (AbuseIPDB 60, GreyNoise benign, ThreatFox;",
        "AbuseIPDB: suspicious\n  score            60\n  categories       22\n  last seen        2026-11-20 20:55:14 UTC\n",
        "holds until      the provider's next list",
        "families         win.x",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
    let report = place.say(&["report", "--attacker", "203.0.113.10"]);
    assert!(
        report.contains("\nProviders say: malicious (AbuseIPDB 60, GreyNoise benign, ThreatFox;"),
        "{report}"
    );
    let report = place.say(&["report", "--attacker", "203.0.113.11"]);
    assert!(!report.contains("Providers say"), "{report}");
    let nothing = place.say(&["intel", "show", "203.0.113.11"]);
    assert!(nothing.starts_with("203.0.113.11 has come; nothing was applied"), "{nothing}");
    assert!(place.say(&["intel", "show", "2001:db8::9"]).starts_with("2001:db8::9 has not come\nNo file"));

    // A tag says which feed it is from, and until when that holds.
    let uid = text(&place, "SELECT uuid FROM ttp_tag WHERE technique_id = 'T1110'");
    let why = place.say(&["explain", &uid]);
    for part in [
        "others say aggregate_verdict=suspicious",
        "from AbuseIPDB's answer about the address, imported 2027-01-15 08:00:00 UTC\n",
        "the address was seen last 2026-11-20 20:55:14 UTC; holds until 2027-01-16 08:00:00 UTC\n",
    ] {
        assert!(why.contains(part), "{part}: {why}");
    }
    let why: Value = serde_json::from_str(&place.say(&["explain", &uid, "--format", "json"])).unwrap();
    let listing = &why["events"][0]["listing"];
    assert_eq!(
        (listing["feed"].as_str(), listing["expires_at"].as_str()),
        (Some("abuseipdb"), Some("2027-01-16T08:00:00.000000Z"))
    );
    // So does the address: all feeds that tags are from, and nothing of one that nothing is said of.
    let why = place.say(&["explain", "203.0.113.10"]);
    for part in
        ["AbuseIPDB's answer", "ThreatFox' list of indicators", "GreyNoise's answer", "next list", &uid]
    {
        assert!(why.contains(part), "{part}: {why}");
    }
    assert_eq!(place.say(&["explain", "203.0.113.11"]), "");
    // Another conclusion is another event; what an older tag is from is not there any more.
    import(&place, "a.json", &check(100, &[22]), &[]);
    let why = place.say(&["explain", &uid]);
    assert!(why.contains("no stored listing says so now\n"), "{why}");

    // No provider is a decoy, and what one says is no visit.
    let attacker =
        |columns: &str| text(&place, &format!("SELECT {columns} FROM attackers WHERE ip = '203.0.113.10'"));
    assert_eq!(attacker("deckies || decky_count"), "[\"decoy-1\"]1");
    assert_eq!(
        attacker("first_seen || ' ' || last_seen"),
        "2026-11-24 10:00:00.000000 2026-11-24 10:00:00.000000"
    );
    // When a tag is from is when the provider saw it.
    let tag = text(
        &place,
        "SELECT created_at || ' ' || decky_id FROM ttp_tag WHERE technique_id = 'T1110' LIMIT 1",
    );
    assert_eq!(tag, "2026-11-20 20:55:14.000000 intel");
}

#[test]
fn files_that_are_none_and_entries_that_are_bad_are_told() {
    let place = Place::new();
    came(&place, &["203.0.113.10"]);
    let good = place.write("good.json", fox("payload").as_bytes());
    let torn =
        place.write("torn.json", b"[{\"ip_address\": \"203.0.113.10\", \"malware\": \"QakBot\"}, {\"ip_addr");
    let page = place.write("page.json", b"<html>log in first</html>");
    let zip = place.write("full.zip", b"PK\x03\x04...");
    let mixed = place.write(
        "mixed.json",
        br#"[{"ip_address": "203.0.113.999", "malware": "\u001b[31mx"}, {"what": 1}, 7, {"ip_address": "203.0.113.12", "malware": null, "dst_ip": null}]"#,
    );
    let run = place.run(&["intel", "import", &torn, &page, &zip, &mixed, &good]);
    assert_eq!(run.status.code(), Some(1));
    let (out, err) = (String::from_utf8(run.stdout).unwrap(), String::from_utf8(run.stderr).unwrap());
    for part in [
        "torn.json: after 1 of its entries: EOF",
        "page.json: not a file of a known provider",
        "full.zip: a ZIP archive",
    ] {
        assert!(err.contains(part), "{part}: {err}");
    }
    assert!(out.contains("not usable               4, such as entry 1: ip_address: 203.0.113.999"), "{out}");
    // The rest was done all the same.
    assert_eq!(tags_of(&place, "203.0.113.10"), ["T1071.001@0.9", "T1588.001@0.85", "T1588.001@0.9"]);
    let letters = place.say(&["dead-letters"]);
    for part in ["unreadable", "bad_entry", "entry 3: entry: 7, expected an object"] {
        assert!(letters.contains(part), "{part}: {letters}");
    }
    assert!(!letters.contains('\u{1b}'));
    // Again: the same letters, not more.
    let count = place.ask("SELECT count(*) FROM dead_letter");
    place.run(&["intel", "import", &torn, &page, &zip, &mixed, &good]);
    assert_eq!(
        (place.ask("SELECT count(*) FROM dead_letter"), count),
        ("Integer(7)".into(), "Integer(7)".into())
    );
    let strict = place.run(&["intel", "import", &mixed, "--strict"]);
    assert_eq!(strict.status.code(), Some(3));

    // A list of addresses alone does not say whose it is.
    let plain = place.write("plain.txt", b"203.0.113.10\n");
    let run = place.run(&["intel", "import", &plain]);
    assert!(String::from_utf8_lossy(&run.stderr).contains("give --provider"), "{run:?}");
    let said =
        place.say(&["intel", "import", &plain, "--provider", "abuseipdb", "--confidence-minimum", "80"]);
    assert!(said.contains("abuseipdb-blacklist      1"), "{said}");
    assert!(place.say(&["intel", "show", "203.0.113.10"]).contains("score            80"));
}

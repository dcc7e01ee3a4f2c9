//! One run after the other: what is new, and what is not.

use serde_json::{Value, json};

use super::{came, import, tags_of, text, told};
use crate::program::Place;

fn fox(entries: &[(&str, &str, &str)]) -> String {
    let mut all = serde_json::Map::new();
    for (number, (ip, threat, seen)) in entries.iter().enumerate() {
        let entry = json!({ "ioc_value": format!("{ip}:443"), "ioc_type": "ip:port", "threat_type": threat,
                            "malware": "win.x", "first_seen_utc": seen, "last_seen_utc": null });
        all.insert(number.to_string(), json!([entry]));
    }
    Value::Object(all).to_string()
}

/// At another time.
fn at(place: &Place, seconds: &str, args: &[&str]) -> String {
    let output = place.command(args).env("SOURCE_DATE_EPOCH", seconds).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

const ONE: &str = "203.0.113.1";
const TWO: &str = "203.0.113.2";

/// The same again gives nothing new; neither does a file in which only times moved; another verdict does.
#[test]
fn only_another_verdict_is_news() {
    let place = Place::new();
    came(&place, &[ONE, TWO]);
    let first = import(&place, "a.json", &fox(&[(ONE, "payload", "2026-11-01 00:00:00")]), &[]);
    assert_eq!(told(&first, "events"), "1 new, 0 already known");
    assert!(told(&first, "tags").starts_with("1 new"), "{first}");
    let before = place.tags();

    let again = import(&place, "a.json", &fox(&[(ONE, "payload", "2026-11-01 00:00:00")]), &[]);
    assert_eq!(told(&again, "events"), "0 new, 1 already known");
    assert_eq!(told(&again, "attackers"), "1 listed, of 0 something else is said now");
    let moved = import(&place, "b.json", &fox(&[(ONE, "payload", "2026-11-20 00:00:00")]), &[]);
    assert_eq!(told(&moved, "events"), "0 new, 1 already known");
    assert_eq!(told(&at(&place, "1800000900", &["intel", "apply"]), "events"), "0 new, 1 already known");
    assert_eq!(place.tags(), before);

    let other = import(&place, "c.json", &fox(&[(ONE, "botnet_cc", "2026-11-21 00:00:00")]), &[]);
    assert_eq!(told(&other, "events"), "1 new, 0 already known");
    assert_eq!(tags_of(&place, ONE), ["T1071@0.85", "T1588.001@0.85", "T1588.001@0.85"]);
    // Who is gone from the list is listed no longer; what was said of it stays said.
    let gone = import(&place, "d.json", &fox(&[(TWO, "payload", "2026-11-21 00:00:00")]), &[]);
    assert_eq!(told(&gone, "listings"), "1 no longer");
    let row = text(
        &place,
        &format!(
            "SELECT threatfox_listed || aggregate_verdict FROM attacker_intel WHERE attacker_ip = '{ONE}'"
        ),
    );
    assert_eq!(row, "0unknown");
    assert_eq!(tags_of(&place, ONE).len(), 3);
}

/// The same tags, whatever came first: the attackers or the files, one run or several.
#[test]
fn the_order_of_runs_does_not_matter() {
    let a = fox(&[(ONE, "payload", "2026-11-01 00:00:00"), (TWO, "botnet_cc", "2026-11-02 00:00:00")]);
    let b = json!({ "data": { "ipAddress": ONE, "abuseConfidenceScore": 90, "totalReports": 1,
        "lastReportedAt": "2026-11-03T00:00:00+00:00", "reports": [{ "categories": [22] }] } })
    .to_string();
    let c = json!([{ "ip_address": TWO, "malware": "QakBot", "last_online": "2026-11-04" }]).to_string();
    let files = [("a", &a), ("b", &b), ("c", &c)];
    let mut all = Vec::new();
    for (order, attackers_first, at_once) in [
        ([0, 1, 2], true, false),
        ([2, 1, 0], true, false),
        ([1, 0, 2], false, false),
        ([2, 0, 1], true, true),
    ] {
        let place = Place::new();
        if attackers_first {
            came(&place, &[ONE, TWO]);
        }
        let paths: Vec<String> = order
            .iter()
            .map(|place_of| place.write(files[*place_of].0, files[*place_of].1.as_bytes()))
            .collect();
        if at_once {
            let paths: Vec<&str> = paths.iter().map(|path| &**path).collect();
            place.say(&[&["intel", "import"], &*paths].concat());
        } else {
            for path in &paths {
                place.say(&["intel", "import", path]);
            }
        }
        if !attackers_first {
            assert_eq!(place.tags(), [""; 0]);
            came(&place, &[TWO, ONE]);
            place.say(&["intel", "apply"]);
        }
        all.push((place.tags(), text(&place, "SELECT group_concat(aggregate_verdict) FROM attacker_intel")));
    }
    assert_eq!(all[0].0.len(), 6, "{:#?}", all[0]);
    assert!(all.iter().all(|other| *other == all[0]), "{all:#?}");
}

/// Answers hold for a day, lists until the next one.
#[test]
fn answers_grow_old_and_lists_do_not() {
    let place = Place::new();
    let answer =
        json!({ "ip": ONE, "noise": true, "classification": "malicious", "last_seen": "2026-11-20" })
            .to_string();
    import(&place, "a.json", &answer, &[]);
    import(&place, "b.json", &fox(&[(TWO, "payload", "2026-11-01 00:00:00")]), &[]);
    came(&place, &[ONE, TWO]);
    let later = at(&place, "1800086401", &["intel", "apply"]);
    assert_eq!(told(&later, "events"), "1 new, 0 already known");
    assert_eq!((tags_of(&place, ONE).len(), tags_of(&place, TWO).len()), (0, 1));
    assert!(at(&place, "1800086401", &["intel", "show", ONE]).contains("UTC, which is over"));
    // In time it is another thing.
    import(&place, "a.json", &answer, &["--ttl", "2d"]);
    assert_eq!(told(&at(&place, "1800086401", &["intel", "apply"]), "events"), "0 new, 2 already known");
    assert_eq!(tags_of(&place, ONE), ["T1071@0.4"]);
}

/// A list that has become empty ends all of it, once it is said whose it is; a part of a list ends nothing.
#[test]
fn lists_end_with_the_next_one() {
    let place = Place::new();
    came(&place, &[ONE]);
    import(&place, "a.json", &fox(&[(ONE, "payload", "2026-11-01 00:00:00")]), &[]);
    let kept = import(&place, "b.json", &fox(&[(TWO, "payload", "2026-11-01 00:00:00")]), &["--keep"]);
    assert_eq!(told(&kept, "listings"), "0 no longer");
    let nobody = import(&place, "c.json", "[]", &[]);
    assert!(
        nobody.contains("no entry; give --provider") && told(&nobody, "listings") == "0 no longer",
        "{nobody}"
    );
    let broken =
        place.write("d.json", format!("{},,", fox(&[(TWO, "payload", "2026-11-01 00:00:00")])).as_bytes());
    let run = place.run(&["intel", "import", &broken]);
    assert_eq!(told(&String::from_utf8(run.stdout).unwrap(), "listings"), "0 no longer");
    let whole = import(&place, "e.json", "[]", &["--provider", "threatfox"]);
    assert_eq!(told(&whole, "listings"), "2 no longer");
}

/// What nobody says any more is no verdict, whether the address left a list or an answer grew old; also when what ended is
/// deleted already. What DECNET knew stays as it came.
#[test]
fn a_verdict_ends_with_what_it_came_from() {
    let blacklist = |ip: &str| {
        json!({ "meta": { "generatedAt": "2026-11-20T00:00:00+00:00" }, "data": [{ "ipAddress": ip,
            "abuseConfidenceScore": 100, "lastReportedAt": "2026-11-20T00:00:00+00:00" }] })
        .to_string()
    };
    let noise = json!({ "ip": ONE, "noise": true, "classification": "malicious", "last_seen": "2026-11-20" });
    for first in [blacklist(ONE), noise.to_string()] {
        let place = Place::new();
        came(&place, &[ONE]);
        let verdict = || text(&place, "SELECT aggregate_verdict FROM attacker_intel");
        import(&place, "a.json", &first, &[]);
        let listed = verdict();
        assert!(["malicious", "suspicious"].contains(&&*listed), "{listed}");
        // Both end with this one, a day later; nothing is left of them.
        let next = place.write("b.json", blacklist(TWO).as_bytes());
        let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
        let uid: Vec<u8> = db.query_row("SELECT uid FROM intel", [], |row| row.get(0)).unwrap();
        db.execute("UPDATE intel SET uid = zeroblob(16)", []).unwrap();
        at(&place, "1800086401", &["intel", "import", &next]);
        assert_eq!(
            (text(&place, "SELECT count(*) || '' FROM intel_listing"), verdict()),
            ("1".into(), listed)
        );
        db.execute("UPDATE intel SET uid = ?", [uid]).unwrap();
        let over = at(&place, "1800086402", &["intel", "apply"]);
        assert_eq!(told(&over, "attackers"), "0 listed, of 1 something else is said now");
        assert_eq!(verdict(), "unknown");
        let again = at(&place, "1800086403", &["intel", "apply"]);
        assert_eq!(told(&again, "attackers"), "0 listed, of 0 something else is said now");
    }
}

//! Another system's database, from the command line.

use vespid_testkit::DECNET;

use crate::program::{Place, line};

/// A folder with a small DECNET database.
fn place() -> Place {
    let place = Place::new();
    rusqlite::Connection::open(place.path("decnet.db")).unwrap().execute_batch(DECNET).unwrap();
    place
}

#[test]
fn a_decnet_database_is_taken_over_once() {
    let place = place();
    let said = place.say(&["import", "decnet", "decnet.db", "--named", "1"]);
    let numbers = |said: &str, table: &str| -> Vec<u32> {
        line(said, table).split_whitespace().map(|number| number.parse().unwrap()).collect()
    };
    assert_eq!(numbers(&said, "attackers"), [6, 3, 1, 2], "{said}");
    assert_eq!(numbers(&said, "ttp_tag"), [15, 7, 0, 8]);
    for text in [
        "table                      read        new      known   rejected\n",
        "\nattackers: 1 rejected: ip is no address\n  00000000-0000-4000-8000-0000000000a4\n",
        "\nattackers: 1 changed: its address is that of another attacker, which it was folded into\n",
        "\nttp_tag: 1 rejected: evidence is no JSON\n  fe4e8c9f-b665-51c4-bc81-55f7c2262bef\n",
        "  46fee0de-6cce-5fd5-87fe-2243aa025d1a\n  and 1 more\n",
    ] {
        assert!(said.contains(text), "{text} in {said}");
    }
    let tags = place.tags();
    assert_eq!(tags.len(), 7);

    let again = place.say(&["import", "decnet", "sqlite:decnet.db"]);
    assert_eq!(numbers(&again, "attackers"), [6, 0, 4, 2], "{again}");
    assert_eq!(numbers(&again, "ttp_tag"), [15, 0, 7, 8]);
    assert_eq!(place.tags(), tags);
    assert!(place.say(&["doctor"]).contains("say what the tags say"));
    assert!(place.say(&["report"]).contains("T1548.001"));
    let strict = place.run(&["import", "decnet", "decnet.db", "--strict"]);
    assert_eq!(strict.status.code(), Some(3));
    assert!(String::from_utf8_lossy(&strict.stdout).starts_with("table "));
}

#[test]
fn a_session_shows_its_tags_without_an_event() {
    let place = place();
    place.say(&["import", "decnet", "decnet.db"]);
    let of = "FROM tag JOIN session ON session.id = tag.session JOIN decky ON decky.id = session.decky
              JOIN attacker ON attacker.id = session.attacker ORDER BY tag.id LIMIT 1";
    let db = rusqlite::Connection::open(place.path("vespid.db")).unwrap();
    let text = |column: &str| -> String {
        db.query_row(&format!("SELECT {column} {of}"), [], |row| row.get(0)).unwrap()
    };
    let session = text("decky.name || '/' || session.name || '@' || attacker.ip");
    let source = text("tag.source_id");
    let said = place.say(&["explain", &session]);
    assert!(said.contains(&format!("{source} (without its event)")), "{said}");
    let document = place.say(&["explain", &session, "--format", "json"]);
    let document: serde_json::Value = serde_json::from_str(&document).unwrap();
    let shown = document["events"].as_array().unwrap();
    let shown: Vec<_> = shown.iter().filter(|it| it["source_id"] == source.as_str()).collect();
    assert_eq!(shown[0]["tags"].as_array().unwrap().len(), 1);
}

#[test]
fn what_is_taken_over_joins_what_was_read() {
    let place = place();
    let log = place.write("cowrie.json", &crate::program::sample());
    place.say(&["ingest", &log]);
    let before = place.tags().len();
    place.say(&["import", "decnet", "decnet.db"]);
    assert_eq!(place.tags().len(), before + 7);
    assert!(place.say(&["doctor"]).contains("say what the tags say"));
}

#[test]
fn what_is_no_decnet_database_makes_none() {
    let place = Place::new();
    place.write("text", "no database ".repeat(1000).as_bytes());
    place.write("empty", b"");
    for (from, why) in [
        ("missing.db", "database missing.db does not exist; name a DECNET database"),
        ("empty", "database empty is no DECNET database"),
        ("text", "opening the database text: "),
        ("postgres://u:secret@h/d", "DECNET's data are in SQLite or MySQL"),
    ] {
        let output = place.run(&["import", "decnet", from]);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && said.contains(why) && !said.contains("secret"), "{said}");
    }
    assert!(!place.path("vespid.db").exists() && !place.path("missing.db").exists());
}

/// An address with a password need not be an argument, which other users see.
#[test]
fn the_address_may_be_in_a_variable() {
    let place = place();
    let output = place.command(&["import", "decnet"]).env("VESPID_DECNET_DB", "decnet.db").output().unwrap();
    assert!(output.status.success());
    assert_eq!(place.tags().len(), 7);
}

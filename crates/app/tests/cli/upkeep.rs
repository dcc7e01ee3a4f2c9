//! Looking after a database: `doctor` and `purge`.

use rusqlite::Connection;

use crate::program::{Place, line, sample};

fn filled() -> Place {
    let place = Place::new();
    let log = place.write("cowrie.json", &sample());
    place.say(&["ingest", &log]);
    place
}

#[test]
fn a_doctor_agrees_until_somebody_meddles() {
    let place = filled();
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    let report = place.say(&["report"]);

    let meddle = || {
        let db = Connection::open(place.path("vespid.db")).unwrap();
        db.execute("UPDATE rollup_scope SET tags = tags + 1 WHERE scope = 0", []).unwrap();
    };
    meddle();
    let told = place.run(&["doctor"]);
    assert_eq!(told.status.code(), Some(1));
    let told = String::from_utf8(told.stdout).unwrap();
    assert!(told.starts_with("fleet subject=0 tactic="), "{told}");
    assert!(told.contains("vespid doctor --repair"), "{told}");
    let mended = place.say(&["doctor", "--repair"]);
    assert!(mended.ends_with("Mended: the rollups were counted anew from the tags.\n"), "{mended}");
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    assert_eq!(place.say(&["report"]), report);
}

#[test]
fn a_purge_says_first_and_then_does() {
    // The log is of 2026-11-24, the clock stands at 2027-01-15.
    let place = filled();
    let tags = place.tags().len();
    assert!(tags > 300);
    let young = place.say(&["purge", "--older-than", "90d"]);
    assert!(young.contains("           0 tags\n"), "{young}");
    assert_eq!(place.tags().len(), tags);

    let told = place.say(&["purge", "--older-than", "4w", "--dry-run"]);
    for row in [&*format!("{tags} tags"), "1469 events", "223 sessions", "24 attackers"] {
        assert!(told.contains(row), "{told}");
    }
    assert_eq!(place.tags().len(), tags);

    let done = place.say(&["purge", "--older-than", "4w", "--keep-days"]);
    assert!(done.starts_with("Deleted what happened before 2026-12-18T08:00:00"), "{done}");
    assert!(done.contains(&format!("{tags} tags\n")) && done.contains("1469 events\n"), "{done}");
    assert_eq!(place.tags().len(), 0);
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
    assert_eq!(place.ask("SELECT SUM(tags) FROM rollup_day"), format!("Integer({tags})"));
    assert_eq!(place.ask("SELECT COUNT(*) FROM event"), "Integer(0)");

    // Read again, all is there again.
    let log = place.path("cowrie.json").display().to_string();
    assert_eq!(line(&place.say(&["ingest", "--reread", &log]), "events"), "1469 new, 0 already known");
    assert_eq!(place.tags().len(), tags);
    assert_eq!(place.say(&["doctor"]), "The rollups say what the tags say.\n");
}

#[test]
fn an_age_is_a_number_and_a_unit() {
    let place = filled();
    for age in ["90", "d", "-1d", "1y", "999999999999w", "1.5d", ""] {
        let output = place.run(&["purge", "--older-than", age]);
        assert_eq!(output.status.code(), Some(2), "{age}");
    }
}

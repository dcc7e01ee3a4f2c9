//! What was seen with attackers, for a person and for a program.

use serde::Serialize;
use vespid_model::rows::{ObservableRow, Page, SightingRow, TogetherRow};

use crate::columns::{Column, shown, table};
use crate::style::Look;
use crate::text::{moment, printable, thousands};

/// A table of observables, and how many there are beside it.
pub fn list(page: &Page<ObservableRow>, look: Look) -> String {
    const COLUMNS: [Column; 6] = [
        Column::fixed("kind"),
        Column::number("attackers"),
        Column::number("events"),
        Column::fixed("first seen"),
        Column::extra("last seen"),
        // Whole: it is what the next question is asked with.
        Column::fixed("value"),
    ];
    let cells = |row: &ObservableRow| {
        vec![
            row.observable.kind().to_string(),
            row.attackers.to_string(),
            row.events.to_string(),
            moment(row.first_seen),
            moment(row.last_seen),
            printable(row.observable.value()).into_owned(),
        ]
    };
    let rows: Vec<_> = page.rows.iter().map(cells).collect();
    shown(&table(look, &COLUMNS, &rows), rows.len(), page.total, "observable")
}

/// What is said where only so many things of one attacker were looked through.
pub fn bounded(looked_through: u32) -> String {
    format!(
        "Shown is what was seen most among {} of them; --kind looks through all of a kind.",
        thousands(looked_through.into())
    )
}

/// A table of the attackers with which one thing was seen.
pub fn sightings(page: &Page<SightingRow>, look: Look) -> String {
    const COLUMNS: [Column; 4] = [
        Column::fixed("attacker"),
        Column::number("events"),
        Column::fixed("first seen"),
        Column::fixed("last seen"),
    ];
    let cells = |row: &SightingRow| {
        vec![row.ip.to_string(), row.events.to_string(), moment(row.first_seen), moment(row.last_seen)]
    };
    let rows: Vec<_> = page.rows.iter().map(cells).collect();
    shown(&table(look, &COLUMNS, &rows), rows.len(), page.total, "attacker")
}

/// A table of what was in the same sessions; nothing without any.
pub fn together(rows: &[TogetherRow], look: Look) -> String {
    const COLUMNS: [Column; 3] =
        [Column::fixed("kind"), Column::number("sessions"), Column::fixed("in the same sessions")];
    let cells = |row: &TogetherRow| {
        let value = printable(row.observable.value()).into_owned();
        vec![row.observable.kind().to_string(), row.sessions.to_string(), value]
    };
    if rows.is_empty() {
        return String::new();
    }
    format!("\n{}", table(look, &COLUMNS, &rows.iter().map(cells).collect::<Vec<_>>()))
}

#[derive(Serialize)]
struct ObservableLine<'a> {
    kind: &'a str,
    value: &'a str,
    attackers: u64,
    events: u64,
    first_seen: String,
    last_seen: String,
}

#[derive(Serialize)]
struct SightingLine {
    attacker: String,
    events: u64,
    first_seen: String,
    last_seen: String,
}

/// One JSON object, without a line feed.
pub fn line(row: &ObservableRow) -> String {
    let line = ObservableLine {
        kind: row.observable.kind().as_str(),
        value: row.observable.value(),
        attackers: row.attackers,
        events: row.events,
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

/// One JSON object, without a line feed.
pub fn sighting_line(row: &SightingRow) -> String {
    let line = SightingLine {
        attacker: row.ip.to_string(),
        events: row.events,
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use vespid_model::{Observable, ObservableKind, UtcMicros};

    use super::*;

    fn page(value: &str, total: u64) -> Page<ObservableRow> {
        let observable = Observable::new(ObservableKind::Client, value).unwrap();
        let (first_seen, last_seen) = (UtcMicros::EARLIEST, UtcMicros::EARLIEST);
        let row = ObservableRow { observable, attackers: 2, events: 3, first_seen, last_seen };
        Page { rows: vec![row], total }
    }

    #[test]
    fn what_attackers_say_is_shown_safely() {
        let text = list(&page("SSH-2.0-\x1b[2J<script>", 4), Look::PLAIN);
        assert!(text.contains("SSH-2.0-\\x1b[2J<script>\n") && !text.contains('\x1b'), "{text}");
        assert!(text.ends_with("4 observables, 3 more than shown\n"), "{text}");
        assert_eq!(list(&Page { rows: Vec::new(), total: 0 }, Look::PLAIN), "0 observables\n");
        let line: serde_json::Value = serde_json::from_str(&line(&page("a\nb", 1).rows[0])).unwrap();
        assert_eq!((line["value"].as_str(), line["attackers"].as_u64()), (Some("a\nb"), Some(2)));
    }
}

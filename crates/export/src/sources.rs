//! How sources fare, for a person and for a program.

use serde::Serialize;
use vespid_model::UtcMicros;
use vespid_model::rows::SourceHealth;

use crate::columns::{Column, table as columns};
use crate::style::Look;
use crate::text::{name, printable, thousands};

/// What was written longer ago than this says nothing of the last minute.
const MINUTE: i64 = 60_000_000;

/// A source that is watched is written down each minute, whether something comes or not. What was written longer ago
/// is watched no more.
const WATCHED: i64 = 90_000_000;

/// The titles of a table's columns.
pub const HEAD: [&str; 12] = [
    "kind",
    "source",
    "watched",
    "received",
    "last event",
    "lag",
    "lines/min",
    "lines",
    "events",
    "dead",
    "dropped",
    "errors",
];

/// A table, ending with a line feed; what to do where there is nothing.
pub fn table(rows: &[SourceHealth], now: UtcMicros, look: Look) -> String {
    if rows.is_empty() {
        return "No source yet: `vespid watch` follows logs and takes syslog and HTTP.\n".to_owned();
    }
    let head = HEAD.map(|title| match title {
        "kind" | "watched" => Column::fixed(title),
        "source" => Column::text(title),
        // The lag says nearly the same.
        "last event" => Column::extra(title),
        _ => Column::number(title),
    });
    let mut text = columns(look, &head, &rows.iter().map(|row| cells(row, now)).collect::<Vec<_>>());
    for row in rows {
        if let Some(error) = &row.last_error {
            let (source, error) = (name(&row.name), name(error));
            text.push_str(&look.dim(&format!("  {} {source}: {error}", printable(&row.kind))));
            text.push('\n');
        }
    }
    text
}

/// What a row says, in the order of the table's columns. All of it is printable.
pub fn cells(row: &SourceHealth, now: UtcMicros) -> Vec<String> {
    let count = |number: u64| if number == 0 { String::new() } else { thousands(number) };
    vec![
        printable(&row.kind).into_owned(),
        printable(&row.name).into_owned(),
        watched(row, now),
        row.last_received.map_or_else(|| "never".to_owned(), |time| ago(time, now)),
        row.last_event.map(|time| ago(time, now)).unwrap_or_default(),
        row.lag.map(span).unwrap_or_default(),
        thousands(rate(row, now)),
        thousands(row.lines),
        thousands(row.events),
        count(row.dead_letters),
        count(row.dropped),
        count(row.errors),
    ]
}

fn watched(row: &SourceHealth, now: UtcMicros) -> String {
    match row.updated_at {
        Some(_) if is_watched(row, now) => "yes".to_owned(),
        Some(at) => format!("until {}", ago(at, now)),
        None => String::new(),
    }
}

fn is_watched(row: &SourceHealth, now: UtcMicros) -> bool {
    row.updated_at.is_some_and(|at| now.as_micros() - at.as_micros() < WATCHED)
}

/// Lines of the last minute. They would have been written down.
fn rate(row: &SourceHealth, now: UtcMicros) -> u64 {
    let is_new = row.updated_at.is_some_and(|at| now.as_micros() - at.as_micros() < MINUTE);
    if is_new { row.rate } else { 0 }
}

fn ago(time: UtcMicros, now: UtcMicros) -> String {
    format!("{} ago", span(now.as_micros().saturating_sub(time.as_micros())))
}

/// `12s`, `5m`, `3h`, `9d`: the largest unit, since nobody asks for more.
fn span(micros: i64) -> String {
    let seconds = micros / 1_000_000;
    let sign = if seconds < 0 { "-" } else { "" };
    let seconds = seconds.unsigned_abs();
    let (number, unit) = match seconds {
        0..120 => (seconds, "s"),
        120..7200 => (seconds / 60, "m"),
        7200..172_800 => (seconds / 3600, "h"),
        _ => (seconds / 86_400, "d"),
    };
    format!("{sign}{}{unit}", thousands(number))
}

#[derive(Serialize)]
struct Row<'a> {
    kind: &'a str,
    name: &'a str,
    is_watched: bool,
    last_received: Option<String>,
    last_event: Option<String>,
    seconds_since_received: Option<i64>,
    lag_seconds: Option<i64>,
    lines_per_minute: u64,
    lines: u64,
    events: u64,
    dead_letters: u64,
    dropped: u64,
    errors: u64,
    last_error: Option<&'a str>,
    updated_at: Option<String>,
}

/// A JSON list of one object each, ending with a line feed.
pub fn json(rows: &[SourceHealth], now: UtcMicros) -> String {
    let since = |time: UtcMicros| (now.as_micros() - time.as_micros()) / 1_000_000;
    let shown = |time: Option<UtcMicros>| time.map(|time| time.to_string());
    let row = |row: &'_ SourceHealth| {
        serde_json::to_value(Row {
            kind: &row.kind,
            name: &row.name,
            is_watched: is_watched(row, now),
            last_received: shown(row.last_received),
            last_event: shown(row.last_event),
            seconds_since_received: row.last_received.map(since),
            lag_seconds: row.lag.map(|lag| lag / 1_000_000),
            lines_per_minute: rate(row, now),
            lines: row.lines,
            events: row.events,
            dead_letters: row.dead_letters,
            dropped: row.dropped,
            errors: row.errors,
            last_error: row.last_error.as_deref(),
            updated_at: shown(row.updated_at),
        })
    };
    let rows: Vec<_> = rows.iter().filter_map(|it| row(it).ok()).collect();
    format!("{:#}\n", serde_json::Value::from(rows))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> UtcMicros {
        UtcMicros::from_micros(1_800_000_000_000_000 + seconds * 1_000_000)
    }

    fn rows() -> Vec<SourceHealth> {
        let udp = SourceHealth {
            kind: "syslog+udp".to_owned(),
            name: "0.0.0.0:514".to_owned(),
            last_event: Some(at(-7)),
            last_received: Some(at(-5)),
            lines: 1234,
            events: 1200,
            dead_letters: 34,
            errors: 1,
            last_error: Some("192.0.2.1: \x1b[31m".to_owned()),
            rate: 60,
            lag: Some(2_000_000),
            updated_at: Some(at(-3)),
            ..SourceHealth::default()
        };
        let file = SourceHealth {
            kind: "file".to_owned(),
            name: "/l\x1bog".to_owned(),
            rate: 9,
            updated_at: Some(at(-3 * 3600)),
            ..SourceHealth::default()
        };
        vec![file, udp]
    }

    #[test]
    fn a_person_sees_how_long_ago() {
        let look = Look { colour: false, width: 200 };
        let text = table(&rows(), at(0), look);
        let lines: Vec<Vec<&str>> = text.lines().map(|line| line.split_whitespace().collect()).collect();
        assert_eq!(lines[1], ["file", "/l\\x1bog", "until", "3h", "ago", "never", "0", "0", "0"]);
        assert_eq!(
            lines[2],
            [
                "syslog+udp",
                "0.0.0.0:514",
                "yes",
                "5s",
                "ago",
                "7s",
                "ago",
                "2s",
                "60",
                "1,234",
                "1,200",
                "34",
                "1"
            ]
        );
        assert_eq!(lines[3].join(" "), "syslog+udp 0.0.0.0:514: 192.0.2.1: \\x1b[31m");
        assert!(table(&[], at(0), look).contains("vespid watch"));
    }

    #[test]
    fn a_program_gets_json() {
        let value: serde_json::Value = serde_json::from_str(&json(&rows(), at(0))).unwrap();
        assert_eq!(value[0]["lines_per_minute"], 0, "what is old says nothing of the last minute");
        assert_eq!((&value[0]["is_watched"], &value[1]["is_watched"]), (&false.into(), &true.into()));
        assert_eq!(value[1]["lines_per_minute"], 60);
        assert_eq!(value[1]["seconds_since_received"], 5);
        assert_eq!(value[1]["last_error"], "192.0.2.1: \x1b[31m");
    }

    #[test]
    fn spans_are_short() {
        let spans =
            [0, -3, 119, 120, 7199, 7200, 172_800, 86_400_000].map(|seconds| span(seconds * 1_000_000));
        assert_eq!(spans, ["0s", "-3s", "119s", "2m", "119m", "2h", "2d", "1,000d"]);
    }
}

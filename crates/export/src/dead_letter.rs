//! What could not become an event, for a person and for a program.

use serde::Serialize;
use vespid_model::rows::DeadLetterRow;

use crate::text::{count, printable};

/// Characters of the input that a person is shown; a program gets all that was kept.
const SHOWN: usize = 200;

/// Where, why, and how it begins: two lines, without the last line feed.
pub fn text(row: &DeadLetterRow) -> String {
    let begins = String::from_utf8_lossy(&row.excerpt);
    let mut shown: String = begins.chars().take(SHOWN).collect();
    if row.length > shown.len() as u64 {
        shown.push('…');
    }
    let (input, detail) = (printable(&row.input), printable(&row.detail));
    let (at, length) = (row.position, count(row.length, "byte"));
    format!("{input}, byte {at}, {length}: {}: {detail}\n    {}", row.reason, printable(&shown))
}

#[derive(Serialize)]
struct Line<'a> {
    input: &'a str,
    position: u64,
    length: u64,
    reason: &'a str,
    detail: &'a str,
    excerpt: &'a str,
    seen_at: String,
}

/// One JSON object, without a line feed. Bytes that are no UTF-8 are shown as U+FFFD.
pub fn line(row: &DeadLetterRow) -> String {
    let line = Line {
        input: &row.input,
        position: row.position,
        length: row.length,
        reason: &row.reason,
        detail: &row.detail,
        excerpt: &String::from_utf8_lossy(&row.excerpt),
        seen_at: row.seen_at.to_string(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(excerpt: &[u8], length: u64) -> DeadLetterRow {
        DeadLetterRow {
            id: 1,
            input: "/logs/a\x1b.json".to_owned(),
            position: 7,
            length,
            reason: "not_json".to_owned(),
            detail: "expected value at column 1".to_owned(),
            excerpt: excerpt.to_vec(),
            seen_at: vespid_model::UtcMicros::EARLIEST,
        }
    }

    #[test]
    fn it_is_shown_safely_and_shortened() {
        assert_eq!(
            text(&row(b"bad \x1b[2J", 8)),
            "/logs/a\\x1b.json, byte 7, 8 bytes: not_json: expected value at column 1\n    bad \\x1b[2J"
        );
        let long = text(&row(&[b'x'; 4096], 50_000_000));
        assert!(long.ends_with(&format!("    {}…", "x".repeat(SHOWN))), "{long}");
    }

    #[test]
    fn a_program_gets_json() {
        let line = line(&row(b"\xffbad\n", 5));
        let value: serde_json::Value = serde_json::from_str(&line).unwrap();
        assert_eq!((value["excerpt"].as_str(), value["position"].as_u64()), (Some("\u{fffd}bad\n"), Some(7)));
        assert_eq!(value["seen_at"], "1990-01-01T00:00:00.000000Z");
    }
}

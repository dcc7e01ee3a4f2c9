//! What was typed in a session, line by line at its pace.

use serde_json::json;
use vespid_model::rows::{SessionRow, TypedRow};

use crate::text::printable;

/// A line, and how long to wait before it, in seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Since the line before, or since the session's first event.
    pub pause: f64,
    /// Since the session's first event.
    pub at: f64,
    /// What stands before the line: `$`, or the name of the program that read it.
    pub prompt: String,
    /// The line, in printable characters.
    pub text: String,
}

/// The lines in their order with the pauses between them; none is longer than `longest` seconds.
pub fn steps(session: &SessionRow, typed: &[TypedRow], longest: f64) -> Vec<Step> {
    let mut last = session.first_seen;
    typed
        .iter()
        .map(|row| {
            let pause = seconds(row.time.as_micros() - last.as_micros());
            last = row.time;
            Step {
                pause: pause.clamp(0.0, longest),
                at: seconds(row.time.as_micros() - session.first_seen.as_micros()),
                prompt: row
                    .program
                    .as_deref()
                    .map_or_else(|| "$".to_owned(), |it| format!("{}>", printable(it))),
                text: printable(&row.text).into_owned(),
            }
        })
        .collect()
}

/// The lines as asciicast v2 (docs.asciinema.org/manual/asciicast/v2), which players of terminal sessions read: a
/// header, then `[seconds, "o", text]` a line.
pub fn cast(session: &SessionRow, steps: &[Step]) -> String {
    let title = format!("{} on {} from {}", session.key.session, session.key.decky, session.key.ip);
    let timestamp = session.first_seen.as_micros().div_euclid(1_000_000);
    let head = json!({ "version": 2, "width": 120, "height": 32, "timestamp": timestamp, "title": printable(&title) });
    let mut text = format!("{head}\n");
    let mut at = 0.0;
    for step in steps {
        at += step.pause;
        let line = json!([at, "o", format!("{} {}\r\n", step.prompt, step.text)]);
        text.push_str(&line.to_string());
        text.push('\n');
    }
    text
}

#[expect(clippy::cast_precision_loss, reason = "a session does not last for a hundred years")]
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}

#[cfg(test)]
mod tests {
    use vespid_model::UtcMicros;
    use vespid_model::rows::SessionKey;

    use super::*;

    const BEGIN: i64 = 1_700_000_000_000_000;

    fn session() -> SessionRow {
        SessionRow {
            key: SessionKey {
                decky: "d".to_owned(),
                session: "s".to_owned(),
                ip: "192.0.2.1".parse().unwrap(),
            },
            service: None,
            first_seen: UtcMicros::from_micros(BEGIN),
            last_seen: UtcMicros::from_micros(BEGIN + 100_000_000),
            client_version: None,
            hassh: None,
            login: None,
            events: 3,
            commands: 2,
            tags: 0,
        }
    }

    fn typed() -> Vec<TypedRow> {
        let row = |second: i64, program: Option<&str>, text: &str| TypedRow {
            time: UtcMicros::from_micros(BEGIN + second * 500_000),
            program: program.map(str::to_owned),
            text: text.to_owned(),
        };
        vec![row(1, None, "passwd"), row(2, Some("passwd"), "secret\x1b[2J"), row(200, None, "exit")]
    }

    #[test]
    fn pauses_are_as_they_were_and_no_longer_than_asked() {
        let steps = steps(&session(), &typed(), 5.0);
        let seen: Vec<_> =
            steps.iter().map(|step| (step.pause, step.at, &*step.prompt, &*step.text)).collect();
        assert_eq!(
            seen,
            [(0.5, 0.5, "$", "passwd"), (0.5, 1.0, "passwd>", "secret\\x1b[2J"), (5.0, 100.0, "$", "exit"),]
        );
    }

    #[test]
    fn a_cast_is_a_header_and_a_line_for_each() {
        let cast = cast(&session(), &steps(&session(), &typed(), 5.0));
        let lines: Vec<serde_json::Value> =
            cast.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        assert_eq!(
            (lines[0]["version"].as_u64(), lines[0]["timestamp"].as_i64()),
            (Some(2), Some(1_700_000_000))
        );
        assert_eq!(lines[3], json!([6.0, "o", "$ exit\r\n"]));
        assert!(!cast.contains("\\u001b"), "{cast}");
    }
}

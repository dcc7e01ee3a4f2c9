//! What several events show together, in words.

use vespid_model::UtcMicros;
use vespid_model::window::{Form, WindowEvidence};

use crate::text::{count, moment, name, period};

/// What was seen, and when: one line without line feed, everything in it printable.
pub(crate) fn head(evidence: &WindowEvidence) -> String {
    let WindowEvidence { correlation, field, group, event_count, window_start, window_seconds, .. } =
        evidence;
    let events = count(*event_count, "event");
    let fields: Vec<_> = field.iter().map(|field| name(field)).collect();
    let what = match correlation {
        Form::EventCount => events,
        Form::ValueCount => format!("{events}, each with another {}", fields.join(" and ")),
        Form::Temporal => format!("{events} that belong together"),
        Form::TemporalOrdered => format!("{events}, one after the other"),
    };
    let group: Vec<_> =
        group.iter().map(|(field, value)| format!("{} {}", name(field), shown(value))).collect();
    let of = if group.is_empty() { String::new() } else { format!(" ({})", group.join(", ")) };
    let micros = i64::try_from(*window_seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000);
    let end = UtcMicros::from_micros(window_start.as_micros().saturating_add(micros));
    format!("{what}{of}, in the window {}", period(*window_start, end))
}

/// The events that are named, each with its time, its id and the value that it counted by, and how many are not.
pub(crate) fn events(evidence: &WindowEvidence) -> Vec<String> {
    let named = evidence.events.iter().map(|event| {
        let (time, begin) = (moment(event.time), moment(evidence.window_start));
        // The day is said above.
        let clock = time.get(11..).filter(|_| time.get(..10) == begin.get(..10)).unwrap_or(&time);
        let value = event.value.as_deref().map(|value| format!("  {}", shown(value))).unwrap_or_default();
        format!("{clock}  {}{value}", event.id)
    });
    let mut lines: Vec<String> = named.collect();
    let more = evidence.event_count.saturating_sub(lines.len() as u64);
    if more > 0 {
        // The last one is named: it completed the window.
        let last = lines.len().saturating_sub(1);
        lines.insert(last, format!("... {} in between", count(more, "event")));
    }
    lines
}

fn shown(value: &str) -> String {
    if value.is_empty() { "(empty)".to_owned() } else { name(value).into_owned() }
}

#[cfg(test)]
mod tests {
    use vespid_model::id::EventId;
    use vespid_model::window::NamedEvent;

    use super::*;

    #[test]
    fn it_says_what_and_when_and_nothing_in_it_acts() {
        let time = UtcMicros::parse("2026-11-24T00:01:00Z").unwrap();
        let event =
            |value: &str| NamedEvent { id: EventId::derive(b"x"), time, value: Some(value.to_owned()) };
        let evidence = WindowEvidence {
            correlation: Form::ValueCount,
            window_start: UtcMicros::parse("2026-11-24T00:00:00Z").unwrap(),
            window_seconds: 300,
            group: vec![("username".to_owned(), "ro\u{1b}ot".to_owned())],
            threshold: vec![40],
            field: vec!["password".to_owned()],
            event_count: 40,
            events: vec![event("a\nb"), event("")],
        };
        let head = head(&evidence);
        assert!(head.starts_with("40 events, each with another password (username ro"), "{head}");
        assert!(!head.contains('\u{1b}') && head.ends_with("2026-11-24 00:00 – 00:05"), "{head}");
        let lines = events(&evidence);
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], "... 38 events in between");
        assert!(lines.iter().all(|line| !line.contains('\n')));
        assert!(lines[2].contains("(empty)"));
    }
}

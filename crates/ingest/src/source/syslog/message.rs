//! What of a message a decoder may read.

use std::iter;

use chrono::Utc;
use syslog_loose::{Variant, parse_message_with_year_exact_tz};

/// Nobody asks for the header's time, since the record has its own; in a leap year every day is one.
const ANY_YEAR: i32 = 2024;

/// The parts of a message (RFC 5424, RFC 3164, or what programs send for it) that may be a line of a log: all of it,
/// since some logs are syslog themselves, and what follows the header. Whoever knows formats tells which it is.
pub fn parts(message: &[u8]) -> impl Iterator<Item = &[u8]> {
    iter::once(message).chain(iter::once_with(|| said(message)).flatten())
}

/// What follows the header; None where there is none, or no text.
fn said(message: &[u8]) -> Option<&[u8]> {
    let text = std::str::from_utf8(message).ok()?;
    let parsed = parse_message_with_year_exact_tz(text, |_| ANY_YEAR, Some(Utc), Variant::Either);
    let said = match parsed {
        // Without a name of the program, the parser takes the record for it.
        Ok(parsed) if [parsed.hostname, parsed.appname].into_iter().flatten().any(is_record) => {
            text.get(text.find('{')?..)?
        }
        Ok(parsed) => parsed.msg,
        // Python's logging, for one, sends neither time nor host.
        Err(_) => {
            let rest = without_priority(text)?;
            match rest.split_once(": ") {
                Some((name, record)) if is_record(record) && !name.contains(' ') => record,
                _ => rest,
            }
        }
    };
    Some(said.as_bytes())
}

fn is_record(text: &str) -> bool {
    text.starts_with('{')
}

/// `<134>` at the beginning.
fn without_priority(text: &str) -> Option<&str> {
    let (priority, rest) = text.strip_prefix('<')?.split_once('>')?;
    let is_number = !priority.is_empty() && priority.bytes().all(|byte| byte.is_ascii_digit());
    (is_number && priority.len() <= 3).then_some(rest.trim_start())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const RECORD: &str = r#"{"eventid":"cowrie.x","a":": [b] {c}","t":"10:00:00 <1>"}"#;

    #[test]
    fn records_are_found_behind_any_header() {
        for header in [
            "<134>1 2026-11-24T15:22:00.5Z host cowrie 12 - - ",
            "<134>1 2026-11-24T15:22:00Z host cowrie - ID47 [x@32473 a=\"b\\]\" c=\"d\"] ",
            "<134>1 - - - - - - ",
            "<134>Nov 24 15:22:00 host cowrie: ",
            "<134>Nov 24 15:22:00 host cowrie[77]: ",
            "<134>Nov 24 15:22:00 host ",
            "<134>Feb 29 15:22:00 host cowrie: ",
            "<134>Nov  4 15:22:00 cowrie: ",
            "<134>2026-11-24T15:22:00.123456+01:00 host cowrie: ",
            "<14>",
            "<14>cowrie: ",
        ] {
            let message = format!("{header}{RECORD}");
            let found: Vec<_> = parts(message.as_bytes()).map(String::from_utf8_lossy).collect();
            assert_eq!(found, [&*message, RECORD], "{header}");
        }
    }

    #[test]
    fn lines_of_text_are_found_too() {
        let line = "192.0.2.1 - - [24/Nov/2026:15:22:00 +0000] \"GET / HTTP/1.1\" 200 5";
        for header in ["<134>Nov 24 15:22:00 host nginx: ", "<134>1 2026-11-24T15:22:00Z host nginx - - - "] {
            let message = format!("{header}{line}");
            assert_eq!(parts(message.as_bytes()).last().unwrap(), line.as_bytes());
        }
    }

    /// What others say within a message is no record.
    #[test]
    fn a_record_within_a_text_is_none() {
        let message = format!("<38>Nov 24 15:22:00 host sshd[9]: Invalid user {RECORD}");
        let found = parts(message.as_bytes()).last().unwrap();
        assert!(found.starts_with(b"Invalid user"), "{}", String::from_utf8_lossy(found));
    }

    #[test]
    fn what_is_no_text_is_left_whole() {
        assert_eq!(parts(b"<1>\xff").collect::<Vec<_>>(), [b"<1>\xff"]);
        assert_eq!(parts(b"plain").collect::<Vec<_>>(), [b"plain"]);
    }

    proptest! {
        #[test]
        fn nothing_breaks_it(message in r#"(<[0-9]{0,4}>)?1? ?(\PC|[A-Z]{3} [0-9]{1,3} [0-9]{1,12} [0-9:]{0,8}|[\[\]="\\{}: -]){0,40}"#) {
            for part in parts(message.as_bytes()) {
                prop_assert!(message.as_bytes().ends_with(part) || message.trim().as_bytes().ends_with(part));
            }
        }
    }
}

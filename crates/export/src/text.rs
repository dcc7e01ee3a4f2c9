//! Texts that anyone may have typed, made safe to show.

use std::borrow::Cow;
use std::fmt::Write as _;

use vespid_model::UtcMicros;

/// The text with everything that a terminal would obey, or that would turn the reading direction, written as an
/// escape: `\x1b`, `\u{202e}`. A line feed becomes `\n`.
pub fn printable(text: &str) -> Cow<'_, str> {
    if !text.contains(is_unsafe) {
        return Cow::Borrowed(text);
    }
    let mut shown = String::with_capacity(text.len() + 8);
    for char in text.chars() {
        // Writing to a String does not fail.
        let _ = match char {
            '\n' => shown.write_str("\\n"),
            '\r' => shown.write_str("\\r"),
            '\t' => shown.write_str("\\t"),
            char if char.is_ascii() && is_unsafe(char) => write!(shown, "\\x{:02x}", u32::from(char)),
            char if is_unsafe(char) => write!(shown, "\\u{{{:x}}}", u32::from(char)),
            char => shown.write_char(char),
        };
    }
    Cow::Owned(shown)
}

/// What a name may take in a list: a page must not grow with what an attacker calls themselves.
const NAME: usize = 200;

/// The text, [printable], and cut with `…` where it is longer than names are.
pub fn name(text: &str) -> Cow<'_, str> {
    match text.char_indices().nth(NAME) {
        None => printable(text),
        Some((cut, _)) => Cow::Owned(format!("{}…", printable(text.get(..cut).unwrap_or_default()))),
    }
}

/// Control characters, and those of Unicode that change direction, break lines, or have no glyph of their own
/// (`Bidi_Control`, Zl, Zp and the common ones of `Default_Ignorable_Code_Point`).
const fn is_unsafe(char: char) -> bool {
    matches!(char,
        '\u{0}'..='\u{1f}'
        | '\u{7f}'..='\u{9f}'
        | '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}'
        | '\u{200b}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

/// A time to the second, in UTC: `2026-11-24 15:22:00`.
pub fn moment(time: UtcMicros) -> String {
    let text = time.to_string();
    text.get(..19).map_or_else(|| text.clone(), |text| text.replace('T', " "))
}

/// Two times to the minute, in UTC, the second without what it shares: `2026-11-24 15:22 – 15:30`.
pub fn period(first: UtcMicros, last: UtcMicros) -> String {
    let (first, last) = (moment(first), moment(last));
    let minute = |text: &str| text.get(..16).unwrap_or(text).to_owned();
    let (first, last) = (minute(&first), minute(&last));
    match last.get(11..) {
        _ if first == last => first,
        Some(clock) if first.get(..10) == last.get(..10) => format!("{first} – {clock}"),
        _ => format!("{first} – {last}"),
    }
}

/// A number with its thousands apart: `1,469`.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `1 session`, `2 sessions`.
pub fn count(number: u64, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{} {noun}{plural}", thousands(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn nothing_that_acts_is_left(text in any::<String>()) {
            let shown = printable(&text);
            prop_assert!(!shown.chars().any(|char| char.is_control() || is_unsafe(char)));
            let again = printable(&shown);
            prop_assert_eq!(&again, &shown);
        }
    }

    #[test]
    fn nothing_reaches_the_terminal() {
        assert_eq!(
            printable("a\x1b[31mb\u{7}\u{202e}c\u{9b}\nd\u{200b}é"),
            "a\\x1b[31mb\\x07\\u{202e}c\\u{9b}\\nd\\u{200b}é"
        );
        assert!(matches!(printable("plain ünïcödé"), Cow::Borrowed(_)));
    }

    #[test]
    fn a_name_is_as_long_as_names_are() {
        assert_eq!(name("root\n"), "root\\n");
        assert_eq!(name(&"é".repeat(NAME)), "é".repeat(NAME));
        assert_eq!(name(&"é".repeat(100_000)), "é".repeat(NAME) + "…");
    }

    #[test]
    fn numbers_and_times_are_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!(moment(UtcMicros::EARLIEST), "1990-01-01 00:00:00");
        let at = |text| UtcMicros::parse(text).unwrap();
        let first = at("2026-11-24T15:22:00Z");
        assert_eq!(period(first, at("2026-11-24T15:22:59Z")), "2026-11-24 15:22");
        assert_eq!(period(first, at("2026-11-24T16:00:00Z")), "2026-11-24 15:22 – 16:00");
        assert_eq!(period(first, at("2026-12-01T15:22:00Z")), "2026-11-24 15:22 – 2026-12-01 15:22");
        assert_eq!((count(1, "tag"), count(2000, "tag")), ("1 tag".to_owned(), "2,000 tags".to_owned()));
    }
}

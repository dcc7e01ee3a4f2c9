//! Python's JSON, which also has NaN, Infinity and half characters, to JSON.

use std::borrow::Cow;

use serde::de::IgnoredAny;

/// The same JSON with `null` for what is no finite number, as DECNET reads it back, and U+FFFD for the escape of half a
/// character; None when it is no JSON even so.
pub(super) fn clean(text: &str) -> Option<Cow<'_, str>> {
    let clean = rewritten(text);
    serde_json::from_str::<IgnoredAny>(&clean).is_ok().then_some(clean)
}

/// Changes those tokens only. Whatever else is wrong stays wrong.
fn rewritten(text: &str) -> Cow<'_, str> {
    let bytes = text.as_bytes();
    // What was written of `text` up to `kept`.
    let (mut out, mut kept, mut at) = (String::new(), 0, 0);
    while at < bytes.len() {
        let (end, instead) = match bytes[at] {
            b'"' => {
                at = string(text, at + 1, &mut out, &mut kept);
                continue;
            }
            b'N' | b'I' | b'-' | b'0'..=b'9' => {
                let end = token(bytes, at);
                (end, not_finite(&text[at..end]).then_some("null"))
            }
            // A word of letters is passed over whole: the N of one is no NaN.
            b'a'..=b'z' | b'A'..=b'Z' => (token(bytes, at), None),
            _ => (at + 1, None),
        };
        if let Some(instead) = instead {
            out.push_str(&text[kept..at]);
            out.push_str(instead);
            kept = end;
        }
        at = end;
    }
    if kept == 0 {
        return Cow::Borrowed(text);
    }
    out.push_str(&text[kept..]);
    Cow::Owned(out)
}

/// The end of a number or word.
fn token(bytes: &[u8], from: usize) -> usize {
    let more = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.');
    from + bytes[from..].iter().take_while(|byte| more(byte)).count()
}

/// `1e400` is infinite too.
fn not_finite(token: &str) -> bool {
    match token {
        "NaN" | "Infinity" | "-Infinity" => true,
        _ => {
            let number = token.bytes().all(|byte| byte.is_ascii_digit() || b"+-.eE".contains(&byte));
            number && token.parse::<f64>().is_ok_and(f64::is_infinite)
        }
    }
}

/// The end of a string whose first character is at `at`; halves of characters in it are replaced.
fn string(text: &str, mut at: usize, out: &mut String, kept: &mut usize) -> usize {
    let bytes = text.as_bytes();
    while at < bytes.len() {
        match bytes[at] {
            b'"' => return at + 1,
            b'\\' => {
                let Some(unit) = escape(bytes, at) else {
                    at += 2;
                    continue;
                };
                let low = |unit: u16| (0xDC00..0xE000).contains(&unit);
                let pair = (0xD800..0xDC00).contains(&unit) && escape(bytes, at + 6).is_some_and(low);
                if pair {
                    at += 12;
                    continue;
                }
                if (0xD800..0xE000).contains(&unit) {
                    out.push_str(&text[*kept..at]);
                    out.push_str("\\ufffd");
                    *kept = at + 6;
                }
                at += 6;
            }
            _ => at += 1,
        }
    }
    at.min(bytes.len())
}

/// The number of an escape `\uXXXX`.
fn escape(bytes: &[u8], at: usize) -> Option<u16> {
    let escape = bytes.get(at..at + 6)?;
    let digits = escape.strip_prefix(b"\\u")?;
    let digits = std::str::from_utf8(digits).ok().filter(|_| digits.iter().all(u8::is_ascii_hexdigit))?;
    u16::from_str_radix(digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn json_stays_as_it_is() {
        for text in [
            r#"{"a":"NaN, Infinity","b":-1.5e3,"c":[true,null],"NaN":1}"#,
            r#"{"e":"\ud83d\ude00 \\ud800 \" \\"}"#,
            "12345678901234567890123",
            " [ ] ",
        ] {
            assert!(matches!(clean(text), Some(Cow::Borrowed(same)) if same == text), "{text}");
        }
    }

    #[test]
    fn what_is_no_finite_number_is_null() {
        for (text, expected) in [
            ("NaN", "null"),
            (
                r#"{"a":NaN,"b":[Infinity,-Infinity, 1e400,-1E+400]}"#,
                r#"{"a":null,"b":[null,null, null,null]}"#,
            ),
            (r#"{"NaN":"NaN\"NaN","x":NaN}"#, r#"{"NaN":"NaN\"NaN","x":null}"#),
        ] {
            assert_eq!(clean(text).as_deref(), Some(expected));
        }
    }

    #[test]
    fn half_characters_are_replaced() {
        for (text, expected) in [
            (r#""\ud800""#, r#""\ufffd""#),
            (r#""a\udc00\ud800\ud83d\ude00é""#, r#""a\ufffd\ufffd\ud83d\ude00é""#),
            (r#"["\ud800\n","\uD800\\ud800", NaN]"#, r#"["\ufffd\n","\ufffd\\ud800", null]"#),
            (r#""\ud800\u0041""#, r#""\ufffd\u0041""#),
        ] {
            assert_eq!(clean(text).as_deref(), Some(expected), "{text}");
            assert!(serde_json::from_str::<serde_json::Value>(expected).is_ok());
        }
    }

    #[test]
    fn what_is_no_json_stays_none() {
        for text in [
            "",
            "{",
            "NaN NaN",
            "nan",
            "+Infinity",
            "xNaN",
            "NaNx",
            r#""\ud8"#,
            r#""\"#,
            "\u{feff}{}",
            "[1,]",
        ] {
            assert_eq!(clean(text), None, "{text}");
        }
    }

    proptest! {
        /// Pieces of JSON in any order, most of them no JSON.
        #[test]
        fn what_comes_out_can_be_read(
            pieces in prop::collection::vec(
                prop::sample::select(vec![
                    "\"", "\\", "u", "\\ud800", "\\udc00", "\\u0041", "NaN", "-Infinity", "1e400", "1", "-", "é", "{",
                    "}", "[", "]", ",", ":", " ", "null", "\"a\"",
                ]),
                0..12,
            ),
        ) {
            let text = pieces.concat();
            if let Some(clean) = clean(&text) {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&clean).is_ok(), "{} -> {}", text, clean);
            }
            if serde_json::from_str::<serde_json::Value>(&text).is_ok() {
                prop_assert!(matches!(clean(&text), Some(Cow::Borrowed(_))), "{}", text);
            }
        }
    }
}

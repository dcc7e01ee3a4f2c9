//! Percent-encoding, undone twice: filters undo it once, and attackers know.

use std::borrow::Cow;

/// How often it is undone.
const ROUNDS: usize = 2;

/// The text with `%41` as `A`, `%u0041` too, overlong UTF-8 as what it stands for, `+` as it is. Whatever is no UTF-8 then
/// becomes U+FFFD. Never longer than three times the text.
pub(super) fn decoded(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(text);
    for _ in 0..ROUNDS {
        if !text.contains('%') {
            break;
        }
        text = Cow::Owned(String::from_utf8_lossy(&plain(&undone(text.as_bytes()))).into_owned());
    }
    text
}

fn undone(text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some((first, tail)) = rest.split_first() {
        rest = tail;
        if *first == b'%'
            && let Some((byte, length)) = escape(tail)
        {
            bytes.extend(byte);
            rest = tail.get(length..).unwrap_or_default();
        } else {
            bytes.push(*first);
        }
    }
    bytes
}

/// The bytes that an escape stands for, and its length without `%`.
fn escape(text: &[u8]) -> Option<(Vec<u8>, usize)> {
    let hex = |digits: &[u8]| {
        let digits =
            std::str::from_utf8(digits).ok().filter(|it| it.bytes().all(|it| it.is_ascii_hexdigit()))?;
        u32::from_str_radix(digits, 16).ok()
    };
    if matches!(text.first(), Some(b'u' | b'U')) {
        let char = char::from_u32(hex(text.get(1..5)?)?)?;
        return Some((char.to_string().into_bytes(), 5));
    }
    Some((vec![u8::try_from(hex(text.get(..2)?)?).ok()?], 2))
}

/// Overlong forms of ASCII: `C0 AE` is a dot, `C0 AF` a slash.
fn plain(bytes: &[u8]) -> Cow<'_, [u8]> {
    if !bytes.iter().any(|byte| matches!(byte, 0xC0 | 0xC1)) {
        return Cow::Borrowed(bytes);
    }
    let mut plain = Vec::with_capacity(bytes.len());
    let mut rest = bytes.iter().copied().peekable();
    while let Some(byte) = rest.next() {
        match (byte, rest.peek()) {
            (0xC0 | 0xC1, Some(next @ 0x80..=0xBF)) => {
                plain.push((byte & 1) << 6 | (next & 0x3F));
                rest.next();
            }
            _ => plain.push(byte),
        }
    }
    Cow::Owned(plain)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_is_encoded_is_read() {
        for (text, expected) in [
            ("/a%2fb", "/a/b"),
            ("%252e%252e%252f", "../"),
            ("%25252e", "%2e"),
            ("..%c0%af%C0%AE%c0%ae/", "../../"),
            ("%u002e%u002e/%u00e9", "../é"),
            ("%24%7bjndi:ldap", "${jndi:ldap"),
            ("100%", "100%"),
            ("%zz%4", "%zz%4"),
            ("%ff", "\u{FFFD}"),
            ("%c3%a9", "é"),
            ("a+b", "a+b"),
        ] {
            assert_eq!(decoded(text), expected, "{text}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "(%|u|[0-9a-f]|\\PC){0,60}") {
            prop_assert!(decoded(&text).len() <= 3 * text.len());
        }
    }
}

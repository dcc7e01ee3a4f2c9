//! The escapes of `echo -e`, `printf` and `%b`.

use crate::ansi;
use crate::text::Text;

/// What a text with backslashes stands for. `\c` ends it.
pub(super) fn decode(escaped: &str) -> Text {
    let mut bytes = Vec::with_capacity(escaped.len());
    let mut places = Vec::with_capacity(escaped.len());
    let mut at = 0;
    while let Some(byte) = escaped.as_bytes().get(at) {
        let rest = escaped.as_bytes().get(at..).unwrap_or_default();
        if rest.starts_with(b"\\c") {
            break;
        }
        let (char, length) = if *byte == b'\\' { escape(rest) } else { (None, 1) };
        let numeric = matches!(rest, [b'\\', b'x' | b'0'..=b'7', ..]);
        let mut buffer = [0; 4];
        let made = match char {
            // A number is a byte, of which several may be a character.
            Some(char) if numeric => {
                buffer[0] = u8::try_from(u32::from(char) & 0xff).unwrap_or_default();
                &buffer[..1]
            }
            Some(char) => char.encode_utf8(&mut buffer).as_bytes(),
            None => rest.get(..length).unwrap_or_default(),
        };
        bytes.extend_from_slice(made);
        places.extend(std::iter::repeat_n(at..at + length, made.len()));
        at += length;
    }
    super::text(&bytes, |byte| places.get(byte).cloned().unwrap_or_default())
}

/// `\0101` has one digit more than in quotes.
fn escape(rest: &[u8]) -> (Option<char>, usize) {
    match rest {
        [b'\\', b'0', digits @ ..] if digits.first().is_some_and(|digit| matches!(digit, b'0'..=b'7')) => {
            let length = digits.iter().take(3).take_while(|digit| matches!(digit, b'0'..=b'7')).count();
            let value =
                digits.iter().take(length).fold(0, |value, digit| value * 8 + u32::from(digit - b'0'));
            (char::from_u32(value & 0xff), 2 + length)
        }
        _ => ansi::escape(rest),
    }
}

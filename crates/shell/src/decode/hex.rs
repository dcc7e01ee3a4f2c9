//! `xxd -r -p`.

use crate::text::Text;

/// What the digits stand for, two for each byte; what is no digit is passed over.
pub(super) fn decode(encoded: &str) -> Text {
    let digit = |(place, byte): (usize, u8)| Some((place, char::from(byte).to_digit(16)?));
    let mut digits = encoded.bytes().enumerate().filter_map(digit);
    let mut bytes = Vec::with_capacity(encoded.len() / 2);
    let mut places = Vec::with_capacity(encoded.len() / 2);
    while let (Some((start, high)), Some((end, low))) = (digits.next(), digits.next()) {
        bytes.extend(u8::try_from(high << 4 | low));
        places.push(start..end + 1);
    }
    super::text(&bytes, |byte| places.get(byte).cloned().unwrap_or_default())
}

//! `base64 -d`.

use base64::Engine as _;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::text::Text;

/// As tolerant as the programs that decode it.
const ENGINE: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_allow_trailing_bits(true)
        .with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// What the letters up to the first foreign one stand for; blanks between them do no harm. Three bytes came from four
/// letters.
pub(super) fn decode(encoded: &str) -> Text {
    let mut letters = Vec::with_capacity(encoded.len());
    let mut places = Vec::with_capacity(encoded.len());
    for (place, byte) in encoded.bytes().enumerate() {
        let letter = match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => byte,
            // As in addresses.
            b'-' => b'+',
            b'_' => b'/',
            _ if byte.is_ascii_whitespace() => continue,
            _ => break,
        };
        letters.push(letter);
        places.push(place);
    }
    // One letter alone is no byte.
    letters.truncate(letters.len() - usize::from(letters.len() % 4 == 1));
    let bytes = ENGINE.decode(&letters).unwrap_or_default();
    super::text(&bytes, |byte| {
        let group = byte / 3 * 4;
        let last = (group + 3).min(letters.len().saturating_sub(1));
        places.get(group).copied().unwrap_or(0)..places.get(last).map_or(0, |place| place + 1)
    })
}

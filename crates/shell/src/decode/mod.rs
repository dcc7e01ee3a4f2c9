//! Texts that others stand for, with the way back.

mod base64;
mod escapes;
mod hex;
mod simple;

use std::ops::Range;

use crate::mapped::Mapped;
use crate::text::Text;

/// A way to make one text of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decoder<'a> {
    Base64,
    Hex,
    /// The characters of each line in reverse order.
    Reverse,
    Rot13,
    /// Backslashes, as `echo -e` has them.
    Escapes,
    /// Characters by those at the same place in the other list, or the last one there; by none if that is empty.
    Translate {
        from: &'a [char],
        to: &'a [char],
    },
}

/// The text that another stands for; None when it stands for nothing, or mostly for what is no text. A byte that is none
/// becomes U+FFFD.
pub(crate) fn decode(source: &Mapped, decoder: Decoder<'_>) -> Option<Mapped> {
    let text = source.as_str();
    let result = match decoder {
        Decoder::Base64 => base64::decode(text),
        Decoder::Hex => hex::decode(text),
        Decoder::Reverse => simple::reverse(text),
        Decoder::Rot13 => simple::rot13(text),
        Decoder::Escapes => escapes::decode(text),
        Decoder::Translate { from, to } => simple::translate(text, from, to),
    };
    is_text(&result.text).then(|| result.rebase(source).into())
}

/// One character in eight may be something else.
fn is_text(text: &str) -> bool {
    let strange =
        |char: &char| *char == char::REPLACEMENT_CHARACTER || (char.is_control() && !char.is_whitespace());
    let strange = text.chars().filter(strange).count();
    !text.is_empty() && strange * 8 <= text.len()
}

/// Bytes as a text; `place` tells which bytes of the encoded text made the byte with a number.
fn text(bytes: &[u8], place: impl Fn(usize) -> Range<usize>) -> Text {
    let mut made = Text::default();
    let mut at = 0;
    for chunk in bytes.utf8_chunks() {
        // Characters from one place are one run.
        let mut begun = 0;
        let mut range = 0..0;
        for (offset, char) in chunk.valid().char_indices() {
            let last = at + offset + char.len_utf8() - 1;
            let own = place(at + offset).start..place(last).end;
            if own != range {
                made.push_as(chunk.valid().get(begun..offset).unwrap_or_default(), range);
                (begun, range) = (offset, own);
            }
        }
        made.push_as(chunk.valid().get(begun..).unwrap_or_default(), range);
        at += chunk.valid().len();
        if !chunk.invalid().is_empty() {
            made.push_as("\u{fffd}", place(at));
            at += chunk.invalid().len();
        }
    }
    made
}

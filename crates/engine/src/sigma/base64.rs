//! `|base64offset`: a text that may begin anywhere in what was encoded.
//!
//! Base64 (RFC 4648) writes three bytes as four characters. Of a text that begins at byte 0, 1 or 2 of such a group, the
//! characters that depend on its neighbours are left out: those before and, unlike in the library, the one behind.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rsigma_parser::{DetectionItem, Modifier, SigmaValue};

/// Characters of a group that hold a part of the bytes before a text, by how many bytes those are.
const BEFORE: [usize; 3] = [0, 2, 3];
/// Characters at the end, padding and all, that depend on what follows, by the bytes in the last group.
const BEHIND: [usize; 3] = [0, 3, 2];

/// Replaces items that ask for encoded texts by items that ask for their encodings. Case says what was encoded, so it
/// counts.
pub(super) fn expand(items: &mut Vec<DetectionItem>) {
    let mut all = Vec::with_capacity(items.len());
    for mut item in std::mem::take(items) {
        if !fits(&item.field.modifiers) {
            all.push(item);
            continue;
        }
        let encodings: Vec<_> =
            item.values.iter().map(|value| encodings(value, &item.field.modifiers)).collect();
        let is_all = item.field.has_modifier(Modifier::All);
        let is_not = item.field.has_modifier(Modifier::Neq);
        item.field.modifiers = vec![Modifier::Contains, Modifier::Cased];
        item.field.modifiers.extend(is_not.then_some(Modifier::Neq));
        // All texts, each in any of its encodings: as many items.
        let groups = if is_all { encodings } else { vec![encodings.concat()] };
        all.extend(groups.into_iter().map(|values| DetectionItem { field: item.field.clone(), values }));
    }
    *items = all;
}

/// Modifiers that go with an encoded text; the library says what is wrong with others.
fn fits(modifiers: &[Modifier]) -> bool {
    let widths = [Modifier::Wide, Modifier::Utf16be, Modifier::Utf16];
    let others = [Modifier::Base64Offset, Modifier::Contains, Modifier::Cased, Modifier::All, Modifier::Neq];
    modifiers.contains(&Modifier::Base64Offset)
        && modifiers.iter().all(|modifier| widths.contains(modifier) || others.contains(modifier))
        && modifiers.iter().filter(|modifier| widths.contains(modifier)).count() <= 1
}

fn encodings(value: &SigmaValue, modifiers: &[Modifier]) -> Vec<SigmaValue> {
    let text = match value {
        SigmaValue::String(text) => text.as_plain().unwrap_or_else(|| text.original.clone()),
        other => other.to_string(),
    };
    let bytes = bytes(&text, modifiers);
    let encoded = (0..3).map(|offset| {
        let whole = STANDARD.encode([&[0; 2][..offset], &bytes].concat());
        let end = whole.len() - BEHIND[(offset + bytes.len()) % 3];
        whole.get(BEFORE[offset]..end).unwrap_or_default().to_owned()
    });
    encoded
        .filter(|encoded| !encoded.is_empty())
        .map(|encoded| SigmaValue::from_raw_string(&encoded))
        .collect()
}

fn bytes(text: &str, modifiers: &[Modifier]) -> Vec<u8> {
    let has = |modifier| modifiers.contains(&modifier);
    let wide = |bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
    if has(Modifier::Wide) {
        wide(u16::to_le_bytes)
    } else if has(Modifier::Utf16be) {
        wide(u16::to_be_bytes)
    } else if has(Modifier::Utf16) {
        [&[0xff, 0xfe][..], &wide(u16::to_le_bytes)].concat()
    } else {
        text.as_bytes().to_vec()
    }
}

//! Texts of which every character came from one character.

use std::collections::HashMap;

use foldhash::fast::RandomState;

use crate::text::Text;

/// `rev`: the characters of each line in reverse order.
pub(super) fn reverse(text: &str) -> Text {
    let mut reversed = Text::default();
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let content = line.strip_suffix('\n').unwrap_or(line);
        for (offset, char) in content.char_indices().rev() {
            reversed.push(char.encode_utf8(&mut [0; 4]), start + offset);
        }
        reversed.push(line.get(content.len()..).unwrap_or_default(), start + content.len());
        start += line.len();
    }
    reversed
}

/// `tr A-Za-z N-ZA-Mn-za-m`.
pub(super) fn rot13(text: &str) -> Text {
    replace(text, |char| {
        let base = match char {
            'a'..='z' => b'a',
            'A'..='Z' => b'A',
            _ => return Some(char),
        };
        u8::try_from(char).ok().map(|byte| char::from((byte - base + 13) % 26 + base))
    })
}

/// `tr`: each character of one list by the one at its place in the other.
pub(super) fn translate(text: &str, from: &[char], to: &[char]) -> Text {
    let by = |(place, char): (usize, &char)| (*char, to.get(place).or(to.last()).copied());
    let table: HashMap<char, Option<char>, RandomState> = from.iter().enumerate().map(by).collect();
    replace(text, |char| table.get(&char).copied().unwrap_or(Some(char)))
}

/// Each character as another one, or none.
fn replace(text: &str, by: impl Fn(char) -> Option<char>) -> Text {
    let mut replaced = Text::default();
    for (offset, char) in text.char_indices() {
        if let Some(by) = by(char) {
            replaced.push_as(by.encode_utf8(&mut [0; 4]), offset..offset + char.len_utf8());
        }
    }
    replaced
}

//! Texts that stand in a program.

use super::Language;
use crate::ansi;
use crate::text::Text;

/// Reads the literal that begins with the quote at `at`, after its prefix if it has one. Gives its text, in places of
/// the source, and the place behind it. One that is never closed ends with the source.
pub(super) fn read(source: &str, at: usize, language: Language, raw: bool) -> (Text, usize) {
    let quote = source.get(at..at + 1).unwrap_or_default();
    let triple =
        source.get(at..at + 3).filter(|three| language == Language::Python && *three == quote.repeat(3));
    let close = triple.unwrap_or(quote);
    let plain = quote == "'" && matches!(language, Language::Perl | Language::Ruby | Language::Php);
    until(source, at + close.len(), close, if raw { Escapes::Kept } else { Escapes::of(language, plain) })
}

/// Reads a text between brackets of the reader's choice, as in `qx{id}`: from the opening one at `at`.
pub(super) fn bracketed(source: &str, at: usize, plain: bool) -> Option<(Text, usize)> {
    let open = source.get(at..)?.chars().next()?;
    let close = match open {
        '(' => ")",
        '{' => "}",
        '[' => "]",
        '<' => ">",
        _ if open.is_ascii_punctuation() => source.get(at..at + 1)?,
        _ => return None,
    };
    let escapes = if plain { Escapes::Quotes } else { Escapes::All };
    Some(until(source, at + 1, close, escapes))
}

/// What a backslash does.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Escapes {
    /// It stands for itself and so does what follows.
    Kept,
    /// It goes before a quote and before another one.
    Quotes,
    /// As in C; before anything else it goes.
    All,
    /// As in C; before anything else it stays.
    Known,
}

impl Escapes {
    const fn of(language: Language, plain: bool) -> Self {
        match language {
            _ if plain => Self::Quotes,
            Language::Python => Self::Known,
            _ => Self::All,
        }
    }
}

fn until(source: &str, start: usize, close: &str, escapes: Escapes) -> (Text, usize) {
    let mut text = Text::default();
    let first = close.as_bytes().first().copied();
    let mut at = start;
    while let Some(rest) = source.get(at..).filter(|rest| !rest.is_empty()) {
        let special = |byte: &u8| *byte == b'\\' || Some(*byte) == first;
        let length = rest.bytes().position(|byte| special(&byte)).unwrap_or(rest.len());
        text.push(rest.get(..length).unwrap_or_default(), at);
        at += length;
        let rest = rest.get(length..).unwrap_or_default();
        if rest.starts_with(close) {
            return (text, at + close.len());
        }
        at += escape(rest, at, escapes, &mut text);
    }
    (text, source.len())
}

/// Reads a backslash and what it stands before, or one byte that is no end. Gives the length.
fn escape(rest: &str, at: usize, escapes: Escapes, text: &mut Text) -> usize {
    let mut chars = rest.chars();
    let (first, next) = (chars.next(), chars.next());
    let Some(next) = next.filter(|_| first == Some('\\')) else {
        let length = first.map_or(0, char::len_utf8);
        text.push(rest.get(..length).unwrap_or_default(), at);
        return length;
    };
    let both = 1 + next.len_utf8();
    let is_quote = matches!(next, '\'' | '"' | '\\' | '`');
    let (stands_for, length) = match escapes {
        Escapes::Kept => (None, both),
        Escapes::Quotes => (is_quote.then_some(next), both),
        Escapes::All | Escapes::Known => match ansi::escape(rest.as_bytes()) {
            (Some(char), length) => (Some(char), length),
            (None, _) if next == '\n' => return both,
            (None, _) => ((escapes == Escapes::All).then_some(next), both),
        },
    };
    match stands_for {
        Some(char) => text.push_as(char.encode_utf8(&mut [0; 4]), at..at + length),
        None => text.push(rest.get(..length).unwrap_or_default(), at),
    }
    length
}

//! One word: quotes and escapes removed, substitutions found.

use std::ops::Range;

use crate::mapped::Mapped;

/// A word and what stands in it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Word {
    /// Without quotes. A substitution or variable stands as typed.
    pub(crate) text: Mapped,
    /// Any part was quoted or escaped, so that it is no reserved word.
    pub(crate) quoted: bool,
    /// Its bytes in the source.
    pub(crate) span: Range<usize>,
    /// The insides of `$(...)`, `` `...` `` and `<(...)`, in the source.
    pub(crate) inside: Vec<(Range<usize>, &'static str)>,
}

/// True for a byte that ends a word.
pub(crate) const fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// Reads the word at `start`, which is not empty.
pub(crate) fn read(source: &str, start: usize) -> Word {
    let mut reader = Reader { source, at: start, word: Word { span: start..start, ..Word::default() } };
    reader.run();
    reader.word.span.end = reader.at;
    reader.word
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    word: Word,
}

impl Reader<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn run(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'<' | b'>' if self.byte(1) == Some(b'(') && self.at == self.word.span.start => {
                    self.substitution(2, "<(...)");
                }
                byte if ends_word(byte) => break,
                b'\\' => self.escape(),
                b'\'' => self.single(),
                b'"' => self.double(),
                b'`' => self.backticks(),
                b'$' => {
                    if self.is_separator_variable() {
                        break;
                    }
                    self.dollar();
                }
                _ => self.plain(),
            }
        }
    }

    /// `$IFS` and `${IFS}` outside quotes stand for a blank. Never first in a word: the lexer skips them there.
    fn is_separator_variable(&self) -> bool {
        separator_variable(&self.source.as_bytes()[self.at..]).is_some()
    }

    /// Everything up to the next byte that means something.
    fn plain(&mut self) {
        let rest = &self.source.as_bytes()[self.at..];
        let special = |byte: &u8| ends_word(*byte) || matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$');
        let length = rest.iter().skip(1).position(special).map_or(rest.len(), |place| place + 1);
        self.take(length);
    }

    /// Copies bytes as they are.
    fn take(&mut self, length: usize) {
        let mut end = (self.at + length).min(self.source.len());
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        if let Some(text) = self.source.get(self.at..end) {
            self.word.text.push(text, self.at);
        }
        self.at = end;
    }

    fn char_after(&self, ahead: usize) -> Option<char> {
        self.source.get(self.at + ahead..)?.chars().next()
    }

    /// A backslash outside quotes: the next character stands for itself; a line end is nothing.
    fn escape(&mut self) {
        self.word.quoted = true;
        match self.char_after(1) {
            Some('\n') => self.at += 2,
            Some(char) => self.stand_for(char, 1 + char.len_utf8()),
            None => self.take(1),
        }
    }

    /// The next `length` bytes stand for one character.
    fn stand_for(&mut self, char: char, length: usize) {
        self.word.text.push_as(char.encode_utf8(&mut [0; 4]), self.at..self.at + length);
        self.at += length;
    }

    fn single(&mut self) {
        self.word.quoted = true;
        self.at += 1;
        let rest = &self.source[self.at..];
        let length = rest.find('\'').unwrap_or(rest.len());
        self.take(length);
        self.at = (self.at + 1).min(self.source.len());
    }

    fn double(&mut self) {
        self.word.quoted = true;
        self.at += 1;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'"' => {
                    self.at += 1;
                    return;
                }
                b'\\' => match self.byte(1) {
                    Some(b'\n') => self.at += 2,
                    Some(next @ (b'"' | b'\\' | b'$' | b'`')) => self.stand_for(char::from(next), 2),
                    _ => self.take(1),
                },
                b'`' => self.backticks(),
                b'$' if self.byte(1) == Some(b'(') => self.dollar(),
                _ => {
                    let rest = &self.source.as_bytes()[self.at..];
                    let special = |byte: &u8| matches!(byte, b'"' | b'\\' | b'`' | b'$');
                    let length = rest.iter().skip(1).position(special).map_or(rest.len(), |place| place + 1);
                    self.take(length);
                }
            }
        }
    }

    fn dollar(&mut self) {
        match self.byte(1) {
            Some(b'\'') => self.ansi(),
            Some(b'"') => {
                self.at += 1;
                self.double();
            }
            // Arithmetic runs nothing by itself, but what is substituted in it does.
            Some(b'(') if self.byte(2) == Some(b'(') => {
                let end = closing(self.source.as_bytes(), self.at + 2);
                self.word.inside.extend(substitutions(self.source, self.at + 3..end));
                self.take(end + 1 - self.at);
            }
            Some(b'(') => self.substitution(2, "$(...)"),
            Some(b'{') => {
                let rest = &self.source.as_bytes()[self.at..];
                let length = rest.iter().position(|byte| *byte == b'}').map_or(rest.len(), |place| place + 1);
                self.take(length);
            }
            _ => self.take(1),
        }
    }

    /// `$(` or `<(` at the place: kept as typed, its inside noted.
    fn substitution(&mut self, opening: usize, kind: &'static str) {
        let inside = self.at + opening;
        let end = closing(self.source.as_bytes(), inside);
        self.word.inside.push((inside..end, kind));
        self.take(end + 1 - self.at);
    }

    fn backticks(&mut self) {
        let inside = self.at + 1;
        let bytes = self.source.as_bytes();
        let mut end = inside;
        while end < bytes.len() && bytes[end] != b'`' {
            end += if bytes[end] == b'\\' { 2 } else { 1 };
        }
        let mut end = end.min(bytes.len());
        while !self.source.is_char_boundary(end) {
            end -= 1;
        }
        self.word.inside.push((inside.min(end)..end, "`...`"));
        self.take(end + 1 - self.at);
    }

    /// `$'...'`: C escapes.
    fn ansi(&mut self) {
        self.word.quoted = true;
        self.at += 2;
        while let Some(byte) = self.byte(0) {
            match byte {
                b'\'' => {
                    self.at += 1;
                    return;
                }
                b'\\' => {
                    let (char, length) = ansi_escape(&self.source.as_bytes()[self.at..]);
                    match char {
                        Some(char) => self.stand_for(char, length),
                        None => self.take(1),
                    }
                }
                _ => {
                    let rest = &self.source.as_bytes()[self.at..];
                    let special = |byte: &u8| matches!(byte, b'\'' | b'\\');
                    let length = rest.iter().skip(1).position(special).map_or(rest.len(), |place| place + 1);
                    self.take(length);
                }
            }
        }
    }
}

/// The insides of the command substitutions in a part of the source that is otherwise plain text.
pub(crate) fn substitutions(source: &str, part: Range<usize>) -> Vec<(Range<usize>, &'static str)> {
    let bytes = source.as_bytes();
    let mut found = Vec::new();
    let mut at = part.start;
    while at < part.end {
        match bytes.get(at..).unwrap_or_default() {
            [b'\\', ..] => at += 2,
            [b'$', b'(', b'(', ..] => at += 3,
            [b'$', b'(', ..] => {
                let end = closing(bytes, at + 2).min(part.end);
                found.push((at + 2..end, "$(...)"));
                at = end + 1;
            }
            [b'`', rest @ ..] => {
                let length = rest.iter().position(|byte| *byte == b'`').unwrap_or(rest.len());
                let end = (at + 1 + length).min(part.end);
                found.push((at + 1..end, "`...`"));
                at = end + 1;
            }
            _ => at += 1,
        }
    }
    found
}

/// The length of `$IFS` or `${IFS}` at the beginning of the bytes.
pub(crate) fn separator_variable(bytes: &[u8]) -> Option<usize> {
    if bytes.starts_with(b"${IFS}") {
        Some(6)
    } else if bytes.starts_with(b"$IFS")
        && !bytes.get(4).is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
    {
        // `$IFS$9` is a common way to write it: $9 is empty.
        Some(if bytes.get(4..6) == Some(b"$9") { 6 } else { 4 })
    } else {
        None
    }
}

/// The place of the parenthesis that closes the one before `start`, or the end. Quotes and nesting are minded.
fn closing(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 1_usize);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\'' => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'\'') {
                    at += 1;
                }
            }
            b'"' => {
                at += 1;
                while bytes.get(at).is_some_and(|byte| *byte != b'"') {
                    at += if bytes[at] == b'\\' { 2 } else { 1 };
                }
            }
            b'(' => depth += 1,
            b')' => {
                depth -= 1;
                if depth == 0 {
                    return at;
                }
            }
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}

/// One escape of `$'...'`: what it stands for and its length.
fn ansi_escape(bytes: &[u8]) -> (Option<char>, usize) {
    let simple = |char| (Some(char), 2);
    match bytes.get(1) {
        Some(b'n') => simple('\n'),
        Some(b't') => simple('\t'),
        Some(b'r') => simple('\r'),
        Some(b'a') => simple('\x07'),
        Some(b'e' | b'E') => simple('\x1b'),
        Some(byte @ (b'\\' | b'\'' | b'"' | b'?')) => simple(char::from(*byte)),
        Some(b'x') => number(&bytes[2..], 2, 16).map_or((None, 1), |(char, digits)| (Some(char), 2 + digits)),
        Some(b'u') => number(&bytes[2..], 4, 16).map_or((None, 1), |(char, digits)| (Some(char), 2 + digits)),
        Some(b'0'..=b'7') => {
            number(&bytes[1..], 3, 8).map_or((None, 1), |(char, digits)| (Some(char), 1 + digits))
        }
        _ => (None, 1),
    }
}

fn number(bytes: &[u8], most: usize, radix: u32) -> Option<(char, usize)> {
    let digits = bytes.iter().take(most).take_while(|byte| char::from(**byte).is_digit(radix)).count();
    let text = std::str::from_utf8(bytes.get(..digits)?).ok()?;
    Some((char::from_u32(u32::from_str_radix(text, radix).ok()?)?, digits))
}

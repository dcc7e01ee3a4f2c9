//! One word: quotes and escapes removed, substitutions found.

use std::ops::Range;

use crate::ansi;
use crate::build::assigned;
use crate::skip::{Open, arithmetic, closing, escaped};
use crate::stretch::Stretch;
use crate::substitution::{BACKTICKS, DOLLAR, Found, PROCESS, Search};
use crate::variables::{self, Variables};

/// A word and what stands in it.
#[derive(Debug, Default)]
pub(crate) struct Word {
    /// Without quotes. A substitution or variable stands as typed.
    pub(crate) text: Stretch,
    /// A variable was put in. Outside quotes its value may be several words: they begin here, too.
    pub(crate) expanded: bool,
    pub(crate) breaks: Vec<usize>,
    /// Any part was quoted or escaped, so that it is no reserved word.
    pub(crate) quoted: bool,
    /// Its bytes in the source.
    pub(crate) span: Range<usize>,
    /// The insides of `$(...)`, `` `...` `` and `<(...)`, in the source.
    pub(crate) inside: Found,
}

/// True for a byte that ends a word.
pub(crate) const fn ends_word(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | b';' | b'&' | b'|' | b'<' | b'>' | b'(' | b')')
}

/// The number of bytes up to the next that means something in a word, or ends it.
#[inline]
pub(crate) fn plain(bytes: &[u8]) -> usize {
    bytes.iter().position(|byte| !PLAIN[usize::from(*byte)]).unwrap_or(bytes.len())
}

/// Bytes that stand for themselves.
const PLAIN: [bool; 256] = {
    let mut plain = [true; 256];
    let mut byte = 0;
    while byte < 128 {
        plain[byte as usize] = !ends_word(byte) && !matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$');
        byte += 1;
    }
    plain
};

/// Reads the word at `start`, which is not empty.
#[inline]
pub(crate) fn read(source: &str, start: usize, variables: &mut Variables) -> Word {
    let plain = plain(source.as_bytes().get(start..).unwrap_or_default());
    let end = start + plain;
    let word = Word { text: Stretch::new(start..end), span: start..end, ..Word::default() };
    if source.as_bytes().get(end).is_none_or(|byte| matches!(byte, b' ' | b'\n' | b';' | b'|' | b'&')) {
        return word;
    }
    let mut reader = Reader { source, at: start + plain, word, name: 0, variables };
    reader.run();
    reader.word.span.end = reader.at;
    reader.word
}

struct Reader<'a> {
    source: &'a str,
    at: usize,
    word: Word,
    /// Bytes at the beginning of the word that are of a name, as far as was asked.
    name: usize,
    variables: &'a mut Variables,
}

impl Word {
    /// The words that it becomes when a variable in it holds several, or nothing.
    pub(crate) fn split(self) -> Vec<Self> {
        let ends = self.breaks.iter().copied().chain([self.text.len()]);
        let starts = [0].into_iter().chain(self.breaks.iter().copied());
        let ranges = starts.zip(ends).filter(|(start, end)| start < end);
        let mut words: Vec<Self> = ranges
            .map(|(start, end)| Self {
                text: self.text.part(start..end),
                span: self.span.clone(),
                ..Self::default()
            })
            .collect();
        if let Some(first) = words.first_mut() {
            first.inside = self.inside;
        }
        words
    }
}

impl Reader<'_> {
    fn byte(&self, ahead: usize) -> Option<u8> {
        self.source.as_bytes().get(self.at + ahead).copied()
    }

    fn run(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'<' | b'>' if self.byte(1) == Some(b'(') && self.at == self.word.span.start => {
                    self.substitution(PROCESS);
                }
                b'(' if self.is_list_name() => self.list(),
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

    /// What was read is `name=` or `name+=`.
    fn is_list_name(&mut self) -> bool {
        !self.word.quoted && matches!(self.assigned(), Some("=" | "+="))
    }

    /// What follows the name, when what was read begins like an assignment.
    fn assigned(&mut self) -> Option<&str> {
        assigned(self.word.text.as_str(self.source), &mut self.name)
    }

    /// `a=(...)`: kept as typed. Values are no commands; what is substituted in them is run.
    fn list(&mut self) {
        let end = closing(self.source.as_bytes(), self.at + 1, Open::VALUES);
        self.word.inside.search(self.source, self.at + 1..end, Search::Values);
        self.take(end + 1 - self.at);
    }

    /// `$IFS` and `${IFS}` outside quotes stand for a blank. Never first in a word: the lexer skips them there.
    fn is_separator_variable(&self) -> bool {
        separator_variable(&self.source.as_bytes()[self.at..]).is_some()
    }

    /// Everything up to the next byte that means something.
    fn plain(&mut self) {
        let rest = self.source.as_bytes().get(self.at + 1..).unwrap_or_default();
        self.take(1 + plain(rest));
    }

    /// Copies bytes as they are.
    fn take(&mut self, length: usize) {
        let mut end = (self.at + length).min(self.source.len());
        while !self.source.is_char_boundary(end) {
            end += 1;
        }
        self.word.text.push(self.source, self.at..end);
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
        let place = self.at..self.at + length;
        self.word.text.push_as(self.source, char.encode_utf8(&mut [0; 4]), place);
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
                b'$' if self.variable(true) => {}
                b'$' if self.byte(1) == Some(b'{') => self.parameter(true),
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
            Some(b'(') => match self.arithmetic() {
                Some(end) => {
                    self.word.inside.search(self.source, self.at + 3..end, Search::Text);
                    self.take(end + 1 - self.at);
                }
                None => self.substitution(DOLLAR),
            },
            _ if self.variable(false) => {}
            Some(b'{') => self.parameter(false),
            _ => self.take(1),
        }
    }

    /// `$name` and `${name}`, when the line has set it: its value stands for it. False for any other.
    fn variable(&mut self, quoted: bool) -> bool {
        let Some((name, length)) = self.source.get(self.at..).and_then(variables::name) else { return false };
        let whole = quoted || self.assigned().is_some();
        let Some(value) = self.variables.take(name) else { return false };
        let place = self.at..self.at + length;
        self.word.expanded = true;
        if whole {
            self.word.text.push_as(self.source, value, place);
        } else {
            for (number, part) in value.split([' ', '\t', '\n']).enumerate() {
                if number > 0 {
                    self.word.breaks.push(self.word.text.len());
                }
                self.word.text.push_as(self.source, part, place.clone());
            }
        }
        self.at += length;
        true
    }

    /// Where the `$((...))` at the place ends, when it is one.
    fn arithmetic(&self) -> Option<usize> {
        self.byte(2).filter(|byte| *byte == b'(')?;
        arithmetic(self.source.as_bytes(), self.at + 3)
    }

    /// `${a:-...}`: kept as typed; what is substituted in it is run.
    fn parameter(&mut self, quoted: bool) {
        let open = if quoted { Open::QuotedParameter } else { Open::Parameter };
        let end = closing(self.source.as_bytes(), self.at + 2, open);
        let how = if quoted { Search::Text } else { Search::Words };
        self.word.inside.search(self.source, self.at + 2..end, how);
        self.take(end + 1 - self.at);
    }

    /// `$(` or `<(` at the place: kept as typed, its inside noted.
    fn substitution(&mut self, kind: &'static str) {
        let inside = self.at + 2;
        let end = closing(self.source.as_bytes(), inside, Open::COMMANDS);
        self.word.inside.add(inside..end, kind);
        self.take(end + 1 - self.at);
    }

    fn backticks(&mut self) {
        let inside = self.at + 1;
        let rest = self.source.as_bytes().get(inside..).unwrap_or_default();
        let end = inside + escaped(rest, b'`');
        self.word.inside.add(inside..end, BACKTICKS);
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
                    let (char, length) = ansi::escape(&self.source.as_bytes()[self.at..]);
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

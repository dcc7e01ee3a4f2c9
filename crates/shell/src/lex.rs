//! Text to tokens.

use std::ops::Range;

use crate::parse::MAX_WORDS;
use crate::skip::arithmetic;
use crate::variables::Variables;
use crate::word::{self, Word, ends_word, separator_variable};

/// What the lexer sees next.
#[derive(Debug)]
pub(crate) enum Token {
    Word(Word),
    /// A redirection operator, with the number before it as typed (`2>`).
    Redirect {
        operator: &'static str,
        span: Range<usize>,
    },
    /// `|` and `|&`.
    Pipe,
    /// `;`, `&`, `&&`.
    Separator,
    /// `||`.
    Otherwise,
    /// `;;` and its kin, which end a branch of `case`.
    BranchEnd,
    /// The end of a line, and the here-documents that stood after it.
    LineEnd(Vec<Document>),
    Open,
    Close,
}

/// The text of a here-document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Document {
    /// Its bytes in the source.
    pub(crate) span: Range<usize>,
    /// Its delimiter was quoted: nothing is substituted in it.
    pub(crate) literal: bool,
}

/// A here-document to come.
struct Expected {
    delimiter: String,
    literal: bool,
    /// After `<<-`: there may be tabs before the delimiter.
    tabs: bool,
}

impl Expected {
    /// True for the line that ends it.
    fn ends(&self, line: &str) -> bool {
        let line = line.strip_suffix('\n').unwrap_or(line);
        let line = if self.tabs { line.trim_start_matches('\t') } else { line };
        // Lines that came from elsewhere end as they do there.
        line == self.delimiter || line.strip_suffix('\r') == Some(&self.delimiter)
    }
}

const REDIRECTS: &[&str] = &["&>>", "&>", "<<<", "<<-", "<<", "<>", "<&", "<", ">>", ">&", ">|", ">"];

/// Reads tokens from a text.
pub(crate) struct Lexer<'a> {
    source: &'a str,
    at: usize,
    /// The here-documents that begin after this line.
    waiting: Vec<Expected>,
}

impl<'a> Lexer<'a> {
    pub(crate) const fn new(source: &'a str) -> Self {
        Self { source, at: 0, waiting: Vec::new() }
    }

    /// A here-document with this operator and delimiter begins on the next line. False when too many do.
    pub(crate) fn expect_document(&mut self, operator: &str, delimiter: &str, literal: bool) -> bool {
        let room = self.waiting.len() < MAX_WORDS;
        if room {
            let delimiter = delimiter.to_owned();
            self.waiting.push(Expected { delimiter, literal, tabs: operator == "<<-" });
        }
        room
    }

    /// The next byte, after blanks.
    pub(crate) fn peek(&mut self) -> Option<u8> {
        self.blanks();
        self.source.as_bytes().get(self.at).copied()
    }

    /// Passes `((...))`, when it is next; tells where the inside is.
    pub(crate) fn arithmetic(&mut self) -> Option<Range<usize>> {
        self.blanks();
        let inside = self.at + 2;
        self.rest().strip_prefix("((")?;
        let end = arithmetic(self.source.as_bytes(), inside)?;
        self.at = end + 1;
        Some(inside..end - 1)
    }

    fn rest(&self) -> &'a str {
        self.source.get(self.at..).unwrap_or("")
    }

    #[inline]
    fn blanks(&mut self) {
        let bytes = self.source.as_bytes();
        loop {
            match bytes.get(self.at) {
                Some(b' ' | b'\t' | b'\r') => self.at += 1,
                Some(b'\\') if bytes.get(self.at + 1) == Some(&b'\n') => self.at += 2,
                Some(b'$') => match separator_variable(self.rest().as_bytes()) {
                    Some(length) => self.at += length,
                    None => return,
                },
                _ => return,
            }
        }
    }

    fn line_end(&mut self) -> Token {
        self.at += 1;
        let mut documents = Vec::new();
        for expected in std::mem::take(&mut self.waiting) {
            let start = self.at;
            let mut end = self.source.len();
            let mut place = start;
            for line in self.rest().split_inclusive('\n') {
                let next = place + line.len();
                if expected.ends(line) {
                    end = place;
                    place = next;
                    break;
                }
                place = next;
            }
            documents.push(Document { span: start..end, literal: expected.literal });
            self.at = place;
        }
        Token::LineEnd(documents)
    }

    /// Passes the next word and the blanks before it, when it is a plain one.
    #[inline]
    pub(crate) fn plain_word(&mut self) -> Option<Range<usize>> {
        let bytes = self.source.as_bytes();
        let mut start = self.at;
        while bytes.get(start) == Some(&b' ') {
            start += 1;
        }
        let rest = bytes.get(start..)?;
        let length = word::plain(rest);
        let ends = rest.get(length).is_none_or(|byte| matches!(byte, b' ' | b'\n' | b';' | b'|' | b'&'));
        if length == 0 || rest.first() == Some(&b'#') || !ends {
            return None;
        }
        self.at = start + length;
        Some(start..self.at)
    }

    /// Takes back the word that begins here.
    pub(crate) const fn back(&mut self, start: usize) {
        self.at = start;
    }

    #[inline]
    fn word(&mut self, variables: &mut Variables) -> Token {
        let word = word::read(self.source, self.at, variables);
        self.at = word.span.end.max(self.at + 1);
        Token::Word(word)
    }

    /// A redirection at the place, with a descriptor before it.
    fn redirect(&mut self) -> Option<Token> {
        let rest = self.rest();
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let after = rest.get(digits..).filter(|after| after.starts_with(['<', '>', '&']))?;
        let operator = REDIRECTS.iter().copied().find(|operator| after.starts_with(operator))?;
        if operator.starts_with('&') && digits > 0 || after.starts_with("<(") || after.starts_with(">(") {
            return None;
        }
        let span = self.at..self.at + digits + operator.len();
        self.at = span.end;
        Some(Token::Redirect { operator, span })
    }
}

/// Bytes that begin a word and nothing else.
const LETTERS: [bool; 256] = {
    let mut letters = [true; 256];
    let mut byte = 0;
    while byte < 128 {
        letters[byte as usize] = !ends_word(byte) && !byte.is_ascii_digit() && byte != b'#';
        byte += 1;
    }
    letters
};

impl Lexer<'_> {
    /// The next token. Variables that are set stand for their values.
    pub(crate) fn next(&mut self, variables: &mut Variables) -> Option<Token> {
        self.blanks();
        let first = *self.source.as_bytes().get(self.at)?;
        if LETTERS[usize::from(first)] {
            return Some(self.word(variables));
        }
        let rest = self.rest();
        if matches!(first, b'<' | b'>' | b'&' | b'0'..=b'9')
            && let Some(redirect) = self.redirect()
        {
            return Some(redirect);
        }
        let (token, length) = match first {
            b'#' => {
                self.at += rest.find('\n').unwrap_or(rest.len());
                return self.next(variables);
            }
            b'\n' => return Some(self.line_end()),
            b';' if rest.starts_with(";;") => (Token::BranchEnd, 2),
            b'&' if rest.starts_with("&&") => (Token::Separator, 2),
            b';' | b'&' => (Token::Separator, 1),
            b'|' if rest.starts_with("||") => (Token::Otherwise, 2),
            b'|' if rest.starts_with("|&") => (Token::Pipe, 2),
            b'|' => (Token::Pipe, 1),
            b'(' => (Token::Open, 1),
            b')' => (Token::Close, 1),
            _ => return Some(self.word(variables)),
        };
        self.at += length;
        Some(token)
    }
}

//! Calls that run commands, wherever they stand in a program.

use super::language::Deed;
use super::{Language, Piece, Ran, expression::Value, literal};
use crate::mapped::Mapped;
use crate::parse::MAX_COMMANDS;
use crate::text::Text;

/// What a program runs, in the order in which it stands there. Each byte of the program is looked at once.
pub(crate) fn pieces(program: &Mapped, language: Language) -> Vec<Piece> {
    let text = program.as_str();
    let mut scanner =
        Scanner { source: program, text, at: 0, language, module: text.contains(language.module()) };
    let mut found = Vec::new();
    while found.len() <= MAX_COMMANDS && scanner.at < scanner.text.len() {
        scanner.step(&mut found);
    }
    found
}

/// A way through a program.
pub(super) struct Scanner<'a> {
    pub(super) source: &'a Mapped,
    pub(super) text: &'a str,
    pub(super) at: usize,
    pub(super) language: Language,
    /// The program mentions the module that runs commands.
    module: bool,
}

impl<'a> Scanner<'a> {
    pub(super) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    pub(super) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// Passes the bytes when they are next, after blanks.
    pub(super) fn passes(&mut self, text: &str) -> bool {
        self.blanks();
        let next = self.rest().starts_with(text);
        self.at += if next { text.len() } else { 0 };
        next
    }

    pub(super) fn blanks(&mut self) {
        while self.byte().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.at += 1;
        }
    }

    /// The name at the place, empty when there is none.
    pub(super) fn name(&mut self) -> &'a str {
        let rest = self.rest();
        let part = |char: char| char.is_alphanumeric() || char == '_';
        let name = rest.get(..rest.find(|char| !part(char)).unwrap_or(rest.len())).unwrap_or_default();
        self.at += name.len();
        name
    }

    /// A text of the program, as a text of the line.
    pub(super) fn lead_back(&self, text: Text) -> Mapped {
        text.rebase(self.source).into()
    }

    /// The literal at the place, when one begins there; `backticks` are none where they run what is in them.
    pub(super) fn literal(&mut self) -> Option<Mapped> {
        let start = self.at;
        let name = self.name();
        let raw = name.contains(['r', 'R']) && self.language == Language::Python;
        let prefix = match self.language {
            Language::Python => name.len() < 3 && name.chars().all(|char| "rRbBuUfF".contains(char)),
            _ => name.is_empty(),
        };
        let read = match self.byte() {
            Some(b'\'' | b'"') if prefix => Some(literal::read(self.text, self.at, self.language, raw)),
            Some(b'`') if prefix && self.language == Language::Node => {
                Some(literal::read(self.text, self.at, self.language, false))
            }
            Some(_) if self.language == Language::Perl && matches!(name, "q" | "qq") => {
                literal::bracketed(self.text, self.at, name == "q")
            }
            _ => None,
        };
        let Some((text, end)) = read else {
            self.at = start;
            return None;
        };
        self.at = end;
        Some(self.lead_back(text))
    }

    fn step(&mut self, found: &mut Vec<Piece>) {
        let Some(byte) = self.byte() else { return };
        let next = self.text.as_bytes().get(self.at + 1).copied();
        if self.language.begins_comment(byte, next) && !self.follows_sigil() {
            self.at += self.rest().find('\n').unwrap_or(self.rest().len());
        } else if byte == b'`' && self.language.runs_backticks() {
            let (text, end) = literal::read(self.text, self.at, self.language, false);
            self.at = end;
            found.push(Piece::script(Language::Shell, Value::from(self.lead_back(text))));
        } else if self.rest().starts_with("%x") && self.language == Language::Ruby {
            self.at += 2;
            self.bracketed(found);
        } else if byte.is_ascii_alphabetic() || byte == b'_' {
            if self.literal().is_none() {
                self.word(found);
            }
        } else if byte.is_ascii_digit() {
            // No more than the number: awk reads `1system("id")` as a call behind it.
            let rest = self.rest();
            self.at += rest.bytes().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        } else if self.literal().is_none() && self.name().is_empty() {
            self.at += self.rest().chars().next().map_or(1, char::len_utf8);
        }
    }

    /// `$#` and `$system` are variables.
    fn follows_sigil(&self) -> bool {
        let before = self.at.checked_sub(1).and_then(|before| self.text.as_bytes().get(before));
        matches!(before, Some(b'$' | b'@'))
    }

    fn bracketed(&mut self, found: &mut Vec<Piece>) {
        if let Some((text, end)) = literal::bracketed(self.text, self.at, false) {
            self.at = end;
            found.push(Piece::script(Language::Shell, Value::from(self.lead_back(text))));
        }
    }

    fn word(&mut self, found: &mut Vec<Piece>) {
        let variable = self.follows_sigil();
        let name = self.name();
        if name == "qx" && self.language == Language::Perl {
            self.blanks();
            self.bracketed(found);
            return;
        }
        let Some(deed) = self.language.deed(name, self.module).filter(|_| !variable) else { return };
        let after = self.at;
        if self.passes("(") || self.language.calls_without_parentheses() {
            found.extend(self.run(deed));
        } else {
            self.at = after;
        }
    }

    /// What a call runs; the place is behind its opening parenthesis.
    fn run(&mut self, deed: Deed) -> Option<Piece> {
        let first = match self.argument()? {
            Argument::Words(words) => return Piece::command(words),
            Argument::Text(value) => value,
        };
        match deed {
            Deed::First => Some(Piece::script(Language::Shell, first)),
            Deed::Code => Some(Piece::script(self.language, first)),
            Deed::All | Deed::Path => {
                let mut words = if deed == Deed::All { vec![first.text.clone()] } else { Vec::new() };
                while words.len() < MAX_COMMANDS && self.passes(",") {
                    match self.argument() {
                        Some(Argument::Text(value)) => words.push(value.text),
                        _ => break,
                    }
                }
                if words.len() == 1 && deed == Deed::All {
                    return Some(Piece::script(Language::Shell, first));
                }
                Piece::command(words)
            }
            Deed::Second | Deed::Spawn => {
                let mut words = if deed == Deed::Spawn { vec![first.text] } else { Vec::new() };
                if self.passes(",")
                    && let Some(Argument::Words(more)) = self.argument()
                {
                    words.extend(more);
                }
                Piece::command(words)
            }
        }
    }

    /// A text or a list of texts, as far as it is literal.
    fn argument(&mut self) -> Option<Argument> {
        let name = self.language == Language::Python && self.rest().trim_start().starts_with("args=");
        if name {
            self.passes("args=");
        }
        self.blanks();
        let close = match self.byte() {
            Some(b'[') => "]",
            Some(b'(') if self.language == Language::Python => ")",
            Some(b'a') if self.language == Language::Php && self.passes("array") => ")",
            _ => return self.expression().map(Argument::Text),
        };
        self.at += 1;
        let mut words = Vec::new();
        while words.len() < MAX_COMMANDS && !self.passes(close) {
            let Some(value) = self.expression() else { break };
            words.push(value.text);
            if !self.passes(",") {
                self.passes(close);
                break;
            }
        }
        Some(Argument::Words(words))
    }
}

/// What a call is given.
enum Argument {
    Text(Value),
    Words(Vec<Mapped>),
}

impl Piece {
    fn script(language: Language, value: Value) -> Self {
        Self { decoders: value.decoders, runs: Ran::Script(language, value.text) }
    }

    fn command(words: Vec<Mapped>) -> Option<Self> {
        let some = words.first().is_some_and(|word| !word.is_empty());
        some.then(|| Self { decoders: Vec::new(), runs: Ran::Command(words) })
    }
}

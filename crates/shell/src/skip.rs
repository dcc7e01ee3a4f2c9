//! Where quotes and brackets end, however deep they are nested. One pass with a stack of its own.

use std::mem;

use crate::word::ends_word;

/// What is open at a place.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Open {
    /// `(` and `$(`: commands.
    Commands(Commands),
    /// `${`.
    Parameter,
    /// `${` within double quotes: an apostrophe is a character like others.
    QuotedParameter,
    /// `"`.
    Quotes,
}

/// Commands between parentheses, as far as it takes to tell the parenthesis of a `case` pattern from the last one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Commands {
    next: Next,
    /// A token begins here, so that a `#` begins a comment.
    fresh: bool,
    /// Open `case`s.
    cases: u32,
}

/// What the next word is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Command,
    Argument,
    /// After `case`, up to `in`.
    Subject,
    Pattern,
    /// In a list of values: always one of them.
    Value,
}

impl Open {
    /// Commands that begin here.
    pub(crate) const COMMANDS: Self = Self::Commands(Commands { next: Next::Command, fresh: true, cases: 0 });
    /// The values of `a=(`.
    pub(crate) const VALUES: Self = Self::Commands(Commands { next: Next::Value, fresh: true, cases: 0 });
}

/// The place of the byte that closes what was opened before `start`, or the end.
pub(crate) fn closing(bytes: &[u8], start: usize, open: Open) -> usize {
    let mut stack = vec![open];
    let mut at = start;
    while let (Some(rest), Some(top)) = (bytes.get(at..).filter(|rest| !rest.is_empty()), stack.last_mut()) {
        let quoted = matches!(top, Open::Quotes | Open::QuotedParameter);
        let ends = match (rest[0], &top) {
            (b'"', Open::Quotes) | (b'}', Open::Parameter | Open::QuotedParameter) => true,
            (b')', Open::Commands(commands)) => commands.next != Next::Pattern,
            _ => false,
        };
        if ends {
            stack.pop();
            if stack.is_empty() {
                return at;
            }
            at += 1;
            continue;
        }
        if let Open::Commands(commands) = top {
            let length = commands.read(rest);
            if length > 0 {
                at += length;
                continue;
            }
        }
        let inner = match rest {
            [b'$', b'(', ..] => Some((2, Open::COMMANDS)),
            [b'$', b'{', ..] if quoted => Some((2, Open::QuotedParameter)),
            [b'$', b'{', ..] => Some((2, Open::Parameter)),
            [b'"', ..] => Some((1, Open::Quotes)),
            _ if matches!(top, Open::Commands(_)) && process(rest) => Some((2, Open::COMMANDS)),
            [b'(', ..] if matches!(top, Open::Commands(_)) => Some((1, Open::COMMANDS)),
            _ => None,
        };
        at += match (inner, rest) {
            (Some((length, open)), _) => {
                stack.push(open);
                length
            }
            (None, [b'\\', ..]) => 2,
            (None, [b'`', ..]) => 2 + escaped(&rest[1..], b'`'),
            (None, [b'$', b'\'', ..]) if !quoted => 3 + escaped(&rest[2..], b'\''),
            (None, [b'\'', rest @ ..]) if !quoted => {
                2 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len())
            }
            _ => 1,
        };
    }
    bytes.len()
}

/// The place of the last parenthesis of the arithmetic that `$((` begins, where `start` is the place after it. None when
/// the parentheses do not close together: then it is a subshell in a substitution, `$((a); b)`.
pub(crate) fn arithmetic(bytes: &[u8], start: usize) -> Option<usize> {
    let end = closing(bytes, start, Open::COMMANDS);
    (bytes.get(end..)?.starts_with(b"))")).then_some(end + 1)
}

/// `<(` or `>(`.
fn process(rest: &[u8]) -> bool {
    matches!(rest, [b'<' | b'>', b'(', ..])
}

/// The place of the first such byte without a backslash before it, or the end.
pub(crate) fn escaped(bytes: &[u8], ends: u8) -> usize {
    let mut at = 0;
    while bytes.get(at).is_some_and(|byte| *byte != ends) {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

impl Commands {
    /// Reads a plain word, a separator, a blank or a comment; the length is 0 for what may open something.
    fn read(&mut self, rest: &[u8]) -> usize {
        // What follows any of these is a token of its own. A parenthesis of `$(` and `<(` never comes here.
        let fresh = mem::replace(
            &mut self.fresh,
            rest.first().is_some_and(|byte| ends_word(*byte)) && !process(rest),
        );
        match rest {
            [b'#', ..] if fresh => return rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len()),
            // A line that goes on.
            [b'\\', b'\n', ..] => {
                self.fresh = fresh;
                return 2;
            }
            [b';', b';', ..] if self.cases > 0 => {
                self.next = Next::Pattern;
                return 2;
            }
            [b' ' | b'\t' | b'\r', ..] => return 1,
            [b')', ..] => {
                self.next = Next::Command;
                return 1;
            }
            // A pattern may begin with one.
            [b'(', ..] if self.next == Next::Pattern => return 1,
            [b'(', ..] if self.next == Next::Value => return 0,
            // What follows `name()` is a command.
            [b'(', ..] => {
                self.next = Next::Command;
                return 0;
            }
            [b';' | b'&' | b'|' | b'\n', ..] => {
                if self.next == Next::Argument {
                    self.next = Next::Command;
                }
                return 1;
            }
            _ => {}
        }
        let plain = |byte: &u8| !ends_word(*byte) && !matches!(byte, b'\\' | b'\'' | b'"' | b'`' | b'$');
        let length = rest.iter().position(|byte| !plain(byte)).unwrap_or(rest.len());
        // A quoted part makes it another word.
        let whole = rest.get(length).is_none_or(|byte| ends_word(*byte));
        self.word(rest.get(..length).filter(|_| whole).unwrap_or_default());
        length
    }

    fn word(&mut self, word: &[u8]) {
        self.next = match (self.next, word) {
            (Next::Command, b"case") => Next::Subject,
            (Next::Command | Next::Pattern, b"esac") => {
                self.cases = self.cases.saturating_sub(1);
                Next::Argument
            }
            (
                Next::Command,
                b"then" | b"else" | b"elif" | b"do" | b"!" | b"if" | b"while" | b"until" | b"{" | b"time"
                | b"coproc",
            ) => Next::Command,
            (Next::Command, _) => Next::Argument,
            (Next::Subject, b"in") => {
                self.cases = self.cases.saturating_add(1);
                Next::Pattern
            }
            (next, _) => next,
        };
    }
}

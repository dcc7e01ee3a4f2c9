//! Commands whose output becomes part of a text.

use std::ops::Range;

use crate::mapped::Mapped;
use crate::parse::MAX_COMMANDS;
use crate::skip::{Open, arithmetic, closing, escaped};
use crate::text::Text;

/// `` `...` ``
pub(crate) const BACKTICKS: &str = "`...`";
/// `$(...)`
pub(crate) const DOLLAR: &str = "$(...)";
/// `<(...)` and `>(...)`
pub(crate) const PROCESS: &str = "<(...)";

/// The insides of substitutions, in their source, and what they are.
#[derive(Debug, Clone, Default)]
pub(crate) struct Found(pub(crate) Vec<(Range<usize>, &'static str)>);

impl Found {
    /// One more than can be run says that there are too many.
    const MOST: usize = MAX_COMMANDS + 1;
    /// Arithmetic inside arithmetic. Each level is another pass over what is in it; deeper ones are read as commands,
    /// which is one pass for all.
    const MAX_ARITHMETIC: usize = 4;

    pub(crate) fn add(&mut self, inside: Range<usize>, kind: &'static str) {
        if self.0.len() < Self::MOST {
            self.0.push((inside, kind));
        }
    }

    /// Adds the `$(...)` and `` `...` `` in a part of the source that is no list of words. `quotes` says whether
    /// apostrophes keep them from being run, as they do in `${a:-...}`, not in a here-document.
    pub(crate) fn search(&mut self, source: &str, part: Range<usize>, quotes: bool) {
        let bytes = source.as_bytes().get(..part.end).unwrap_or_default();
        let mut at = part.start;
        let mut within = false;
        // Where the arithmetic ends that the place is in, the innermost last.
        let mut open: Vec<usize> = Vec::new();
        while self.0.len() < Self::MOST {
            match bytes.get(at..).unwrap_or_default() {
                [] => return,
                [b'\\', ..] => at += 2,
                [b'"', ..] if quotes => {
                    within = !within;
                    at += 1;
                }
                [b'\'', rest @ ..] if quotes && !within => {
                    at += 2 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
                }
                [b'$', b'(', rest @ ..] => {
                    while open.last().is_some_and(|end| *end <= at) {
                        open.pop();
                    }
                    if rest.first() == Some(&b'(')
                        && open.len() < Self::MAX_ARITHMETIC
                        && let Some(end) = arithmetic(bytes, at + 3)
                    {
                        open.push(end);
                        at += 3;
                        continue;
                    }
                    let end = closing(bytes, at + 2, Open::COMMANDS);
                    self.add(at + 2..end, DOLLAR);
                    at = end + 1;
                }
                [b'`', rest @ ..] => {
                    let end = at + 1 + escaped(rest, b'`');
                    self.add(at + 1..end, BACKTICKS);
                    at = end + 1;
                }
                _ => at += 1,
            }
        }
    }
}

/// A text as the shell that runs it gets it: in backticks a backslash before a backtick, a dollar sign or another
/// backslash is taken off first.
pub(crate) fn script(text: Mapped, kind: &str) -> Mapped {
    let source = text.as_str();
    if kind != BACKTICKS || !source.contains('\\') {
        return text;
    }
    let mut script = Text::default();
    let mut rest = source;
    while let Some(place) = rest.find('\\') {
        let at = source.len() - rest.len();
        let escaped = rest.as_bytes().get(place + 1).copied();
        let (kept, length) = match escaped {
            Some(b'\\' | b'`' | b'$') => (place, place + 2),
            _ => (place + 1, place + 1),
        };
        script.push(rest.get(..kept).unwrap_or_default(), at);
        if length > kept {
            script.push_as(rest.get(place + 1..length).unwrap_or_default(), at + place..at + length);
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    script.push(rest, source.len() - rest.len());
    script.rebase(&text).into()
}

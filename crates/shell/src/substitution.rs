//! Commands whose output becomes part of a text.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::code::Language;
use crate::context::Context;
use crate::emit;
use crate::mapped::Mapped;
use crate::output::Output;
use crate::parse::MAX_COMMANDS;
use crate::skip::{Open, arithmetic, closing, escaped};
use crate::text::Text;
use crate::word::ends_word;

/// `` `...` ``
pub(crate) const BACKTICKS: &str = "`...`";
/// `$(...)`
pub(crate) const DOLLAR: &str = "$(...)";
/// `<(...)` and `>(...)`
pub(crate) const PROCESS: &str = "<(...)";

/// What substitutions are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Search {
    /// A here-document and its like: apostrophes are characters like others.
    Text,
    /// `${a:-...}`: apostrophes keep what is in them from being run.
    Words,
    /// `a=(...)`: as before, and there may be comments.
    Values,
}

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

    /// Adds the substitutions in a part of the source that is no command.
    pub(crate) fn search(&mut self, source: &str, part: Range<usize>, how: Search) {
        let quotes = how != Search::Text;
        let bytes = source.as_bytes().get(..part.end).unwrap_or_default();
        let mut at = part.start;
        let mut within = false;
        // A value may begin here, or a comment.
        let mut fresh = true;
        // Where the arithmetic ends that the place is in, the innermost last.
        let mut open: Vec<usize> = Vec::new();
        while self.0.len() < Self::MOST {
            let first = mem::take(&mut fresh);
            match bytes.get(at..).unwrap_or_default() {
                [] => return,
                rest @ [b'#', ..] if first && how == Search::Values && !within => {
                    at += rest.iter().position(|byte| *byte == b'\n').unwrap_or(rest.len());
                }
                [b'\\', ..] => at += 2,
                [b'"', ..] if quotes => {
                    within = !within;
                    at += 1;
                }
                [b'\'', rest @ ..] if quotes && !within => {
                    at += 2 + rest.iter().position(|byte| *byte == b'\'').unwrap_or(rest.len());
                }
                [b'$', b'\'', rest @ ..] if quotes && !within => at += 3 + escaped(rest, b'\''),
                [b'<' | b'>', b'(', ..] if quotes && !within => {
                    let end = closing(bytes, at + 2, Open::COMMANDS);
                    self.add(at + 2..end, PROCESS);
                    at = end + 1;
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
                [byte, ..] => {
                    fresh = ends_word(*byte);
                    at += 1;
                }
            }
        }
    }
}

/// The substitutions of a command, until they are run.
pub(crate) struct Substitutions<'a> {
    /// Insides, and what they are.
    pub(crate) scripts: Vec<(Mapped, &'static str)>,
    pub(crate) context: &'a Context,
    pub(crate) directory: Option<Arc<str>>,
}

impl Substitutions<'_> {
    /// Adds what they run, once. A substitution is run by the shell that reads the line, not by the command it stands
    /// in, and before what is made of it is.
    #[inline]
    pub(crate) fn run(&mut self, output: &mut Output) {
        if !self.scripts.is_empty() {
            self.run_all(output);
        }
    }

    fn run_all(&mut self, output: &mut Output) {
        for (inside, kind) in self.scripts.drain(..) {
            let mut context = self.context.within(kind);
            context.current_directory.clone_from(&self.directory);
            let raw = inside.origin();
            if let Some(flow) = emit::run(Language::Shell, &script(inside, kind), &context, output) {
                output.learn(raw, flow);
            }
        }
    }
}

/// A text with what its substitutions put out in their places, as far as that is known, and what made it.
pub(crate) fn expand(text: Mapped, output: &mut Output) -> (Mapped, Vec<&'static str>) {
    let mut made_by = Vec::new();
    if !output.knows_any() {
        return (text, made_by);
    }
    let mut found = Found::default();
    found.search(text.as_str(), 0..text.as_str().len(), Search::Text);
    let mut parts = Vec::new();
    let mut at = 0;
    for (inside, kind) in found.0 {
        let Some(stream) = output.known(&text.slice(inside.clone()).origin()) else { continue };
        if !output.decode(stream.text.as_str().len()) {
            break;
        }
        let opening = if kind == BACKTICKS { 1 } else { 2 };
        parts.push(text.slice(at..inside.start - opening));
        parts.push(stream.text);
        at = (inside.end + 1).min(text.as_str().len());
        if made_by.is_empty() {
            made_by.push(kind);
        }
        made_by.extend(stream.made_by);
    }
    if parts.is_empty() {
        return (text, made_by);
    }
    parts.push(text.slice(at..text.as_str().len()));
    (Mapped::concat(&parts), made_by)
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

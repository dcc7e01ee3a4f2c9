//! A simple command while its tokens come in.

use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::command::{Redirect, SimpleCommand};
use crate::mapped::Mapped;
use crate::output::Output;
use crate::stretch::Stretch;

/// Collects words and redirections. All of them are stretches of one line.
#[derive(Default)]
pub(crate) struct Builder {
    line: Stretch,
    argv: SmallVec<[Range<u32>; 12]>,
    assignments: Vec<Range<u32>>,
    redirects: Vec<Places>,
    /// The operator whose target comes next, with its place.
    pending: Option<(&'static str, Range<usize>)>,
    span: Option<Range<usize>>,
}

/// A redirection in the line.
struct Places {
    operator: &'static str,
    text: Range<usize>,
    target: Range<usize>,
}

impl Builder {
    /// Nothing came yet, so that the next word may be a reserved one.
    #[inline]
    pub(crate) const fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// How many words came.
    #[inline]
    pub(crate) fn words(&self) -> usize {
        self.argv.len()
    }

    /// How many parts of any kind came.
    #[inline]
    pub(crate) fn parts(&self) -> usize {
        self.argv.len() + self.assignments.len() + self.redirects.len()
    }

    /// This word came and nothing else.
    pub(crate) fn is(&self, source: &str, word: &str) -> bool {
        self.parts() == 1 && self.pending.is_none() && self.line.as_str(source) == word
    }

    /// Adds a word of the source, or the target of the operator before it.
    #[inline]
    pub(crate) fn word(&mut self, source: &str, word: Stretch, span: &Range<usize>) {
        self.reach(span);
        if let Some((operator, typed)) = self.pending.take() {
            let target = if operator.ends_with('&') {
                self.line.append(source, &word)
            } else {
                self.line.join(source, word)
            };
            self.redirects.push(Places { operator, text: typed.start..target.end, target });
            return;
        }
        let assigns = self.argv.is_empty() && is_assignment(word.as_str(source));
        let place = self.line.join(source, word);
        let place = small(place);
        if assigns {
            self.assignments.push(place);
        } else {
            self.argv.push(place);
        }
    }

    /// Adds an operator that stands at these bytes of the source, with the number before it.
    pub(crate) fn redirect(&mut self, source: &str, operator: &'static str, span: &Range<usize>) {
        self.close_redirect();
        self.reach(span);
        self.pending = Some((operator, self.line.join(source, Stretch::new(span.clone()))));
    }

    /// The operator whose target the next word is.
    #[inline]
    pub(crate) fn pending(&self) -> Option<&'static str> {
        self.pending.as_ref().map(|(operator, _)| *operator)
    }

    /// The command in the raw text, where `source` came from. The builder is empty then.
    pub(crate) fn finish(&mut self, source: &Mapped, output: &mut Output) -> Option<SimpleCommand> {
        self.close_redirect();
        let span = self.span.take()?;
        let line = std::mem::take(&mut self.line);
        let parts = self.argv.len() + self.assignments.len() + 3 * self.redirects.len();
        if !output.afford(size_of::<SimpleCommand>() + line.cost() + parts * size_of::<Mapped>()) {
            *self = Self::default();
            return None;
        }
        let line = line.lead_back(source);
        let part = |place: Range<u32>| line.part(place.start as usize..place.end as usize);
        let redirect = |it: Places| Redirect {
            operator: it.operator,
            text: line.part(it.text),
            target: line.part(it.target),
        };
        Some(SimpleCommand {
            argv: self.argv.drain(..).map(part).collect(),
            assignments: self.assignments.drain(..).map(part).collect(),
            redirects: match self.redirects.len() {
                // Shares one allocation.
                0 => Arc::default(),
                _ => self.redirects.drain(..).map(redirect).collect(),
            },
            image: None,
            parent_image: None,
            piped_from: Vec::new(),
            via: Vec::new(),
            current_directory: None,
            user: None,
            span: source.raw(span),
            line: line.clone(),
        })
    }

    /// A redirection without a target is kept as typed.
    fn close_redirect(&mut self) {
        if let Some((operator, text)) = self.pending.take() {
            let end = text.end;
            self.redirects.push(Places { operator, text, target: end..end });
        }
    }

    #[inline]
    fn reach(&mut self, span: &Range<usize>) {
        self.span.get_or_insert_with(|| span.clone()).end = span.end;
    }
}

/// No line is as long as that.
fn small(range: Range<usize>) -> Range<u32> {
    crate::run::small(range.start)..crate::run::small(range.end)
}

/// `NAME=...` or `NAME+=...`.
pub(crate) fn is_assignment(text: &str) -> bool {
    assigned(text, &mut 0).is_some()
}

/// What follows the name in `NAME=...` or `NAME+=...`; None for anything else. `name` bytes are known to be of it,
/// and more are afterwards: a text that grows is asked often.
pub(crate) fn assigned<'t>(text: &'t str, name: &mut usize) -> Option<&'t str> {
    let part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let rest = text.get(*name..)?;
    *name += rest.bytes().position(|byte| !part(byte)).unwrap_or(rest.len());
    let follows = text.get(*name..)?;
    let begins = *name > 0 && !text.starts_with(|char: char| char.is_ascii_digit());
    (begins && (follows.starts_with('=') || follows.starts_with("+="))).then_some(follows)
}

//! A simple command while its tokens come in.

use std::ops::Range;

use crate::command::{Redirect, SimpleCommand};
use crate::image;
use crate::mapped::Mapped;
use crate::output::Output;
use crate::text::Text;
use crate::word::Word;

/// Collects words and redirections. All of them are stretches of one line.
#[derive(Default)]
pub(crate) struct Builder {
    line: Text,
    argv: Vec<Range<usize>>,
    assignments: Vec<Range<usize>>,
    /// Operators, all of the redirection, its target.
    redirects: Vec<(&'static str, Range<usize>, Range<usize>)>,
    /// The operator whose target comes next, with its place.
    pending: Option<(&'static str, Range<usize>)>,
    span: Option<Range<usize>>,
}

impl Builder {
    /// Nothing came yet, so that the next word may be a reserved one.
    pub(crate) const fn is_empty(&self) -> bool {
        self.span.is_none()
    }

    /// How many words came.
    pub(crate) const fn words(&self) -> usize {
        self.argv.len()
    }

    /// How many parts of any kind came.
    pub(crate) const fn parts(&self) -> usize {
        self.argv.len() + self.assignments.len() + self.redirects.len()
    }

    /// This word came and nothing else.
    pub(crate) fn is(&self, word: &str) -> bool {
        self.parts() == 1 && self.pending.is_none() && self.line.text == word
    }

    pub(crate) fn word(&mut self, word: &Word) {
        self.reach(&word.span);
        if let Some((operator, typed)) = self.pending.take() {
            if !operator.ends_with('&') {
                self.line.space();
            }
            let target = self.line.append(&word.text);
            self.redirects.push((operator, typed.start..target.end, target));
            return;
        }
        self.line.space();
        let place = self.line.append(&word.text);
        if self.argv.is_empty() && is_assignment(&word.text.text) {
            self.assignments.push(place);
        } else {
            self.argv.push(place);
        }
    }

    pub(crate) fn redirect(&mut self, operator: &'static str, typed: &Text, span: &Range<usize>) {
        self.close_redirect();
        self.reach(span);
        self.line.space();
        self.pending = Some((operator, self.line.append(typed)));
    }

    /// The operator whose target the next word is.
    pub(crate) fn pending(&self) -> Option<&'static str> {
        self.pending.as_ref().map(|(operator, _)| *operator)
    }

    /// The command in the raw text, where `source` came from. The builder is empty then.
    pub(crate) fn finish(&mut self, source: &Mapped, output: &mut Output) -> Option<SimpleCommand> {
        self.close_redirect();
        let Self { line, argv, assignments, redirects, span, .. } = std::mem::take(self);
        let span = span?;
        let parts = argv.len() + assignments.len() + 3 * redirects.len();
        if !output.afford(size_of::<SimpleCommand>() + line.cost() + parts * size_of::<Mapped>()) {
            return None;
        }
        let line = Mapped::from(line.rebase(source));
        let all = |places: Vec<_>| places.into_iter().map(|place| line.slice(place)).collect();
        let argv: Vec<Mapped> = all(argv);
        let redirect = |(operator, text, target)| Redirect {
            operator,
            text: line.slice(text),
            target: line.slice(target),
        };
        Some(SimpleCommand {
            image: argv.first().and_then(|word| image::path(word.as_str())),
            argv,
            assignments: all(assignments),
            redirects: redirects.into_iter().map(redirect).collect(),
            span: source.raw(span),
            line: line.clone(),
            ..SimpleCommand::default()
        })
    }

    /// A redirection without a target is kept as typed.
    fn close_redirect(&mut self) {
        if let Some((operator, typed)) = self.pending.take() {
            let end = typed.end;
            self.redirects.push((operator, typed, end..end));
        }
    }

    fn reach(&mut self, span: &Range<usize>) {
        self.span.get_or_insert_with(|| span.clone()).end = span.end;
    }
}

/// `NAME=...` or `NAME+=...`.
pub(crate) fn is_assignment(text: &str) -> bool {
    let Some((name, _)) = text.split_once('=') else { return false };
    let name = name.strip_suffix('+').unwrap_or(name);
    let mut bytes = name.bytes();
    bytes.next().is_some_and(|byte| byte.is_ascii_alphabetic() || byte == b'_')
        && bytes.all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

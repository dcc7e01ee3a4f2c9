//! A simple command while its tokens come in.

use std::ops::Range;

use crate::command::{Redirect, SimpleCommand};
use crate::image;
use crate::mapped::Mapped;
use crate::word::Word;

/// Collects words and redirections.
#[derive(Default)]
pub(crate) struct Builder {
    command: SimpleCommand,
    /// The operator whose target comes next, with its text.
    pending: Option<(&'static str, Mapped)>,
    begun: bool,
}

impl Builder {
    /// Nothing came yet, so that the next word may be a reserved one.
    pub(crate) const fn is_empty(&self) -> bool {
        !self.begun
    }

    /// How many words came.
    pub(crate) fn words(&self) -> usize {
        self.command.argv.len()
    }

    /// How many parts of any kind came.
    pub(crate) fn parts(&self) -> usize {
        self.command.argv.len() + self.command.assignments.len() + self.command.redirects.len()
    }

    pub(crate) fn word(&mut self, word: &Word) {
        self.reach(&word.span);
        if let Some((operator, mut typed)) = self.pending.take() {
            if operator.ends_with('&') {
                typed.append(&word.text);
            } else {
                typed.join(&word.text);
            }
            self.command.line.join(&typed);
            self.command.redirects.push(Redirect { operator, text: typed, target: word.text.clone() });
            return;
        }
        self.command.line.join(&word.text);
        if self.command.argv.is_empty() && is_assignment(word.text.as_str()) {
            self.command.assignments.push(word.text.clone());
        } else {
            self.command.argv.push(word.text.clone());
        }
    }

    pub(crate) fn redirect(&mut self, operator: &'static str, typed: Mapped, span: &Range<usize>) {
        self.close_redirect();
        self.reach(span);
        self.pending = Some((operator, typed));
    }

    /// The operator whose target the next word is.
    pub(crate) fn pending(&self) -> Option<&'static str> {
        self.pending.as_ref().map(|(operator, _)| *operator)
    }

    /// The command, when there is one; the builder is empty then.
    pub(crate) fn finish(&mut self) -> Option<SimpleCommand> {
        self.close_redirect();
        let Self { mut command, begun, .. } = std::mem::take(self);
        command.image = command.argv.first().and_then(|word| image::path(word.as_str()));
        begun.then_some(command)
    }

    /// A redirection without a target is kept as typed.
    fn close_redirect(&mut self) {
        if let Some((operator, typed)) = self.pending.take() {
            self.command.line.join(&typed);
            self.command.redirects.push(Redirect { operator, text: typed, target: Mapped::default() });
        }
    }

    fn reach(&mut self, span: &Range<usize>) {
        if !self.begun {
            self.begun = true;
            self.command.span = span.clone();
        }
        self.command.span.end = span.end;
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

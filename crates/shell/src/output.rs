//! What parsing brings forth, and how much more it may.

use std::collections::HashSet;
use std::ops::Range;

use crate::command::{Line, SimpleCommand};
use crate::mapped::Mapped;
use crate::parse::MAX_COMMANDS;
use crate::text::Text;

/// Bytes that the commands of a line may hold and the scripts inside it may have, together. A megabyte of which every
/// character is escaped takes nine.
const BUDGET: usize = 10 << 20;
/// What a script takes even when it is empty.
const SCRIPT: usize = 64;

/// The commands so far.
#[derive(Debug)]
pub(crate) struct Output {
    line: Line,
    /// What is left of the budget.
    left: usize,
    /// The substitutions that were read, by their raw bytes.
    substitutions: HashSet<Range<usize>>,
}

impl Output {
    pub(crate) fn new() -> Self {
        Self { line: Line::default(), left: BUDGET, substitutions: HashSet::new() }
    }

    pub(crate) fn into_line(self) -> Line {
        self.line
    }

    /// Something is left out.
    pub(crate) const fn truncate(&mut self) {
        self.line.truncated = true;
    }

    /// True when no more commands are taken.
    pub(crate) const fn is_full(&self) -> bool {
        self.line.commands.len() >= MAX_COMMANDS
    }

    pub(crate) fn push(&mut self, command: SimpleCommand) {
        if self.is_full() {
            self.truncate();
        } else {
            self.line.commands.push(command);
        }
    }

    /// Takes these bytes off the budget. False when there are fewer left: what they are for is left out. What is
    /// smaller may still be taken.
    pub(crate) const fn afford(&mut self, bytes: usize) -> bool {
        let enough = bytes <= self.left;
        if enough {
            self.left -= bytes;
        } else {
            self.truncate();
        }
        enough
    }

    /// True for a script that may be read.
    pub(crate) const fn afford_script(&mut self, length: usize) -> bool {
        self.afford(SCRIPT.saturating_add(length))
    }

    /// True for a substitution that was not read before. The shell that reads a line runs it, and the text of `eval`
    /// or `sh -c` holds what came of it, not the substitution.
    pub(crate) fn first_time(&mut self, raw: Range<usize>) -> bool {
        self.substitutions.insert(raw)
    }

    /// The texts with a space between them.
    pub(crate) fn join<'m>(&mut self, texts: impl Iterator<Item = &'m Mapped> + Clone) -> Option<Mapped> {
        if let Some(stretch) = Mapped::stretch(texts.clone()) {
            return Some(stretch);
        }
        let cost = texts.clone().map(|text| text.cost() + 1).fold(0, usize::saturating_add);
        self.afford(cost).then(|| {
            let mut joined = Text::default();
            for text in texts {
                joined.space();
                text.append_to(&mut joined);
            }
            joined.into()
        })
    }
}

//! What parsing brings forth, and how much more it may.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use crate::command::{Line, SimpleCommand};
use crate::mapped::Mapped;
use crate::parse::MAX_COMMANDS;
use crate::producer::Flow;
use crate::stream::Stream;
use crate::text::Text;
use crate::variables::Variables;

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
    substitutions: HashSet<Range<usize>, foldhash::fast::RandomState>,
    /// What some of them put out.
    known: HashMap<Range<usize>, Flow, foldhash::fast::RandomState>,
    /// Bytes that decoders may still read.
    decodable: usize,
    /// Bytes that scripts may still have.
    scripts: usize,
    pub(crate) variables: Variables,
}

/// Bytes that decoders may read, for each byte of the line; and bytes that the scripts inside it may have together. Work
/// stays in proportion to the line however deep it is nested.
const DECODED: usize = 2;
const SCRIPTS: usize = 3;
/// What a short line may have in addition.
const AT_LEAST: usize = 4096;

impl Output {
    /// Nothing yet, of a line of so many bytes.
    pub(crate) fn new(length: usize) -> Self {
        let times = |number: usize| length.saturating_mul(number).saturating_add(AT_LEAST);
        Self {
            line: Line::default(),
            left: BUDGET,
            substitutions: HashSet::default(),
            known: HashMap::default(),
            decodable: times(DECODED),
            scripts: times(SCRIPTS),
            variables: Variables::new(length),
        }
    }

    pub(crate) fn into_line(mut self) -> Line {
        self.line.truncated |= self.variables.spent;
        self.line
    }

    /// Something is left out.
    pub(crate) const fn truncate(&mut self) {
        self.line.truncated = true;
    }

    /// True when no more commands are taken.
    #[inline]
    pub(crate) const fn is_full(&self) -> bool {
        self.line.commands.len() >= MAX_COMMANDS
    }

    #[inline]
    pub(crate) fn push(&mut self, command: SimpleCommand) {
        if self.is_full() {
            self.truncate();
        } else {
            self.line.commands.push(command);
        }
    }

    /// The place of the command that was added last; None once there is no room for more.
    pub(crate) fn last(&self) -> Option<usize> {
        if self.is_full() { None } else { self.line.commands.len().checked_sub(1) }
    }

    /// The command at a place.
    pub(crate) fn command(&self, place: usize) -> Option<&SimpleCommand> {
        self.line.commands.get(place)
    }

    /// Takes these bytes off the budget. False when there are fewer left: what they are for is left out. What is
    /// smaller may still be taken.
    #[inline]
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
        let fits = length <= self.scripts;
        if !fits {
            self.truncate();
            return false;
        }
        self.scripts -= length;
        self.afford(SCRIPT.saturating_add(length))
    }

    /// True for a substitution that was not read before. The shell that reads a line runs it, and the text of `eval`
    /// or `sh -c` holds what came of it, not the substitution.
    pub(crate) fn first_time(&mut self, raw: Range<usize>) -> bool {
        self.substitutions.insert(raw)
    }

    /// True when a decoder may read so many bytes more.
    pub(crate) const fn decode(&mut self, bytes: usize) -> bool {
        let enough = bytes <= self.decodable;
        if enough {
            self.decodable -= bytes;
        } else {
            self.truncate();
        }
        enough
    }

    /// A substitution, by the raw bytes of its inside, puts this out.
    pub(crate) fn learn(&mut self, raw: Range<usize>, flow: Flow) {
        self.known.insert(raw, flow);
    }

    /// Some substitution is known.
    pub(crate) fn knows_any(&self) -> bool {
        !self.known.is_empty()
    }

    /// What a substitution puts out, by the raw bytes of its inside.
    pub(crate) fn known(&mut self, raw: &Range<usize>) -> Option<Stream> {
        self.known.get(raw)?.clone().stream(self)
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

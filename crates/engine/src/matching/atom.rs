//! Questions to one field.

use std::ops::Range;

use rsigma_eval::CompiledDetectionItem;

use super::slot::Slot;
use super::tree::Node;
use crate::lazy::Lazy;

/// An atom, by its place in its program.
pub(super) type AtomId = u32;

/// A question whose answer is true or false for a view.
#[derive(Debug)]
pub(super) enum Atom {
    /// One of some literals is there. One pass over the texts says which are.
    Literals(Facts),
    /// One of these literals is there, in a field that is asked too seldom to be searched each time.
    Words { slot: Slot, literals: Vec<Literal> },
    /// The field is there.
    Present(Slot),
    /// A regular expression matches.
    Regex {
        slot: Slot,
        regex: Lazy,
        /// The library asks it of the text in lower case.
        lowered: bool,
        /// What holds whenever it matches.
        guard: Option<Node>,
    },
    /// Anything else: the library answers.
    Library(Box<CompiledDetectionItem>),
}

/// Facts of which one is enough.
#[derive(Debug)]
pub(super) struct Facts {
    /// A regular expression cannot match without.
    pub(super) guard: bool,
    /// Names of the program, of which a view has one; sorted. Places in the program's list of facts.
    pub(super) names: Range<u32>,
    pub(super) texts: Range<u32>,
}

/// A literal that an atom asks for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Literal {
    /// As the rule has it: in lower case unless `cased`.
    pub(super) value: String,
    pub(super) place: Place,
    pub(super) cased: bool,
}

/// Where in the text a literal must stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Place {
    Anywhere,
    Start,
    End,
    Whole,
}

impl Place {
    /// Is a match from `start` to `end` of a text of this length in the right place?
    pub(super) const fn fits(self, start: usize, end: usize, length: usize) -> bool {
        match self {
            Self::Anywhere => true,
            Self::Start => start == 0,
            Self::End => end == length,
            Self::Whole => start == 0 && end == length,
        }
    }
}

impl Literal {
    /// The name of a program, a slash before it, when that is all that is asked.
    pub(super) fn name(&self) -> Option<&str> {
        let name = self.value.strip_prefix('/').filter(|_| self.place == Place::End && !self.cased)?;
        (!name.is_empty() && !name.contains('/')).then_some(&self.value)
    }

    /// Does a text hold it? One that ignores case asks it of the text in lower case.
    pub(super) fn holds(&self, text: &str) -> bool {
        match self.place {
            Place::Anywhere => text.contains(&self.value),
            Place::Start => text.starts_with(&self.value),
            Place::End => text.ends_with(&self.value),
            Place::Whole => text == self.value,
        }
    }
}

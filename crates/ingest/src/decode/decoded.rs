//! What one line of a log says.

use smallvec::{SmallVec, smallvec};
use vespid_model::event::Event;

/// The events of one line; nearly always one.
pub type Events = SmallVec<[Event; 1]>;

/// Events that one line may have: attackers make sessions as long as they like, and each costs memory.
pub(super) const MOST_EVENTS: usize = 10_000;

/// What one line of a log says.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::large_enum_variant, reason = "nearly every line is an event, and none is kept")]
pub enum Decoded {
    /// Nothing: a blank line.
    Blank,
    /// Nothing of an attacker, and why.
    Passed(Passed),
    /// What happened.
    Events(Events),
}

/// Why a good line is no event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Passed {
    /// The sensor speaks of itself: it started, it waits, it answered.
    Housekeeping,
    /// The decoy's own connection to somebody else: whom it asked is no attacker.
    Outgoing,
    /// Other lines say the same.
    Repeated,
    /// The line names nobody.
    Nameless,
}

impl Passed {
    /// A stable code.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Housekeeping => "housekeeping",
            Self::Outgoing => "outgoing",
            Self::Repeated => "repeated",
            Self::Nameless => "nameless",
        }
    }
}

impl From<Option<Event>> for Decoded {
    fn from(event: Option<Event>) -> Self {
        event.map_or(Self::Blank, Self::from)
    }
}

impl From<Event> for Decoded {
    fn from(event: Event) -> Self {
        Self::Events(smallvec![event])
    }
}

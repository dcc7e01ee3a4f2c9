//! The engine as it tags events, and as the store asks it about windows.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use vespid_engine::states::Withheld;
use vespid_engine::{Engine, States, Verdict};
use vespid_model::SourceKind;
use vespid_model::event::Event;
use vespid_model::window::{Judged, Member, Touches, Window};
use vespid_store::Judge;

/// Tags by the rules of a pack and judges windows by its correlations, as far as operators let them.
pub(crate) struct ByRules {
    pub(crate) engine: Arc<Engine>,
    pub(crate) states: States,
}

impl ByRules {
    /// What the rules say of an event, and what operators withheld of it.
    pub(crate) fn tag(&self, event: &Event) -> (Verdict, Withheld) {
        let mut verdict = self.engine.tag(event);
        let withheld = self.states.apply(&mut verdict.tags);
        (verdict, withheld)
    }
}

impl Judge for ByRules {
    fn digest(&self) -> &str {
        self.engine.digest()
    }

    fn lengths(&self) -> Vec<i64> {
        self.engine.window_lengths()
    }

    fn kinds(&self, length: i64) -> Vec<SourceKind> {
        self.engine.window_kinds(length)
    }

    fn touches(&self, event: &Event) -> Touches {
        self.engine.touches(event)
    }

    fn judge(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged {
        let mut judged = self.engine.window(ip, window, members);
        self.states.apply_to_windows(&mut judged);
        judged
    }
}

impl fmt::Debug for ByRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByRules({})", self.engine.digest())
    }
}

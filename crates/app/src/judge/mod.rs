//! The engine as the store asks it about windows.

#[cfg(test)]
mod tests;

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use vespid_engine::Engine;
use vespid_model::SourceKind;
use vespid_model::event::Event;
use vespid_model::window::{Judged, Member, Touches, Window};
use vespid_store::Judge;

/// Judges windows by the correlations of a pack.
pub(crate) struct ByRules(pub(crate) Arc<Engine>);

impl Judge for ByRules {
    fn digest(&self) -> &str {
        self.0.digest()
    }

    fn lengths(&self) -> Vec<i64> {
        self.0.window_lengths()
    }

    fn kinds(&self, length: i64) -> Vec<SourceKind> {
        self.0.window_kinds(length)
    }

    fn touches(&self, event: &Event) -> Touches {
        self.0.touches(event)
    }

    fn judge(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged {
        self.0.window(ip, window, members)
    }
}

impl fmt::Debug for ByRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ByRules({})", self.0.digest())
    }
}

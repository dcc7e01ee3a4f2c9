//! Events that are looked at together: what the store must be told to tag windows with the batch that changes them.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use vespid_model::SourceKind;
use vespid_model::event::Event;
use vespid_model::window::{Judged, Member, Touches, Window};

/// Knows what events mean together. Implemented over the engine, and in tests by counting.
pub trait Judge: Send + Sync + fmt::Debug {
    /// Names the rules: the same for two that say the same.
    fn digest(&self) -> &str;

    /// The lengths of its windows in microseconds, each once.
    fn lengths(&self) -> Vec<i64>;

    /// The kinds of events that windows of this length look at.
    fn kinds(&self, length: i64) -> Vec<SourceKind>;

    /// What an event brings to windows.
    fn touches(&self, event: &Event) -> Touches;

    /// What a window shows whose members, in the order of their moments, are these.
    fn judge(&self, ip: IpAddr, window: Window, members: &[Member]) -> Judged;
}

/// What the events of a batch bring to windows.
#[derive(Debug, Clone)]
pub struct Windows {
    /// Who judges them.
    pub judge: Arc<dyn Judge>,
    /// Events that bring something: their places in the batch, each with what it brings.
    pub touched: Vec<(usize, Touches)>,
    /// Are windows looked at though all their events are stored already? They must be when the rules were others then.
    pub again: bool,
}

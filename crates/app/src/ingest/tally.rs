//! What became of lines, in numbers.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use vespid_engine::states::Withheld;
use vespid_model::UtcMicros;
use vespid_store::Committed;

/// Counted while reading and committing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Tally {
    pub(crate) lines: u64,
    pub(crate) blank: u64,
    /// Good lines that are no events, by reason.
    pub(crate) passed: BTreeMap<&'static str, u64>,
    /// Lines that became no event, by reason.
    pub(crate) dead: BTreeMap<&'static str, u64>,
    /// Events read, new or not.
    pub(crate) events: u64,
    /// When the last one that was read happened.
    pub(crate) last_event: Option<UtcMicros>,
    /// What operators withheld.
    pub(crate) withheld: Withheld,
    pub(crate) committed: Committed,
}

impl Tally {
    pub(crate) fn dead_letters(&self) -> u64 {
        self.dead.values().sum()
    }
}

impl AddAssign<&Self> for Tally {
    fn add_assign(&mut self, other: &Self) {
        self.lines += other.lines;
        self.blank += other.blank;
        for (reason, count) in &other.passed {
            *self.passed.entry(reason).or_default() += count;
        }
        for (reason, count) in &other.dead {
            *self.dead.entry(reason).or_default() += count;
        }
        self.events += other.events;
        self.last_event = other.last_event.or(self.last_event);
        self.withheld.disabled += other.withheld.disabled;
        self.withheld.clipped += other.withheld.clipped;
        self.committed += other.committed;
    }
}

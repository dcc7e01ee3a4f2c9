//! What is known of windows between batches.

use std::collections::HashMap;

use vespid_model::window::{Group, Member, Moment, Touches};

use super::seen::{Seen, matters};
use super::slots::Slot;
use crate::windows::Judge;

/// Members and groups remembered. Beyond that all is forgotten at once: attackers choose how many there are.
const REMEMBERED: usize = 50_000;

/// Bounded. For who alone stores events: what it holds is right until somebody else does, or deletes some, and never
/// changes what a window shows, only its cost.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    /// Whose judgement.
    digest: String,
    slots: HashMap<Slot, Known>,
    held: usize,
}

#[derive(Debug, Default)]
struct Known {
    /// All that are stored; None where some are left out.
    members: Option<Vec<Member>>,
    settled: HashMap<Group, Moment>,
    /// The last member that is looked at, where some may be left out.
    full: Option<Moment>,
    size: usize,
}

impl Cache {
    /// May an event of this moment change what the window shows?
    pub(super) fn may_change(&self, slot: &Slot, moment: Moment, touches: &Touches) -> bool {
        let Some(known) = self.slots.get(slot) else { return true };
        known.full.is_none_or(|last| moment < last)
            && matters(&known.settled, moment, slot.window.length, touches)
    }

    /// Forgets what others judged, and everything when there is too much of it.
    pub(super) fn begin(&mut self, judge: &dyn Judge) {
        if self.digest != judge.digest() || self.held > REMEMBERED {
            *self = Self { digest: judge.digest().to_owned(), ..Self::default() };
        }
    }

    /// All members that matter, where they are known.
    pub(super) fn take(&mut self, slot: &Slot) -> Option<Vec<Member>> {
        self.slots.get_mut(slot)?.members.take()
    }

    pub(super) fn keep(&mut self, slot: Slot, seen: Seen) {
        let full = if seen.is_full() { seen.last() } else { None };
        let members = full.is_none().then_some(seen.members);
        let settled = seen.judged.settled;
        let size = 1 + settled.len() + members.as_ref().map_or(0, Vec::len);
        self.held += size;
        let before = self.slots.insert(slot, Known { members, settled, full, size });
        self.held -= before.map_or(0, |before| before.size);
    }
}

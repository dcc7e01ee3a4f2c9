//! The members of a window that matter, and what they show.

use std::collections::HashMap;
use std::sync::Arc;

use vespid_model::window::{Group, Judged, Member, Moment, Touch};

use super::slots::Slot;
use crate::windows::Judge;

/// Members of a window that are looked at, the first ones that matter: attackers choose how many there are.
pub(crate) const MEMBERS: usize = 16_384;

/// In the order of their moments. A member matters unless all that it brings to is complete before it: whether it does
/// depends on the members before it alone, and those that do not change nothing.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    pub(super) members: Vec<Member>,
    pub(crate) judged: Judged,
}

impl Seen {
    pub(super) fn of(judge: &dyn Judge, slot: Slot, members: Vec<Member>) -> Self {
        let mut seen = Self::default();
        seen.add(judge, slot, members);
        seen
    }

    /// Looks at more members, which may be anywhere in the order.
    pub(super) fn add(&mut self, judge: &dyn Judge, slot: Slot, members: Vec<Member>) {
        self.members.extend(members);
        self.members.sort_by_key(|member| member.moment);
        self.members.dedup_by_key(|member| member.moment);
        self.judged = judge.judge(slot.ip, slot.window, &self.members);
        let settled = &self.judged.settled;
        let length = slot.window.length;
        self.members.retain(|member| matters(settled, member.moment, length, &member.touches));
        if self.members.len() > MEMBERS {
            self.members.truncate(MEMBERS);
            self.judged = judge.judge(slot.ip, slot.window, &self.members);
        }
    }

    /// May there be members that are not looked at?
    pub(super) fn is_full(&self) -> bool {
        self.members.len() == MEMBERS
    }

    pub(super) fn last(&self) -> Option<Moment> {
        self.members.last().map(|member| member.moment)
    }
}

/// Does an event of this moment bring anything to windows of this length that is not complete before it?
pub(super) fn matters(
    settled: &HashMap<Group, Moment>,
    moment: Moment,
    length: i64,
    touches: &[Touch],
) -> bool {
    touches.iter().filter(|touch| touch.length == length).any(|touch| {
        let last = settled.get(&(touch.correlation, Arc::clone(&touch.group)));
        last.is_none_or(|last| moment <= *last)
    })
}

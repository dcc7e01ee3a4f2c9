//! How far one correlation has come in one window, for one group.

use std::collections::HashSet;
use std::sync::Arc;

use vespid_model::window::Touch;

use crate::rule::Correlation;

/// Members are counted by their places in the window's order.
#[derive(Default)]
pub(crate) struct Progress {
    steps: Vec<Seen>,
    /// The step that a sequence waits for.
    next: usize,
    /// The member that brought a sequence on: it takes one step only.
    last: Option<usize>,
    done: bool,
}

#[derive(Default)]
struct Seen {
    /// Those that counted, with the value.
    counted: Vec<(usize, Option<Arc<str>>)>,
    values: HashSet<Arc<str>>,
}

impl Progress {
    pub(crate) fn of(correlation: &Correlation) -> Self {
        let mut progress = Self::default();
        progress.steps.resize_with(correlation.steps.len(), Seen::default);
        progress
    }

    /// True when this member completes it; later ones change nothing.
    pub(crate) fn see(&mut self, correlation: &Correlation, member: usize, touch: &Touch) -> bool {
        let step = touch.step as usize;
        let waits = !correlation.ordered || step == self.next && self.last != Some(member);
        let (Some(needed), Some(seen)) = (correlation.steps.get(step), self.steps.get_mut(step)) else {
            return false;
        };
        if self.done || !waits || seen.counted.len() >= needed.count as usize {
            return false;
        }
        if let Some(value) = &touch.value
            && !seen.values.insert(Arc::clone(value))
        {
            return false;
        }
        seen.counted.push((member, touch.value.clone()));
        self.last = Some(member);
        if seen.counted.len() == needed.count as usize {
            self.next += 1;
            self.done = self.next == self.steps.len();
        }
        self.done
    }

    /// The members that were enough, each once, in order, with the value that each counted by.
    pub(crate) fn counted(&self) -> Vec<(usize, Option<&Arc<str>>)> {
        let all = self.steps.iter().flat_map(|step| &step.counted);
        let mut counted: Vec<_> = all.map(|(member, value)| (*member, value.as_ref())).collect();
        counted.sort_by_key(|(member, _)| *member);
        counted.dedup_by_key(|(member, _)| *member);
        counted
    }
}

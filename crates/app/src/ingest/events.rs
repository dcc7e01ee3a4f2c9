//! Events to tags, whoever made the events.

use std::ops::AddAssign;
use std::sync::Arc;

use anyhow::Result;
use vespid_engine::Verdict;
use vespid_engine::states::Withheld;
use vespid_model::UtcMicros;
use vespid_model::event::Event;
use vespid_model::span::Span;
use vespid_model::tag::Tagged;
use vespid_store::{Batch, Committed, Store, Windows};

use crate::judge::ByRules;

/// What a tag costs beside its spans.
const TAG: usize = 256;

/// What is to be told of an event that was tagged.
pub(super) struct Taken {
    pub(super) withheld: Withheld,
    /// Rules did not see all of it.
    pub(super) cut: bool,
    /// What rules could not make sense of.
    pub(super) faults: Vec<String>,
    /// What it costs in the batch.
    pub(super) bytes: usize,
}

/// Tags an event and puts it into a batch.
pub(super) fn take_in(rules: &ByRules, event: Event, batch: &mut Batch, windows: &mut Windows) -> Taken {
    let (Verdict { tags, faults, touches, observables, cut }, withheld) = rules.tag(&event);
    let faults = faults.iter().map(|fault| format!("rule {}: {}", fault.rule, fault.detail)).collect();
    // One line may have a thousand events, an event a hundred tags, and each its bytes.
    let spans = tags.iter().map(|tag| TAG + tag.spans.len() * size_of::<Span>()).sum::<usize>();
    let bytes = event.body_json.len() + spans;
    if !touches.is_empty() {
        windows.touched.push((batch.tagged.len(), touches));
    }
    if !observables.is_empty() {
        batch.observed.push((batch.tagged.len(), observables));
    }
    batch.tagged.push(Tagged { event, tags });
    Taken { withheld, cut, faults, bytes }
}

/// What became of events.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Stored {
    pub(crate) committed: Committed,
    pub(crate) withheld: Withheld,
    /// Events of which a rule could not make sense; their other tags are stored.
    pub(crate) odd: u64,
}

impl AddAssign for Stored {
    fn add_assign(&mut self, other: Self) {
        self.committed += other.committed;
        self.withheld.disabled += other.withheld.disabled;
        self.withheld.clipped += other.withheld.clipped;
        self.odd += other.odd;
    }
}

/// Tags and stores events that no line of a log was: a batch, in one transaction.
pub(crate) async fn store_events(
    store: &Store,
    rules: &Arc<ByRules>,
    events: Vec<Event>,
    now: UtcMicros,
) -> Result<Stored> {
    let mut stored = Stored::default();
    let mut batch = Batch { tagged_at: Some(now), ..Batch::default() };
    let mut windows = Windows { judge: Arc::<ByRules>::clone(rules), touched: Vec::new(), again: false };
    for event in events {
        let taken = take_in(rules, event, &mut batch, &mut windows);
        stored.withheld.disabled += taken.withheld.disabled;
        stored.withheld.clipped += taken.withheld.clipped;
        stored.odd += u64::from(taken.cut || !taken.faults.is_empty());
    }
    if !batch.tagged.is_empty() {
        batch.windows = Some(windows);
        stored.committed = store.commit(batch).await?;
    }
    Ok(stored)
}

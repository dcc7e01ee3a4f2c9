//! A batch without what it says twice, in the order in which it is stored.

use vespid_model::event::Event;
use vespid_model::tag::Tagged;
use vespid_model::{Confidence, Tag};

use crate::batch::Batch;

/// Writers that store overlapping batches in one order do not wait for each other in a circle.
pub(super) struct Plan<'a> {
    /// By id, each once.
    pub(super) events: Vec<&'a Event>,
    /// By id, each once, with their events.
    pub(super) tags: Vec<(&'a Event, &'a Tag)>,
    /// How many tags are below the floor.
    pub(super) floored: u64,
    /// How many are not, repeated ones too.
    pub(super) tag_count: u64,
}

impl<'a> Plan<'a> {
    pub(super) fn new(batch: &'a Batch) -> Self {
        let mut events: Vec<_> = batch.tagged.iter().map(|tagged| &tagged.event).collect();
        events.sort_by_key(|event| event.id);
        events.dedup_by_key(|event| event.id);

        let pairs = |tagged: &'a Tagged| tagged.tags.iter().map(move |tag| (&tagged.event, tag));
        let all: Vec<_> = batch.tagged.iter().flat_map(pairs).collect();
        let total = all.len();
        let mut tags: Vec<_> =
            all.into_iter().filter(|(_, tag)| tag.confidence >= Confidence::FLOOR).collect();
        let tag_count = tags.len();
        // A stable sort: of two tags with one id the first is stored.
        tags.sort_by_key(|(_, tag)| tag.id);
        tags.dedup_by_key(|(_, tag)| tag.id);
        Self { events, tags, floored: (total - tag_count) as u64, tag_count: tag_count as u64 }
    }
}

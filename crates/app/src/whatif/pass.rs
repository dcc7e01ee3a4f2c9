//! All stored events, a part at a time.

use anyhow::Result;
use indicatif::{ProgressBar, ProgressStyle};
use vespid_model::UtcMicros;
use vespid_store::{Store, StoredEvent};

/// Events of one part: enough that a query costs little, few enough to be small.
const PART: u32 = 1_000;

/// A walk over the events in the order in which they were stored. No transaction stays open between parts.
pub(crate) struct Pass<'a> {
    store: &'a Store,
    since: Option<UtcMicros>,
    after: i64,
    until: i64,
    bar: ProgressBar,
}

impl<'a> Pass<'a> {
    /// Events that happened at `since` or later, among those stored by now.
    pub(crate) async fn new(store: &'a Store, since: Option<UtcMicros>) -> Result<Self> {
        Ok(Self::until(store, since, store.event_last().await?))
    }

    /// Those with numbers up to this one.
    pub(crate) fn until(store: &'a Store, since: Option<UtcMicros>, until: i64) -> Self {
        Self::between(store, since, 0, until)
    }

    /// Those with numbers behind `after`, up to `until`.
    pub(crate) fn between(store: &'a Store, since: Option<UtcMicros>, after: i64, until: i64) -> Self {
        let bar = ProgressBar::new(u64::try_from(until.saturating_sub(after)).unwrap_or(0));
        if let Ok(style) = ProgressStyle::with_template("{bar:30} {percent:>3}%  {pos}/{len} events  {eta}") {
            bar.set_style(style);
        }
        Self { store, since, after, until, bar }
    }

    /// The next part; None at the end.
    pub(crate) async fn next(&mut self) -> Result<Option<Vec<StoredEvent>>> {
        let begun = self.after;
        let mut part = self.store.event_part(self.since, self.after, PART).await?;
        part.retain(|stored| stored.key <= self.until);
        let Some(last) = part.last() else {
            self.bar.finish_and_clear();
            return Ok(None);
        };
        self.after = last.key;
        self.bar.inc(u64::try_from(self.after - begun).unwrap_or(0));
        Ok(Some(part))
    }
}

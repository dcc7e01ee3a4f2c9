//! Deleting what is old, a little at a time.

mod delete;
mod find;

use std::time::{Duration, Instant};

use vespid_model::UtcMicros;

use self::delete::{Delete, Forget};
use self::find::{After, What};
use crate::error::StoreError;
use crate::rollup::DAY;
use crate::sql::Query;
use crate::store::Store;

/// What was deleted, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Tags.
    pub tags: u64,
    /// Events.
    pub events: u64,
    /// Sessions of which nothing is left.
    pub sessions: u64,
    /// Attackers of which nothing is left, with what is known of them.
    pub attackers: u64,
    /// Visits to canary tokens.
    pub canary_triggers: u64,
    /// Dead letters, by when they were seen: they have no event time.
    pub dead_letters: u64,
    /// Transactions.
    pub transactions: u64,
    /// How long the longest transaction kept other writers waiting, committing not included.
    pub longest: Duration,
}

/// How long a transaction should take: other writers are to wait for no longer than a tenth of a second.
const AIM: Duration = Duration::from_millis(30);
/// Rows of one transaction: at the start, at least and at most.
const ROWS: (u32, u32, u32) = (100, 10, 2000);

impl Store {
    /// Deletes what happened before a time: tags, events, visits to canary tokens, the sessions and attackers of which
    /// nothing is left, and dead letters. The rollups stay right all the time. With `keep_days` what the fleet did on
    /// each day stays counted.
    ///
    /// Works in many small transactions, with pauses for other writers; what is done stays done when it is stopped.
    /// `each` is told after each of them what was deleted so far.
    ///
    /// # Errors
    /// [`StoreError`] when a transaction failed.
    pub async fn purge(
        &self,
        before: UtcMicros,
        keep_days: bool,
        each: impl FnMut(&Purged) + Send,
    ) -> Result<Purged, StoreError> {
        let before = before.as_micros();
        let mut purge = Purge { store: self, before, keep_days, rows: ROWS.0, done: Purged::default(), each };
        purge.tags().await?;
        purge.events_of_sessions().await?;
        for what in [What::Events, What::Sessions, What::Triggers, What::Attackers, What::DeadLetters] {
            purge.all_of(what).await?;
        }
        if !keep_days {
            self.change(Forget { day: before.div_euclid(DAY) }).await?;
        }
        Ok(purge.done)
    }

    /// How much [`Store::purge`] would delete. Sessions and attackers are those that ended before; some of them may be
    /// kept after all, because something younger hangs on them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn purge_preview(&self, before: UtcMicros) -> Result<Purged, StoreError> {
        let mut done = Purged::default();
        for what in What::ALL {
            let mut query = Query::new(what.counted());
            query.bind(before.as_micros());
            let count: i64 = self.pool.one(&query).await?.get(0)?;
            *what.of(&mut done) += u64::try_from(count).unwrap_or(0);
        }
        Ok(done)
    }
}

/// A purge under way.
struct Purge<'a, F> {
    store: &'a Store,
    before: i64,
    keep_days: bool,
    /// Rows of the next transaction.
    rows: u32,
    done: Purged,
    each: F,
}

impl<F: FnMut(&Purged) + Send> Purge<'_, F> {
    async fn all_of(&mut self, what: What) -> Result<(), StoreError> {
        let mut after = None;
        loop {
            let found = self.store.pool.all(&what.find(self.before, after, self.rows)).await?;
            let keys: Vec<i64> = found.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?;
            let Some(last) = found.last() else { return Ok(()) };
            after = After::of(last)?;
            self.delete(what, keys).await?;
        }
    }

    /// Technique by technique.
    async fn tags(&mut self) -> Result<(), StoreError> {
        let mut technique = 0;
        while let Some(row) = self.store.pool.first(&find::technique(self.before, technique)).await? {
            technique = row.get(0)?;
            self.all_of(What::Tags(technique)).await?;
        }
        Ok(())
    }

    /// Session by session, whose events an index has by time; several small ones in one transaction.
    async fn events_of_sessions(&mut self) -> Result<(), StoreError> {
        let (mut session_after, mut keys) = (None, Vec::new());
        loop {
            let sessions = self.store.pool.all(&find::begun(self.before, session_after, self.rows)).await?;
            let Some(last) = sessions.last() else { break };
            session_after = After::of(last)?;
            for session in &sessions {
                let mut after = None;
                loop {
                    let events = find::events_of(session.get(0)?, self.before, after, self.rows);
                    let events = self.store.pool.all(&events).await?;
                    let Some(last) = events.last() else { break };
                    after = After::of(last)?;
                    for event in &events {
                        keys.push(event.get(0)?);
                    }
                    if keys.len() >= self.rows as usize {
                        self.delete(What::Events, std::mem::take(&mut keys)).await?;
                    }
                }
            }
        }
        if keys.is_empty() { Ok(()) } else { self.delete(What::Events, keys).await }
    }

    async fn delete(&mut self, what: What, keys: Vec<i64>) -> Result<(), StoreError> {
        let begun = Instant::now();
        let (before, keep_days) = (self.before, self.keep_days);
        let (deleted, took) = self.store.change(Delete { what, keys, before, keep_days }).await?;
        *what.of(&mut self.done) += deleted;
        self.done.transactions += 1;
        self.done.longest = self.done.longest.max(took);
        self.rows = paced(self.rows, took);
        (self.each)(&self.done);
        // As long again for the others, who may be polling.
        tokio::time::sleep(begun.elapsed().min(AIM * 4)).await;
        Ok(())
    }
}

/// How many rows to take when this many took so long.
fn paced(rows: u32, took: Duration) -> u32 {
    let change = (AIM.as_secs_f64() / took.as_secs_f64().max(1e-6)).clamp(0.25, 1.5);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped")]
    let rows = (f64::from(rows) * change).clamp(f64::from(ROWS.1), f64::from(ROWS.2)) as u32;
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_takes_long_becomes_less() {
        assert_eq!(paced(100, AIM), 100);
        assert_eq!(paced(100, AIM * 2), 50);
        assert_eq!(paced(100, AIM * 100), 25);
        assert_eq!(paced(100, Duration::ZERO), 150);
        assert_eq!(paced(ROWS.1, AIM * 9), ROWS.1);
        assert_eq!(paced(ROWS.2, Duration::ZERO), ROWS.2);
    }
}

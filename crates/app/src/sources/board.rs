//! How the sources fare: each has a meter, and all are written down every few seconds.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep};
use vespid_model::UtcMicros;
use vespid_model::clock::Clock;
use vespid_model::rows::SourceHealth;
use vespid_store::Store;

use super::ending::Ending;
use crate::ingest::Tally;

/// Between two writings.
const EVERY: Duration = Duration::from_secs(3);
const MINUTE: Duration = Duration::from_mins(1);

/// The meters of all sources. Clones share them.
#[derive(Clone, Default)]
pub(super) struct Board(Arc<Mutex<Vec<Arc<Meter>>>>);

/// What one source counts.
pub(super) struct Meter {
    kind: &'static str,
    name: String,
    counted: Mutex<Counted>,
}

#[derive(Default)]
struct Counted {
    /// Since it was written down last.
    since: SourceHealth,
    /// Lines of the last minute, with when they were written down.
    minute: VecDeque<(Instant, u64)>,
    /// As it was written down last, and when.
    rate: Option<u64>,
    written: Option<Instant>,
}

impl Board {
    /// A meter for a source, which is written down from now on.
    pub(super) fn meter(&self, kind: &'static str, name: &str) -> Arc<Meter> {
        let meter = Arc::new(Meter { kind, name: name.to_owned(), counted: Mutex::default() });
        locked(&self.0).push(Arc::clone(&meter));
        meter
    }

    /// Writes down what changed, every few seconds until the program ends.
    pub(super) async fn run(&self, store: &Store, clock: &dyn Clock, mut ending: Ending) -> Result<()> {
        while !ending.is_set() {
            self.write(store, clock.now()).await?;
            tokio::select! {
                () = sleep(EVERY) => {}
                () = ending.wait() => {}
            }
        }
        Ok(())
    }

    /// Writes down what changed.
    pub(super) async fn write(&self, store: &Store, now: UtcMicros) -> Result<()> {
        let meters = locked(&self.0).clone();
        let changed = meters.iter().filter_map(|meter| meter.take(Instant::now())).collect();
        Ok(store.source_health_add(changed, now).await?)
    }
}

impl Meter {
    /// Counts what was read.
    pub(super) fn note(&self, tally: &Tally, now: UtcMicros) {
        let mut counted = locked(&self.counted);
        let since = &mut counted.since;
        since.lines += tally.lines;
        since.events += tally.events;
        since.dead_letters += tally.dead_letters();
        if tally.lines > 0 {
            since.last_received = Some(now);
        }
        if let Some(last) = tally.last_event {
            since.last_event = Some(last);
            since.lag = Some(now.as_micros() - last.as_micros());
        }
    }

    /// Counts something that went wrong beside single lines.
    pub(super) fn error(&self, what: String) {
        let since = &mut locked(&self.counted).since;
        since.errors += 1;
        since.last_error = Some(what);
    }

    /// Counts messages that came and cannot be read any more.
    pub(super) fn dropped(&self, messages: u64) {
        locked(&self.counted).since.dropped += messages;
    }

    /// What is to be written down; None when nothing changed within a minute.
    fn take(&self, now: Instant) -> Option<SourceHealth> {
        let mut counted = locked(&self.counted);
        let is_idle = counted.since == SourceHealth::default();
        let since = mem::take(&mut counted.since);
        while counted.minute.front().is_some_and(|(then, _)| now.duration_since(*then) >= MINUTE) {
            counted.minute.pop_front();
        }
        counted.minute.push_back((now, since.lines));
        let rate = counted.minute.iter().map(|(_, lines)| lines).sum();
        // Now and then also what is idle: it is watched, which is seen in the database alone.
        let is_recent = counted.written.is_some_and(|then| now.duration_since(then) < MINUTE);
        if is_idle && counted.rate == Some(rate) && is_recent {
            return None;
        }
        (counted.rate, counted.written) = (Some(rate), Some(now));
        Some(SourceHealth { kind: self.kind.to_owned(), name: self.name.clone(), rate, ..since })
    }
}

/// Counting cannot panic half-way.
fn locked<T>(it: &Mutex<T>) -> MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_idle_source_is_written_down_each_minute() {
        let meter = Board::default().meter("file", "x");
        let begun = Instant::now();
        let taken = |seconds| meter.take(begun + Duration::from_secs(seconds)).is_some();
        assert_eq!([0, 3, 59, 60, 63, 121].map(taken), [true, false, false, true, false, true]);
        meter.dropped(1);
        assert!(taken(122) && !taken(123));
    }
}

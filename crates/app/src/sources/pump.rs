//! Messages of a listener, as they come, into the store.

use std::mem;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use tokio::sync::mpsc::Receiver;
use tokio::time::{Instant, timeout_at};
use vespid_ingest::source::syslog::{Frame, parts};
use vespid_model::clock::Clock;

use super::board::Meter;
use crate::ingest::Pipeline;

/// How long messages may wait for a batch to fill.
const HOLD: Duration = Duration::from_millis(300);
/// Messages that wait for the pump; a sender of more waits. Each has at most a megabyte.
pub(super) const WAITING: usize = 64;

/// What a listener hands over.
pub(super) enum Received {
    Message(Vec<u8>),
    TooLong { length: u64, head: Vec<u8> },
}

impl From<Frame<'_>> for Received {
    fn from(frame: Frame<'_>) -> Self {
        match frame {
            Frame::Message(message) => Self::Message(message.to_vec()),
            Frame::TooLong { length, head } => Self::TooLong { length, head: head.to_vec() },
        }
    }
}

/// Reads messages until nobody sends any more, and stores them at most a moment later.
pub(super) async fn pump(
    mut pipeline: Pipeline,
    mut messages: Receiver<Received>,
    meter: Arc<Meter>,
    clock: Arc<dyn Clock>,
) -> Result<()> {
    let mut due = None;
    loop {
        let next = match due {
            Some(due) => timeout_at(due, messages.recv()).await,
            None => Ok(messages.recv().await),
        };
        let ended = matches!(next, Ok(None));
        if let Ok(Some(received)) = next {
            pipeline.look().await?;
            match received {
                Received::Message(message) => pipeline.message(&message, parts(&message)),
                Received::TooLong { length, head } => pipeline.too_long(0, length, &head),
            }
            let due = *due.get_or_insert_with(|| Instant::now() + HOLD);
            if !pipeline.is_full() && Instant::now() < due {
                continue;
            }
        }
        pipeline.flush().await?;
        // While more waits, the next batch is read beside the one that is written.
        if ended || messages.is_empty() {
            pipeline.settle().await?;
        }
        meter.note(&mem::take(&mut pipeline.tally), clock.now());
        due = None;
        if ended {
            return Ok(());
        }
    }
}

//! Lines to batches to commits, in flat memory.

use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;

use anyhow::Result;
use vespid_ingest::decode::{DecodeError, Decoded, Decoder};
use vespid_ingest::source::file::Item;
use vespid_model::clock::Clock;
use vespid_model::event::Event;
use vespid_store::{Batch, Committed, DeadLetter, Progress as Part, Store, Ticket, Windows};

use super::allowance::Allowance;
use super::events::take_in;
use super::resume::Place;
use super::tally::Tally;
use crate::live::Following;

/// Lines in one transaction: enough that a commit costs little, few enough to be small.
const BATCH_LINES: usize = 10_000;
/// Bytes of lines and tags in one transaction: long lines fill it sooner.
const BATCH_BYTES: usize = 8 << 20;
/// How much of a bad line is kept. The rest is in the file, at the offset that is kept too.
const EXCERPT: usize = 4096;

/// What every source shares.
#[derive(Clone)]
pub(crate) struct Shared {
    pub(crate) store: Store,
    pub(crate) rules: Following,
    pub(crate) clock: Arc<dyn Clock>,
}

/// One source's lines on their way into the store: the batch being filled, and the one being written.
pub(crate) struct Pipeline {
    shared: Shared,
    /// Knows the input's format, or finds it out.
    pub(crate) decoder: Decoder,
    pub(crate) tally: Tally,
    source: i64,
    batch: Batch,
    /// What the events of this batch bring to windows.
    windows: Windows,
    /// Where the bytes of this batch begin; None for what has no place to go on from.
    from: Option<u64>,
    /// Where those bytes end that need not be read again once this batch is stored.
    to: u64,
    lines: usize,
    bytes: usize,
    /// How many dead letters are kept, where anybody may send anything.
    allowance: Option<Allowance>,
    writing: Option<Ticket<Committed>>,
}

impl Pipeline {
    /// For lines of this input from this place on.
    pub(crate) fn new(shared: &Shared, decoder: Decoder, place: &Place, is_file: bool) -> Self {
        let judge = shared.rules.now().rules.clone();
        Self {
            shared: shared.clone(),
            decoder,
            tally: Tally::default(),
            source: place.source,
            batch: Batch::default(),
            windows: Windows { judge, touched: Vec::new(), again: place.again },
            from: is_file.then_some(place.position),
            to: place.position,
            lines: 0,
            bytes: 0,
            allowance: None,
            writing: None,
        }
    }

    /// For what strangers send: not all that is bad is kept.
    pub(crate) fn of_strangers(self) -> Self {
        Self { allowance: Some(Allowance::default()), ..self }
    }

    /// The input's row in the store.
    pub(crate) const fn source(&self) -> i64 {
        self.source
    }

    /// Up to where nothing need be read again, once all is stored.
    pub(crate) const fn done(&self) -> u64 {
        self.to
    }

    /// Is it time to flush?
    pub(crate) const fn is_full(&self) -> bool {
        self.lines >= BATCH_LINES || self.bytes >= BATCH_BYTES
    }

    /// Takes over what became of the rules. Lines read before were tagged with those of before, and their windows are
    /// judged by them.
    pub(crate) async fn look(&mut self) -> Result<()> {
        if !self.shared.rules.is_behind() {
            return Ok(());
        }
        if self.shared.rules.take() {
            self.flush().await?;
            if self.from.is_some() {
                self.shared.store.source_mixed(self.source).await?;
            }
        }
        self.windows.judge = self.shared.rules.now().rules.clone();
        Ok(())
    }

    /// Breaks off when nothing more comes.
    pub(crate) fn item(&mut self, item: Item<'_>) -> ControlFlow<()> {
        match item {
            Item::Line { offset, bytes, terminated } => {
                let next = offset + bytes.len() as u64 + u64::from(terminated);
                self.count(bytes.len());
                if !terminated && self.from.is_some() && self.decoder.needs_line_feed() {
                    let error = DecodeError::Unfinished;
                    self.bury(offset, bytes.len() as u64, error.reason(), error.to_string(), &bytes);
                    return ControlFlow::Continue(());
                }
                let read = self.decoder.decode(&bytes);
                match self.judge(read, offset, &bytes) {
                    // A line that is still being written: judged for now, and read again next time.
                    Outcome::Bad if !terminated => {}
                    // A text over several lines: whoever goes on must know that it began.
                    Outcome::Bad if self.decoder.is_within_text() => {}
                    Outcome::Bad | Outcome::Good => self.to = next,
                }
            }
            Item::TooLong { offset, length, head, terminated } => {
                self.too_long(offset, length, &head);
                // The rest of an unfinished line is still this line: read it again next time.
                if terminated && !self.decoder.is_within_text() {
                    self.to = offset + length + 1;
                }
            }
            Item::Failed { offset, error } => {
                self.bury(offset, 0, "unreadable", error.to_string(), &[]);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    /// Reads a line that stands alone, among others of any format, where only these parts of it may be the record.
    pub(crate) fn message<'a>(&mut self, message: &'a [u8], parts: impl Iterator<Item = &'a [u8]>) {
        self.count(message.len());
        let read = self.decoder.decode_one_of(parts);
        self.judge(read, 0, message);
    }

    /// A line that has more bytes than are read.
    pub(crate) fn too_long(&mut self, offset: u64, length: u64, head: &[u8]) {
        self.count(head.len());
        self.bury(offset, length, "line_too_long", format!("{length} bytes"), head);
    }

    /// Keeps why something could not be read.
    pub(crate) fn bury(
        &mut self,
        position: u64,
        length: u64,
        reason: &'static str,
        detail: String,
        bytes: &[u8],
    ) {
        *self.tally.dead.entry(reason).or_default() += 1;
        self.keep(position, length, reason, detail, bytes);
    }

    /// The same for what is counted already.
    pub(crate) fn keep(
        &mut self,
        position: u64,
        length: u64,
        reason: &'static str,
        detail: String,
        bytes: &[u8],
    ) {
        if self.allowance.as_mut().is_some_and(|allowance| !allowance.take()) {
            return;
        }
        let excerpt = bytes[..bytes.len().min(EXCERPT)].to_vec();
        self.bytes += excerpt.len();
        self.batch.dead.push(DeadLetter { source: self.source, position, length, reason, detail, excerpt });
    }

    /// Hands the batch over and goes on while it is written.
    pub(crate) async fn flush(&mut self) -> Result<()> {
        let mut batch = mem::take(&mut self.batch);
        (self.lines, self.bytes) = (0, 0);
        if let Some(from) = self.from
            && from != self.to
        {
            batch.progress = Some(Part { source: self.source, from, to: self.to });
            self.from = Some(self.to);
        }
        if batch.tagged.is_empty() && batch.dead.is_empty() && batch.progress.is_none() {
            return Ok(());
        }
        batch.tagged_at = Some(self.shared.clock.now());
        let touched = mem::take(&mut self.windows.touched);
        batch.windows = Some(Windows { touched, ..self.windows.clone() });
        let ticket = self.shared.store.submit(batch).await?;
        self.settle().await?;
        self.writing = Some(ticket);
        Ok(())
    }

    /// Waits for the batch that is being written.
    pub(crate) async fn settle(&mut self) -> Result<()> {
        if let Some(ticket) = self.writing.take() {
            self.tally.committed += ticket.done().await?;
        }
        Ok(())
    }

    fn count(&mut self, bytes: usize) {
        self.lines += 1;
        self.bytes += bytes;
        self.tally.lines += 1;
    }

    fn judge(&mut self, read: Result<Decoded, DecodeError>, offset: u64, bytes: &[u8]) -> Outcome {
        match read {
            Ok(Decoded::Events(events)) => {
                events.into_iter().for_each(|event| self.event(event, offset, bytes));
                Outcome::Good
            }
            Ok(Decoded::Passed(passed)) => {
                *self.tally.passed.entry(passed.as_str()).or_default() += 1;
                Outcome::Good
            }
            Ok(Decoded::Blank) => {
                self.tally.blank += 1;
                Outcome::Good
            }
            Err(error) => {
                self.bury(offset, bytes.len() as u64, error.reason(), error.to_string(), bytes);
                Outcome::Bad
            }
        }
    }

    /// Tags one of the line's events.
    fn event(&mut self, event: Event, offset: u64, bytes: &[u8]) {
        let time = event.time;
        let taken = take_in(&self.shared.rules.now().rules, event, &mut self.batch, &mut self.windows);
        self.tally.withheld.disabled += taken.withheld.disabled;
        self.tally.withheld.clipped += taken.withheld.clipped;
        self.tally.events += 1;
        self.tally.last_event = Some(time);
        if taken.cut {
            let detail = "more in one line than is taken apart; rules did not see all of it".to_owned();
            self.bury(offset, bytes.len() as u64, "line_cut", detail, bytes);
        }
        if !taken.faults.is_empty() {
            self.bury(offset, bytes.len() as u64, "odd_data", taken.faults.join("; "), bytes);
        }
        self.bytes += taken.bytes;
    }
}

enum Outcome {
    Good,
    Bad,
}

//! Lines to batches to commits, in flat memory.

use std::mem;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use vespid_ingest::decode::{DecodeError, Decoded, Decoder};
use vespid_ingest::source::file::{Input, Item, head};
use vespid_model::clock::Clock;
use vespid_model::event::Event;
use vespid_store::{Batch, Committed, DeadLetter, Progress as Part, Store, Ticket, Windows};

use super::events::take_in;
use super::feed::{Feed, Next};
use super::progress::Progress;
use super::resume::{self, Begin};
use super::summary::Summary;
use crate::live::Rules;

/// Lines in one transaction: enough that a commit costs little, few enough to be small.
const BATCH_LINES: usize = 10_000;
/// Bytes of lines and tags in one transaction: long lines fill it sooner.
const BATCH_BYTES: usize = 8 << 20;
/// How much of a bad line is kept. The rest is in the file, at the offset that is kept too.
const EXCERPT: usize = 4096;

/// One run over one input after the other.
pub(super) struct Pipeline<'a> {
    pub(super) store: &'a Store,
    pub(super) rules: &'a mut Rules,
    /// Knows the input's format, or finds it out.
    pub(super) decoder: Decoder,
    pub(super) clock: &'a dyn Clock,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a AtomicBool,
    pub(super) summary: &'a mut Summary,
}

/// The batch being filled, and the one being written.
struct Filling {
    source: i64,
    batch: Batch,
    /// What the events of this batch bring to windows.
    windows: Windows,
    /// Where the bytes of this batch begin; None for a stream, which has no place to go on from.
    from: Option<u64>,
    /// Where those bytes end that need not be read again once this batch is stored.
    to: u64,
    lines: usize,
    bytes: usize,
    writing: Option<Ticket<Committed>>,
}

impl Pipeline<'_> {
    /// Reads an input from where it was left. An input that cannot be read is a dead letter; the others go on.
    pub(super) async fn read(&mut self, input: &Input, reread: bool) -> Result<()> {
        let Begin { source, position, again, feed } =
            resume::begin(self.store, input, self.rules.engine().digest(), reread).await?;
        self.summary.begin_input(position, self.store.dead_letter_count(source, position).await?);
        let from = matches!(input, Input::File(..)).then_some(position);
        self.summary.stream = from.is_none();
        let batch = Batch::default();
        let windows = Windows { judge: self.rules.judge(), touched: Vec::new(), again };
        let mut filling =
            Filling { source, batch, windows, from, to: position, lines: 0, bytes: 0, writing: None };
        // A file is of the format of its beginning, wherever it is read on.
        let known = head(input).map_or(Ok(()), |lines| self.decoder.look(lines));
        match feed {
            Ok(_) if known.is_err() => {
                if let Err(error) = known {
                    self.bury(&mut filling, position, 0, error.reason(), error.to_string(), &[]);
                }
            }
            Ok(feed) => self.lines(feed, &mut filling).await?,
            Err(error) => self.bury(&mut filling, position, 0, "unreadable", error.to_string(), &[]),
        }
        self.flush(&mut filling).await?;
        self.settle(&mut filling).await
    }

    async fn lines(&mut self, mut feed: Feed, filling: &mut Filling) -> Result<()> {
        loop {
            let next = feed.next().await;
            if self.rules.is_due() {
                self.look(filling).await?;
            }
            let full = match next {
                Next::Item(item) => {
                    if self.item(item, filling).is_break() {
                        break;
                    }
                    filling.lines >= BATCH_LINES || filling.bytes >= BATCH_BYTES
                }
                Next::Pause => true,
                Next::End => break,
            };
            if full {
                self.progress.advance(feed.position(), self.summary);
                self.flush(filling).await?;
                if self.stop.load(Ordering::Relaxed) {
                    self.summary.interrupted = true;
                    break;
                }
            }
        }
        Ok(())
    }

    /// Takes over what became of the rules. Lines read before were tagged with those of before, and their windows are
    /// judged by them.
    async fn look(&mut self, filling: &mut Filling) -> Result<()> {
        let news = self.rules.refresh().await;
        if news.reloaded {
            self.flush(filling).await?;
            if filling.from.is_some() {
                self.store.source_mixed(filling.source).await?;
            }
        }
        filling.windows.judge = self.rules.judge();
        Ok(self.summary.reload(&news)?)
    }

    /// Breaks off when nothing more comes.
    fn item(&mut self, item: Item<'_>, filling: &mut Filling) -> ControlFlow<()> {
        match item {
            Item::Line { offset, bytes, terminated } => {
                let next = offset + bytes.len() as u64 + u64::from(terminated);
                filling.lines += 1;
                filling.bytes += bytes.len();
                if !terminated && filling.from.is_some() && self.decoder.needs_line_feed() {
                    let error = DecodeError::Unfinished;
                    self.summary.lines += 1;
                    self.bury(filling, offset, bytes.len() as u64, error.reason(), error.to_string(), &bytes);
                    return ControlFlow::Continue(());
                }
                match self.line(offset, &bytes, filling) {
                    // A line that is still being written: judged for now, and read again next time.
                    Outcome::Bad if !terminated => {}
                    // A text over several lines: whoever goes on must know that it began.
                    Outcome::Bad if self.decoder.is_within_text() => {}
                    Outcome::Bad | Outcome::Good => filling.to = next,
                }
            }
            Item::TooLong { offset, length, head, terminated } => {
                filling.lines += 1;
                self.summary.lines += 1;
                let detail = format!("{length} bytes");
                self.bury(filling, offset, length, "line_too_long", detail, &head);
                // The rest of an unfinished line is still this line: read it again next time.
                if terminated && !self.decoder.is_within_text() {
                    filling.to = offset + length + 1;
                }
            }
            Item::Failed { offset, error } => {
                self.bury(filling, offset, 0, "unreadable", error.to_string(), &[]);
                return ControlFlow::Break(());
            }
        }
        ControlFlow::Continue(())
    }

    fn line(&mut self, offset: u64, bytes: &[u8], filling: &mut Filling) -> Outcome {
        self.summary.lines += 1;
        match self.decoder.decode(bytes) {
            Ok(Decoded::Events(events)) => {
                events.into_iter().for_each(|event| self.event(event, offset, bytes, filling));
                Outcome::Good
            }
            Ok(Decoded::Passed(passed)) => {
                *self.summary.passed.entry(passed.as_str()).or_default() += 1;
                Outcome::Good
            }
            Ok(Decoded::Blank) => {
                self.summary.blank += 1;
                Outcome::Good
            }
            Err(error) => {
                self.bury(filling, offset, bytes.len() as u64, error.reason(), error.to_string(), bytes);
                Outcome::Bad
            }
        }
    }

    /// Tags one of the line's events.
    fn event(&mut self, event: Event, offset: u64, bytes: &[u8], filling: &mut Filling) {
        let taken = take_in(self.rules, event, &mut filling.batch, &mut filling.windows);
        self.summary.withhold(taken.withheld);
        if taken.cut {
            let detail = "more in one line than is taken apart; rules did not see all of it".to_owned();
            self.bury(filling, offset, bytes.len() as u64, "line_cut", detail, bytes);
        }
        if !taken.faults.is_empty() {
            self.bury(filling, offset, bytes.len() as u64, "odd_data", taken.faults.join("; "), bytes);
        }
        filling.bytes += taken.bytes;
    }

    fn bury(
        &mut self,
        filling: &mut Filling,
        position: u64,
        length: u64,
        reason: &'static str,
        detail: String,
        bytes: &[u8],
    ) {
        *self.summary.dead.entry(reason).or_default() += 1;
        let excerpt = bytes[..bytes.len().min(EXCERPT)].to_vec();
        filling.batch.dead.push(DeadLetter {
            source: filling.source,
            position,
            length,
            reason,
            detail,
            excerpt,
        });
    }

    /// Hands the batch over and goes on while it is written.
    async fn flush(&mut self, filling: &mut Filling) -> Result<()> {
        let mut batch = mem::take(&mut filling.batch);
        (filling.lines, filling.bytes) = (0, 0);
        if let Some(from) = filling.from
            && from != filling.to
        {
            batch.progress = Some(Part { source: filling.source, from, to: filling.to });
            filling.from = Some(filling.to);
        }
        if batch.tagged.is_empty() && batch.dead.is_empty() && batch.progress.is_none() {
            return Ok(());
        }
        batch.tagged_at = Some(self.clock.now());
        let touched = mem::take(&mut filling.windows.touched);
        batch.windows = Some(Windows { touched, ..filling.windows.clone() });
        let ticket = self.store.submit(batch).await?;
        self.settle(filling).await?;
        filling.writing = Some(ticket);
        Ok(())
    }

    /// Waits for the batch that is being written.
    async fn settle(&mut self, filling: &mut Filling) -> Result<()> {
        if let Some(ticket) = filling.writing.take() {
            self.summary.committed += ticket.done().await?;
        }
        Ok(())
    }
}

enum Outcome {
    Good,
    Bad,
}

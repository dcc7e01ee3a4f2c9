//! One input, read to its end.

use std::sync::atomic::{AtomicBool, Ordering};

use anyhow::Result;
use vespid_ingest::decode::Decoder;
use vespid_ingest::source::file::{Input, head};

use super::feed::{Feed, Next};
use super::pipeline::{Pipeline, Shared};
use super::progress::Progress;
use super::resume::{self, Begin};
use super::summary::Summary;

/// A run over one input after the other.
pub(super) struct Whole<'a> {
    pub(super) shared: &'a Shared,
    pub(super) decoder: &'a Decoder,
    pub(super) progress: &'a Progress,
    pub(super) stop: &'a AtomicBool,
    pub(super) summary: &'a mut Summary,
}

impl Whole<'_> {
    /// Reads an input from where it was left. An input that cannot be read is a dead letter; the others go on.
    pub(super) async fn read(&mut self, input: &Input, reread: bool) -> Result<()> {
        let rules = &self.shared.rules.now().rules;
        let Begin { place, feed } =
            resume::begin(&self.shared.store, input, rules.engine.digest(), reread).await?;
        let position = place.position;
        let dead_before = self.shared.store.dead_letter_count(place.source, position).await?;
        self.summary.begin_input(position, dead_before);
        let is_file = matches!(input, Input::File(..));
        self.summary.stream = !is_file;
        let mut pipeline = Pipeline::new(self.shared, self.decoder.clone(), &place, is_file);
        // A file is of the format of its beginning, wherever it is read on.
        let known = head(input).map_or(Ok(()), |lines| pipeline.decoder.look(lines));
        match feed {
            Ok(_) if known.is_err() => {
                if let Err(error) = known {
                    pipeline.bury(position, 0, error.reason(), error.to_string(), &[]);
                }
            }
            Ok(feed) => self.lines(feed, &mut pipeline).await?,
            Err(error) => pipeline.bury(position, 0, "unreadable", error.to_string(), &[]),
        }
        pipeline.flush().await?;
        pipeline.settle().await?;
        self.summary.tally += &pipeline.tally;
        Ok(())
    }

    async fn lines(&mut self, mut feed: Feed, pipeline: &mut Pipeline) -> Result<()> {
        loop {
            let next = feed.next().await;
            pipeline.look().await?;
            let full = match next {
                Next::Item(item) => {
                    if pipeline.item(item).is_break() {
                        break;
                    }
                    pipeline.is_full()
                }
                Next::Pause => true,
                Next::End => break,
            };
            if full {
                self.progress.advance(feed.position(), self.summary.tally.lines + pipeline.tally.lines);
                pipeline.flush().await?;
                if self.stop.load(Ordering::Relaxed) {
                    self.summary.interrupted = true;
                    break;
                }
            }
        }
        Ok(())
    }
}

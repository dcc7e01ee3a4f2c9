//! One file that is followed.

use std::io;
use std::mem;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use vespid_ingest::decode::{DecodeError, Decoder};
use vespid_ingest::source::SourceError;
use vespid_ingest::source::file::{FINGERPRINT, Found, Input, Item, LineReader, Tail, head};
use vespid_model::clock::{Clock, SystemClock};

use super::board::Meter;
use super::place;
use crate::ingest::{Pipeline, Shared};

/// Looks without a change after which a compressed file is whole, and one that seemed cut off is.
const WHOLE: u32 = 4;
/// Looks without a change after which a line without an end is read as it is: ten seconds.
const GIVEN_UP: u32 = 20;
/// A file that was not written to for so long is closed until it is.
const OLD: Duration = Duration::from_mins(10);
/// Lines of the beginning that tell the format.
const LINES: usize = 100;

/// A file and how far it is.
pub(super) struct Followed {
    found: Found,
    meter: Arc<Meter>,
    /// Looks since it was found, and since it changed.
    looks: u32,
    quiet: u32,
    /// Is there something that was not looked at?
    is_unread: bool,
    has_failed: bool,
    /// Is it not in its place any more?
    is_missed: bool,
    /// The row in the store of the log that is here, where it was said to be of no known format.
    buried: Option<i64>,
    state: State,
}

enum State {
    /// Not begun, or closed: begun when it changes.
    Closed,
    /// Nothing more to be read unless it changes.
    Read,
    Open(Box<Open>),
    Packed(Box<Packed>),
}

/// A plain file.
struct Open {
    tail: Tail,
    pipeline: Pipeline,
    format: Known,
    /// Is it in this opening said already that its format is not known?
    is_buried: bool,
}

#[derive(PartialEq, Eq)]
enum Known {
    Yes,
    NotYet,
    /// A hundred lines of no known format.
    Never,
}

/// A compressed file.
struct Packed {
    /// None where nobody knows its format.
    reader: Option<LineReader>,
    pipeline: Pipeline,
}

/// How a turn ended.
pub(super) enum Turn {
    /// There is more to be read now.
    More,
    Done,
}

impl Followed {
    pub(super) const fn new(found: Found, meter: Arc<Meter>) -> Self {
        Self {
            found,
            meter,
            looks: 0,
            quiet: 0,
            is_unread: true,
            has_failed: false,
            is_missed: false,
            buried: None,
            state: State::Closed,
        }
    }

    /// It is there, and looks like this.
    pub(super) fn seen(&mut self, found: Found) {
        let is_changed = (found.length, found.modified) != (self.found.length, self.found.modified);
        if is_changed && matches!(self.state, State::Read) {
            self.state = State::Closed;
        }
        self.looked(is_changed);
        self.is_missed = false;
        self.found = found;
    }

    /// It is not there any more. What is held open may still be written to.
    pub(super) fn missed(&mut self) {
        self.is_missed = true;
        let length = match &self.state {
            State::Open(open) => open.tail.length().unwrap_or(0),
            _ => self.found.length,
        };
        self.looked(length != self.found.length);
        self.found.length = length;
    }

    fn looked(&mut self, is_changed: bool) {
        self.looks = self.looks.saturating_add(1);
        self.quiet = if is_changed { 0 } else { self.quiet.saturating_add(1) };
        if is_changed {
            (self.is_unread, self.has_failed) = (true, false);
        }
    }

    pub(super) const fn quiet(&self) -> u32 {
        self.quiet
    }

    pub(super) const fn is_open(&self) -> bool {
        matches!(self.state, State::Open(_))
    }

    /// Has it been quiet for so long that it need not be held open?
    pub(super) fn is_old(&self) -> bool {
        self.quiet > GIVEN_UP && (self.is_missed || self.was_left())
    }

    /// Was nothing written to it lately?
    fn was_left(&self) -> bool {
        self.found.modified.and_then(|modified| modified.elapsed().ok()).is_some_and(|age| age >= OLD)
    }

    /// Can it be forgotten?
    pub(super) const fn is_gone(&self) -> bool {
        self.is_missed && matches!(self.state, State::Closed | State::Read)
    }

    /// Stores what was read and lets go of the file until it changes.
    pub(super) async fn close(&mut self, shared: &Shared) -> Result<()> {
        if let Some(pipeline) = self.state.pipeline() {
            pipeline.flush().await?;
            pipeline.settle().await?;
            self.meter.note(&mem::take(&mut pipeline.tally), shared.clock.now());
            self.state = if self.is_unread { State::Closed } else { State::Read };
        }
        Ok(())
    }

    /// Reads a slice, if there is something to be read.
    pub(super) async fn turn(
        &mut self,
        shared: &Shared,
        decoder: &Decoder,
        buffer: &mut Vec<u8>,
    ) -> Result<Turn> {
        // What failed is tried again after a while, or when it changes.
        let may_begin = !self.is_missed && (!self.has_failed || self.quiet.is_multiple_of(GIVEN_UP));
        if matches!(self.state, State::Closed) && self.found.length > 0 && may_begin {
            match self.begin(shared, decoder).await? {
                Ok(state) => self.state = state,
                Err(error) => self.fail(&error.to_string()),
            }
            self.is_unread = true;
        }
        if !self.is_unread && self.quiet != GIVEN_UP {
            return Ok(Turn::Done);
        }
        let slice = match &mut self.state {
            State::Closed | State::Read => return Ok(Turn::Done),
            State::Open(open) => open.slice(shared, buffer, self.quiet, &mut self.buried).await?,
            State::Packed(packed) => packed.slice().await?,
        };
        let is_more = matches!(slice, Slice::More);
        if let Some(pipeline) = self.state.pipeline() {
            pipeline.flush().await?;
            if !is_more {
                pipeline.settle().await?;
            }
            self.meter.note(&mem::take(&mut pipeline.tally), shared.clock.now());
        }
        match slice {
            Slice::More => return Ok(Turn::More),
            Slice::Waits => {
                self.is_unread = false;
                if self.was_left() && self.state.is_read() {
                    self.close(shared).await?;
                }
            }
            Slice::End => self.state = State::Read,
            // What stands there now is another log.
            Slice::Other => self.state = State::Closed,
            Slice::Failed(error) => self.fail(&error.to_string()),
        }
        Ok(Turn::Done)
    }

    fn fail(&mut self, error: &str) {
        self.meter.error(error.to_owned());
        self.has_failed = true;
        self.state = State::Closed;
    }

    /// Opens the file where it was left. `Closed` where that has to wait.
    async fn begin(&mut self, shared: &Shared, decoder: &Decoder) -> Result<Result<State, SourceError>> {
        let input = Input::File(self.found.path.clone(), self.found.length);
        let failed = |error| SourceError::Io { name: input.name(), error };
        let tail = match Tail::open(&self.found.path) {
            Ok(tail) => tail,
            // Renamed since it was listed.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Ok(State::Closed)),
            Err(error) => return Ok(Err(failed(error))),
        };
        match tail.is_packed() {
            Ok(false) => Ok(Ok(self.begin_plain(tail, &input, shared, decoder).await?)),
            // It is being written, and is no use in part.
            Ok(true) if self.quiet < WHOLE => Ok(Ok(State::Closed)),
            Ok(true) => self.begin_packed(&input, shared, decoder).await,
            Err(error) => Ok(Err(failed(error))),
        }
    }

    async fn begin_plain(
        &self,
        mut tail: Tail,
        input: &Input,
        shared: &Shared,
        decoder: &Decoder,
    ) -> Result<State> {
        // It may be the beginning of a copy of another one, which is known once it is longer: by the next look.
        if tail.fingerprint().length < FINGERPRINT && self.looks == 0 {
            return Ok(State::Closed);
        }
        let place = place::of_tail(shared, &input.name(), &tail, self.quiet >= WHOLE).await?;
        let Some(place) = place else { return Ok(State::Closed) };
        tail.pass_to(place.position);
        let pipeline = Pipeline::new(shared, decoder.clone(), &place, true);
        Ok(State::Open(Box::new(Open { tail, pipeline, format: Known::NotYet, is_buried: false })))
    }

    async fn begin_packed(
        &mut self,
        input: &Input,
        shared: &Shared,
        decoder: &Decoder,
    ) -> Result<Result<State, SourceError>> {
        let (place, reader) = match place::of_packed(shared, input).await? {
            Ok(begun) => begun,
            Err(error) => return Ok(Err(error)),
        };
        let mut pipeline = Pipeline::new(shared, decoder.clone(), &place, true);
        let known = pipeline.decoder.look(head(input).unwrap_or_default());
        let buried = &mut self.buried;
        let reader = known.map(|()| reader).map_err(|error| bury(&mut pipeline, &error, buried)).ok();
        Ok(Ok(State::Packed(Box::new(Packed { reader, pipeline }))))
    }
}

impl State {
    fn pipeline(&mut self) -> Option<&mut Pipeline> {
        match self {
            Self::Open(open) => Some(&mut open.pipeline),
            Self::Packed(packed) => Some(&mut packed.pipeline),
            Self::Closed | Self::Read => None,
        }
    }

    /// Is a plain file read to its end?
    fn is_read(&self) -> bool {
        matches!(self, Self::Open(open) if open.tail.length().is_ok_and(|length| length == open.tail.offset()))
    }
}

/// How a slice ended.
enum Slice {
    More,
    /// For more to be written.
    Waits,
    /// For good.
    End,
    /// The file holds another log now; what was just read is left out.
    Other,
    Failed(io::Error),
}

impl Open {
    async fn slice(
        &mut self,
        shared: &Shared,
        buffer: &mut Vec<u8>,
        quiet: u32,
        buried: &mut Option<i64>,
    ) -> Result<Slice> {
        if self.format == Known::Never {
            // Another log in its place may be one that is known.
            return Ok(match self.tail.is_same() {
                Ok(true) => Slice::Waits,
                Ok(false) => Slice::Other,
                Err(error) => Slice::Failed(error),
            });
        }
        let before = self.tail.offset();
        let bytes = match self.tail.read(buffer) {
            Ok(bytes) => bytes,
            Err(error) => return Ok(Slice::Failed(error)),
        };
        match self.tail.is_same() {
            Ok(true) => {}
            Ok(false) => return Ok(Slice::Other),
            Err(error) => return Ok(Slice::Failed(error)),
        }
        if bytes.is_empty() {
            return Ok(Slice::Waits);
        }
        if self.format != Known::Yes && !self.recognise(buried) {
            return Ok(Slice::Waits);
        }
        self.pipeline.look().await?;
        // Who the file is must be known before more of it is said to be stored.
        match self.tail.grow() {
            Ok(true) => {
                let print = self.tail.fingerprint();
                let (source, now) = (self.pipeline.source(), SystemClock.now());
                shared.store.source_grown(source, print.hash, print.length, now).await?;
            }
            Ok(false) => {}
            Err(error) => return Ok(Slice::Failed(error)),
        }
        let pipeline = &mut self.pipeline;
        self.tail.lines(bytes, |item| {
            let _ = pipeline.item(item);
            if pipeline.is_full() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        if self.tail.offset() > before {
            return Ok(Slice::More);
        }
        if quiet >= GIVEN_UP {
            self.unfinished(bytes);
        }
        Ok(Slice::Waits)
    }

    /// Reads a line without an end as it is. A good one is done; another one waits on.
    fn unfinished(&mut self, bytes: &[u8]) {
        let Some(item) = self.tail.unfinished(bytes) else { return };
        let end = self.tail.offset() + bytes.len() as u64;
        let is_line = matches!(item, Item::Line { .. });
        let _ = self.pipeline.item(item);
        if is_line && self.pipeline.done() == end {
            self.tail.pass_to(end);
        }
    }

    /// A file is of the format of its beginning, wherever it is read on.
    fn recognise(&mut self, buried: &mut Option<i64>) -> bool {
        let Ok(beginning) = self.tail.beginning() else { return false };
        let lines: Vec<_> = beginning.split_inclusive(|byte| *byte == b'\n').take(LINES).collect();
        if lines.is_empty() {
            // A line of a megabyte tells nothing; one that is not whole, not yet.
            return self.tail.length().is_ok_and(|length| length > 1 << 20);
        }
        let look = self.pipeline.decoder.look(lines.iter().map(|line| line.trim_ascii_end()));
        match look {
            Ok(()) => self.format = Known::Yes,
            Err(error) => {
                if !self.is_buried {
                    bury(&mut self.pipeline, &error, buried);
                    self.is_buried = true;
                }
                let is_all = lines.len() == LINES || beginning.len() > (1 << 19);
                self.format = if is_all { Known::Never } else { Known::NotYet };
            }
        }
        self.format == Known::Yes
    }
}

impl Packed {
    async fn slice(&mut self) -> Result<Slice> {
        self.pipeline.look().await?;
        let Some(reader) = &mut self.reader else { return Ok(Slice::End) };
        loop {
            match reader.next() {
                Some(item) => {
                    if self.pipeline.item(item).is_break() {
                        return Ok(Slice::End);
                    }
                    if self.pipeline.is_full() {
                        return Ok(Slice::More);
                    }
                }
                None => return Ok(Slice::End),
            }
        }
    }
}

/// Once for a log, as long as it has the same beginning: opening it again forgets what was kept, and not the count.
fn bury(pipeline: &mut Pipeline, error: &DecodeError, buried: &mut Option<i64>) {
    let (source, detail) = (pipeline.source(), error.to_string());
    if buried.replace(source) == Some(source) {
        pipeline.keep(0, 0, error.reason(), detail, &[]);
    } else {
        pipeline.bury(0, 0, error.reason(), detail, &[]);
    }
}

//! Lines of a file as they are asked for, lines of a stream as they come.

use std::thread;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::{Instant, timeout_at};
use vespid_ingest::source::SourceError;
use vespid_ingest::source::file::{Input, Item, LineReader};

/// How long lines of a stream may wait for a batch to fill. What a stream gave cannot be read again, so that only this
/// much is lost when the process is killed.
const HOLD: Duration = Duration::from_secs(1);
/// Lines read ahead of a stream. Each has at most a megabyte.
const AHEAD: usize = 16;

/// Where the next line comes from.
pub(super) enum Feed {
    File(Box<LineReader>),
    /// Opening and reading a stream block until somebody writes to it, so that a thread waits for it.
    Stream {
        items: Receiver<Item<'static>>,
        due: Instant,
    },
}

/// What comes next.
pub(super) enum Next<'a> {
    Item(Item<'a>),
    /// Nothing for now, or not for long: what is there should be stored.
    Pause,
    End,
}

impl Feed {
    /// Opens an input at a byte; a stream at its beginning.
    pub(super) fn open(input: &Input, position: u64) -> Result<Self, SourceError> {
        if matches!(input, Input::File(..)) {
            return LineReader::open(input, position).map(|reader| Self::File(Box::new(reader)));
        }
        let (sender, items) = channel(AHEAD);
        let stream = input.clone();
        // Never joined: it may wait for ever, and ends with the process.
        thread::Builder::new()
            .name("stream-reader".to_owned())
            .spawn(move || read(&stream, &sender))
            .map_err(|error| SourceError::Io { name: input.name(), error })?;
        Ok(Self::Stream { items, due: Instant::now() + HOLD })
    }

    /// Where the next line begins in the unpacked input.
    pub(super) fn offset(&self) -> u64 {
        match self {
            Self::File(reader) => reader.offset(),
            Self::Stream { .. } => 0,
        }
    }

    pub(super) async fn next(&mut self) -> Next<'_> {
        match self {
            Self::File(reader) => reader.next().map_or(Next::End, Next::Item),
            Self::Stream { items, due } => {
                // An item that is there comes before the time that is up.
                let item =
                    if Instant::now() < *due { timeout_at(*due, items.recv()).await.ok() } else { None };
                match item {
                    Some(Some(item)) => Next::Item(item),
                    Some(None) => Next::End,
                    None => {
                        *due = Instant::now() + HOLD;
                        Next::Pause
                    }
                }
            }
        }
    }

    /// Bytes of a file consumed so far, packed ones for a packed file; 0 for a stream.
    pub(super) fn position(&self) -> u64 {
        match self {
            Self::File(reader) => reader.position(),
            Self::Stream { .. } => 0,
        }
    }
}

/// Sends a stream's lines until it ends or nobody wants them.
fn read(stream: &Input, sender: &Sender<Item<'static>>) {
    let mut reader = match LineReader::open(stream, 0) {
        Ok(reader) => reader,
        Err(error) => {
            // Whoever is gone needs no error.
            let _ = sender.blocking_send(Item::Failed { offset: 0, error });
            return;
        }
    };
    while let Some(item) = reader.next() {
        if sender.blocking_send(item.into_owned()).is_err() {
            break;
        }
    }
}

//! Lines of an input in bounded memory.

use std::borrow::Cow;
use std::io::{self, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::{Input, open};
use crate::source::SourceError;

/// Bytes in a line. A longer one is passed over.
pub const MAX_LINE: usize = 1 << 20;
/// How much of a line that is too long is given.
const HEAD: usize = 256;
/// Bytes asked for at once.
const CHUNK: usize = 1 << 18;

/// What comes next.
#[derive(Debug)]
pub enum Item<'a> {
    /// A line without its line feed.
    Line {
        /// Where it begins in the unpacked input.
        offset: u64,
        /// Its bytes.
        bytes: Cow<'a, [u8]>,
        /// False for the last line of an input that does not end with a line feed: it may still be written.
        terminated: bool,
    },
    /// A line of more than [`MAX_LINE`] bytes.
    TooLong {
        /// Where it begins in the unpacked input.
        offset: u64,
        /// Its length.
        length: u64,
        /// Its first bytes.
        head: Cow<'a, [u8]>,
        /// As for a line.
        terminated: bool,
    },
    /// Reading failed; nothing more comes. Every whole line before was given.
    Failed {
        /// Where the first byte that was not given lies.
        offset: u64,
        /// What happened.
        error: SourceError,
    },
}

impl Item<'_> {
    /// The item without its reader, to send it elsewhere.
    pub fn into_owned(self) -> Item<'static> {
        match self {
            Self::Line { offset, bytes, terminated } => {
                Item::Line { offset, bytes: bytes.into_owned().into(), terminated }
            }
            Self::TooLong { offset, length, head, terminated } => {
                Item::TooLong { offset, length, head: head.into_owned().into(), terminated }
            }
            Self::Failed { offset, error } => Item::Failed { offset, error },
        }
    }
}

/// Reads an input line by line.
pub struct LineReader {
    name: String,
    bytes: Box<dyn Read + Send>,
    position: Arc<AtomicU64>,
    buffer: Vec<u8>,
    /// The part of the buffer that holds bytes not given yet.
    from: usize,
    to: usize,
    /// Where `from` lies in the unpacked input.
    offset: u64,
    ended: bool,
    /// The first bytes of the last line that was too long.
    head: [u8; HEAD],
}

/// Where the next line ends.
enum End {
    /// At a line feed this far from `from`.
    LineFeed(usize),
    /// With the input.
    Input,
    TooLong,
    Failed(io::Error),
}

impl LineReader {
    /// Opens an input and passes over `resume` bytes of it, unpacked. An input shorter than that is another one under
    /// the same name, and a stream has no past: they are read from their beginning; see [`LineReader::offset`].
    ///
    /// # Errors
    /// [`SourceError`] when it cannot be opened or ends in a damaged part before `resume`.
    pub fn open(input: &Input, resume: u64) -> Result<Self, SourceError> {
        let name = input.name();
        let open::Opened { bytes, begin, position } =
            open::open(input, resume).map_err(SourceError::io(name.clone()))?;
        let buffer = Vec::new();
        Ok(Self {
            name,
            bytes,
            position,
            buffer,
            from: 0,
            to: 0,
            offset: begin,
            ended: false,
            head: [0; HEAD],
        })
    }

    /// Where the next item begins in the unpacked input.
    pub fn offset(&self) -> u64 {
        self.offset
    }

    /// Bytes of the input consumed so far, packed ones for a packed input.
    pub fn position(&self) -> u64 {
        self.position.load(Ordering::Relaxed)
    }

    /// The next item, None at the end.
    #[expect(clippy::should_implement_trait, reason = "the item borrows from the reader")]
    pub fn next(&mut self) -> Option<Item<'_>> {
        let offset = self.offset;
        match self.find_end() {
            End::LineFeed(length) => {
                let start = self.from;
                self.give(length + 1);
                let bytes = self.buffer.get(start..start + length)?.into();
                Some(Item::Line { offset, bytes, terminated: true })
            }
            End::Input if self.from == self.to => None,
            End::Input => {
                let (start, length) = (self.from, self.to - self.from);
                self.give(length);
                let bytes = self.buffer.get(start..start + length)?.into();
                Some(Item::Line { offset, bytes, terminated: false })
            }
            End::TooLong => Some(self.skip(offset)),
            End::Failed(error) => Some(self.fail(offset, error)),
        }
    }

    fn give(&mut self, length: usize) {
        self.from += length;
        self.offset += length as u64;
    }

    fn fail(&mut self, offset: u64, error: io::Error) -> Item<'static> {
        self.ended = true;
        self.from = self.to;
        Item::Failed { offset, error: SourceError::Io { name: self.name.clone(), error } }
    }

    fn find_end(&mut self) -> End {
        let mut searched = 0;
        loop {
            let unread = self.buffer.get(self.from..self.to).unwrap_or_default();
            if let Some(place) = memchr::memchr(b'\n', unread.get(searched..).unwrap_or_default()) {
                let length = searched + place;
                return if length > MAX_LINE { End::TooLong } else { End::LineFeed(length) };
            }
            searched = unread.len();
            if searched > MAX_LINE {
                return End::TooLong;
            }
            match self.fill() {
                Ok(0) => return End::Input,
                Ok(_) => {}
                Err(error) => return End::Failed(error),
            }
        }
    }

    /// Passes over a line that is too long, keeping its head.
    fn skip(&mut self, offset: u64) -> Item<'_> {
        for (kept, byte) in self.head.iter_mut().zip(self.buffer.get(self.from..self.to).unwrap_or_default())
        {
            *kept = *byte;
        }
        let mut length = 0;
        let terminated = loop {
            let unread = self.buffer.get(self.from..self.to).unwrap_or_default();
            if let Some(place) = memchr::memchr(b'\n', unread) {
                length += place as u64;
                self.give(place + 1);
                break true;
            }
            length += unread.len() as u64;
            self.give(unread.len());
            match self.fill() {
                Ok(0) => break false,
                Ok(_) => {}
                Err(error) => return self.fail(offset, error),
            }
        };
        Item::TooLong { offset, length, head: self.head.as_slice().into(), terminated }
    }

    /// Reads more bytes behind those not given yet; 0 at the end of the input.
    fn fill(&mut self) -> io::Result<usize> {
        if self.ended {
            return Ok(0);
        }
        self.buffer.copy_within(self.from..self.to, 0);
        self.to -= self.from;
        self.from = 0;
        if self.buffer.len() < self.to + CHUNK {
            self.buffer.resize(self.to + CHUNK, 0);
        } else if self.buffer.len() > MAX_LINE + 2 * CHUNK {
            self.buffer.truncate(MAX_LINE + 2 * CHUNK);
        }
        loop {
            match self.bytes.read(self.buffer.get_mut(self.to..).unwrap_or_default()) {
                Ok(read) => {
                    self.to += read;
                    self.ended = read == 0;
                    return Ok(read);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

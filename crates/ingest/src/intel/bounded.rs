//! Bytes of which one entry has only so many.

use std::cell::Cell;
use std::io::{self, Read};
use std::rc::Rc;

/// Bytes of one entry. AbuseIPDB's verbose answers are the longest.
pub(super) const LONGEST: u64 = 16 << 20;

/// How far a file is read, shared with who reads entries from it.
#[derive(Debug, Clone, Default)]
pub(super) struct Place(Rc<Cells>);

#[derive(Debug, Default)]
struct Cells {
    read: Cell<u64>,
    entry: Cell<u64>,
}

impl Place {
    /// An entry ends, or something that is none.
    pub(super) fn mark(&self) {
        self.0.entry.set(self.0.read.get());
    }

    /// Bytes read so far.
    pub(super) fn read(&self) -> u64 {
        self.0.read.get()
    }
}

/// Fails in an entry that is too long.
pub(super) struct Bounded<R> {
    pub(super) bytes: R,
    pub(super) place: Place,
}

impl<R: Read> Read for Bounded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        let cells = &self.place.0;
        cells.read.set(cells.read.get() + read as u64);
        if cells.read.get() - cells.entry.get() > LONGEST {
            return Err(io::Error::other(format!("an entry of more than {} MiB", LONGEST >> 20)));
        }
        Ok(read)
    }
}

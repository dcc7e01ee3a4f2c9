//! A plain file that others write to, and rename, copy and cut off while it is read.
//!
//! It is held open, so that a new name does not matter and what is written after it got one is read. That its content is
//! another is seen by its fingerprint, which is looked at after each reading: what was read of a file that was cut off
//! meanwhile is not given, since whoever cuts off a log has copied it before (`copytruncate`).
//!
//! A file shorter than [`FINGERPRINT`] has the fingerprint of all that is there, which grows with it. While it is open this
//! is as good as a whole one; to a program that was started again it says who the file is only together with its
//! name, because several short files may begin alike.

use std::fs::File;
use std::io;
use std::ops::ControlFlow;
use std::os::unix::fs::FileExt;
use std::path::Path;

use super::fingerprint::{FINGERPRINT, Fingerprint};
use super::lines::{Item, MAX_LINE};
use super::open::Packing;
use crate::capture::is_capture;

/// Bytes read at once: more than the longest line.
const SLICE: usize = 2 * MAX_LINE;
/// How much of a line that is too long is given.
const HEAD: usize = 256;

/// A file that is followed.
pub struct Tail {
    file: File,
    print: Fingerprint,
    /// Where the first byte lies that was not given.
    offset: u64,
    /// The line that this byte is within, where it is too long.
    long: Option<Long>,
}

struct Long {
    offset: u64,
    head: Vec<u8>,
}

impl Tail {
    /// Opens a file, to be read from its beginning.
    ///
    /// # Errors
    /// When it cannot be opened or read.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut tail = Self { file: File::open(path)?, print: Fingerprint::NONE, offset: 0, long: None };
        tail.grow()?;
        Ok(tail)
    }

    /// Is it compressed, as its first bytes say?
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_packed(&self) -> io::Result<bool> {
        let mut head = [0; 4];
        let length = self.read_at(&mut head, 0)?;
        let head = head.get(..length).unwrap_or_default();
        // A capture has no lines of its own either.
        Ok(Packing::of(head).is_some() || is_capture(head))
    }

    /// Its length by now.
    ///
    /// # Errors
    /// When the system does not say.
    pub fn length(&self) -> io::Result<u64> {
        Ok(self.file.metadata()?.len())
    }

    /// Where the first byte lies that was not given.
    pub const fn offset(&self) -> u64 {
        self.offset
    }

    /// Goes on at this place, where a line begins.
    pub fn pass_to(&mut self, offset: u64) {
        self.offset = offset;
        self.long = None;
    }

    /// What tells it from others.
    pub const fn fingerprint(&self) -> Fingerprint {
        self.print
    }

    /// The fingerprint of its first bytes; None when it has fewer.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn fingerprint_of(&self, length: u64) -> io::Result<Option<Fingerprint>> {
        let mut bytes = vec![0; usize::try_from(length.min(FINGERPRINT)).unwrap_or(0)];
        let read = self.read_at(&mut bytes, 0)?;
        Ok((read as u64 == length).then(|| Fingerprint::NONE.and(&bytes)))
    }

    /// Takes more of its beginning into its fingerprint, where that is shorter than fingerprints are. True when it grew.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn grow(&mut self) -> io::Result<bool> {
        if self.print.length == FINGERPRINT {
            return Ok(false);
        }
        let length = self.length()?.min(FINGERPRINT);
        let Some(grown) = self.fingerprint_of(length)? else { return Ok(false) };
        let has_grown = grown.length > self.print.length;
        if has_grown {
            self.print = grown;
        }
        Ok(has_grown)
    }

    /// Has it its beginning still, and all that was given? Otherwise it is another log in the same file.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_same(&self) -> io::Result<bool> {
        Ok(self.length()? >= self.offset && self.fingerprint_of(self.print.length)? == Some(self.print))
    }

    /// The bytes that stand at its place, twice the longest line at most. Ask afterwards whether it is the same file. The
    /// buffer may serve many files.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn read<'b>(&self, buffer: &'b mut Vec<u8>) -> io::Result<&'b [u8]> {
        buffer.resize(SLICE, 0);
        let length = self.read_at(buffer, self.offset)?;
        Ok(buffer.get(..length).unwrap_or_default())
    }

    /// The first whole lines of the file, at most a megabyte of it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn beginning(&self) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; MAX_LINE];
        let length = self.read_at(&mut bytes, 0)?;
        let whole = memchr::memrchr(b'\n', bytes.get(..length).unwrap_or_default()).map_or(0, |end| end + 1);
        bytes.truncate(whole);
        Ok(bytes)
    }

    /// Gives the whole lines of these bytes, which stand at its place, until `give` breaks off. A line without an end
    /// waits.
    pub fn lines(&mut self, bytes: &[u8], mut give: impl FnMut(Item<'_>) -> ControlFlow<()>) {
        let mut rest = bytes;
        while let Some(length) = memchr::memchr(b'\n', rest) {
            let (line, after) = (rest.get(..length), rest.get(length + 1..));
            let item = self.line(line.unwrap_or_default());
            rest = after.unwrap_or_default();
            if give(item).is_break() {
                return;
            }
        }
        if rest.len() > MAX_LINE {
            let (offset, head) = (self.offset, || rest.iter().take(HEAD).copied().collect());
            self.long.get_or_insert_with(|| Long { offset, head: head() });
        }
        if self.long.is_some() {
            self.offset += rest.len() as u64;
        }
    }

    /// The line without an end that these bytes, which stand at its place, are; None where nothing is.
    pub fn unfinished<'a>(&self, bytes: &'a [u8]) -> Option<Item<'a>> {
        if let Some(long) = &self.long {
            let length = self.offset + bytes.len() as u64 - long.offset;
            let head = long.head.clone().into();
            return Some(Item::TooLong { offset: long.offset, length, head, terminated: false });
        }
        let line = Item::Line { offset: self.offset, bytes: bytes.into(), terminated: false };
        (!bytes.is_empty()).then_some(line)
    }

    /// A whole line, whose first bytes may have been passed over.
    fn line<'a>(&mut self, bytes: &'a [u8]) -> Item<'a> {
        let offset = self.offset;
        let end = offset + bytes.len() as u64;
        self.offset = end + 1;
        if let Some(Long { offset, head }) = self.long.take() {
            return Item::TooLong { offset, length: end - offset, head: head.into(), terminated: true };
        }
        if bytes.len() > MAX_LINE {
            let head = bytes.get(..HEAD).unwrap_or_default().into();
            return Item::TooLong { offset, length: bytes.len() as u64, head, terminated: true };
        }
        Item::Line { offset, bytes: bytes.into(), terminated: true }
    }

    /// Fewer bytes only at the end.
    fn read_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<usize> {
        let mut length = 0;
        while !buffer.is_empty() {
            match self.file.read_at(buffer, offset) {
                Ok(0) => break,
                Ok(read) => {
                    length += read;
                    offset += read as u64;
                    buffer = buffer.get_mut(read..).unwrap_or_default();
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(length)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::io::Write as _;

    use super::*;

    /// What is given now: lines as they are, those that are too long by their length.
    fn given(tail: &mut Tail) -> Vec<(u64, Result<String, u64>)> {
        let (mut buffer, mut all) = (Vec::new(), Vec::new());
        loop {
            let bytes = tail.read(&mut buffer).unwrap();
            let before = tail.offset();
            tail.lines(bytes, |item| {
                all.push(match item {
                    Item::Line { offset, bytes, terminated: true } => {
                        (offset, Ok(String::from_utf8_lossy(&bytes).into_owned()))
                    }
                    Item::TooLong { offset, length, terminated: true, .. } => (offset, Err(length)),
                    other => panic!("{other:?}"),
                });
                ControlFlow::Continue(())
            });
            if tail.offset() == before {
                return all;
            }
        }
    }

    #[test]
    fn a_line_waits_for_its_end() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = File::create(&path).unwrap();
        log.write_all(b"one\ntw").unwrap();
        let mut tail = Tail::open(&path).unwrap();
        assert_eq!(given(&mut tail), [(0, Ok("one".to_owned()))]);
        assert_eq!(given(&mut tail), []);
        log.write_all(b"o\n\nthree").unwrap();
        assert_eq!(given(&mut tail), [(4, Ok("two".to_owned())), (8, Ok(String::new()))]);
        assert!(matches!(tail.unfinished(b"three"), Some(Item::Line { offset: 9, terminated: false, .. })));
        assert!(tail.is_same().unwrap());
    }

    /// However long it gets, it is read once.
    #[test]
    fn a_line_that_is_too_long_is_passed_over_as_it_grows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        let mut log = File::create(&path).unwrap();
        let mut tail = Tail::open(&path).unwrap();
        log.write_all(b"a\n").unwrap();
        assert_eq!(given(&mut tail), [(0, Ok("a".to_owned()))]);
        for part in 1..=3 {
            log.write_all(&vec![b'x'; SLICE]).unwrap();
            assert_eq!(given(&mut tail), []);
            assert_eq!(tail.offset(), 2 + part * SLICE as u64);
        }
        log.write_all(b"\nb\n").unwrap();
        let length = 3 * SLICE as u64;
        assert_eq!(given(&mut tail), [(2, Err(length)), (length + 3, Ok("b".to_owned()))]);
        log.write_all(&[&vec![b'y'; MAX_LINE][..], b"\n"].concat()).unwrap();
        assert_eq!(given(&mut tail).len(), 1, "as long as a line may be");
    }

    #[test]
    fn a_new_name_is_no_other_file_and_a_new_content_is() {
        let folder = tempfile::tempdir().unwrap();
        let (path, moved) = (folder.path().join("log"), folder.path().join("log.1"));
        fs::write(&path, "first\n").unwrap();
        let mut tail = Tail::open(&path).unwrap();
        given(&mut tail);
        fs::rename(&path, &moved).unwrap();
        fs::OpenOptions::new().append(true).open(&moved).unwrap().write_all(b"late\n").unwrap();
        assert!(tail.is_same().unwrap());
        assert_eq!(given(&mut tail), [(6, Ok("late".to_owned()))]);
        assert!(tail.grow().unwrap());

        fs::write(&moved, "another log that is longer\n").unwrap();
        assert!(!tail.is_same().unwrap());
        fs::write(&moved, "first\n").unwrap();
        assert!(!tail.is_same().unwrap(), "it begins alike, and is shorter than what was given");
    }
}

//! Bytes of an input, unpacked, from an offset.

use std::fs::File;
use std::io::{self, BufReader, Cursor, Read, Seek, SeekFrom};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Input;
use crate::capture::{Lines, is_capture};
use crate::source::SourceError;

/// The largest window of a zstd file: a file may ask for more memory than there is.
const ZSTD_WINDOW_LOG: u32 = 26;

/// Bytes that tell how an input is packed.
const HEAD: usize = 4;

/// An input's bytes.
pub(super) struct Opened {
    pub(super) bytes: Box<dyn Read + Send>,
    /// Where they begin in the unpacked input.
    pub(super) begin: u64,
    /// How many bytes of the packed input were consumed so far.
    pub(super) position: Arc<AtomicU64>,
}

/// The bytes from `offset` of the unpacked input on; from its beginning when it is shorter than that.
pub(super) fn open(input: &Input, offset: u64) -> io::Result<Opened> {
    let position = Arc::new(AtomicU64::new(0));
    let (bytes, begin) = match input {
        Input::Stdin => (unpack(counted(io::stdin(), &position))?, 0),
        Input::Stream(path) => (unpack(counted(File::open(path)?, &position))?, 0),
        Input::File(path, _) => {
            let mut file = File::open(path)?;
            let mut head = [0; HEAD];
            let head = read_head(&mut file, &mut head)?;
            if Packing::of(head).is_some() || is_capture(head) {
                file.rewind()?;
                let mut bytes = unpack(counted(file, &position))?;
                if io::copy(&mut (&mut bytes).take(offset), &mut io::sink())? < offset {
                    return open(input, 0);
                }
                (bytes, offset)
            } else {
                let begin = if offset > file.metadata()?.len() { 0 } else { offset };
                file.seek(SeekFrom::Start(begin))?;
                position.store(begin, Ordering::Relaxed);
                (Box::new(counted(file, &position)) as Box<dyn Read + Send>, begin)
            }
        }
    };
    Ok(Opened { bytes, begin, position })
}

/// All bytes of an input, unpacked.
///
/// # Errors
/// [`SourceError::Io`] when it cannot be opened.
pub(crate) fn unpacked(input: &Input) -> Result<Box<dyn Read + Send>, SourceError> {
    open(input, 0).map(|opened| opened.bytes).map_err(SourceError::io(input.name()))
}

/// The first bytes, fewer only at the end: a pipe may give one byte at a time.
fn read_head<'a>(bytes: &mut impl Read, head: &'a mut [u8; HEAD]) -> io::Result<&'a [u8]> {
    let mut length = 0;
    while length < head.len() {
        match bytes.read(&mut head[length..]) {
            Ok(0) => break,
            Ok(read) => length += read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(&head[..length])
}

/// The lines of an input, unpacked; those of a capture are what its packets say. What is wrong with a packed input is
/// said to whoever reads it: its whole lines come first.
fn unpack(bytes: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let (head, bytes) = peek(decompressed(bytes)?);
    Ok(if is_capture(&head) { Box::new(Lines::new(bytes)?) } else { Box::new(bytes) })
}

/// The first bytes, and all of them.
fn peek<R: Read + Send + 'static>(mut bytes: R) -> (Vec<u8>, impl Read + Send + 'static) {
    let mut head = Vec::with_capacity(HEAD);
    let mut failed = None;
    while head.len() < HEAD && failed.is_none() {
        let mut byte = [0];
        match bytes.read(&mut byte) {
            Ok(0) => break,
            Ok(_) => head.extend(byte),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => failed = Some(error),
        }
    }
    (head.clone(), Cursor::new(head).chain(Failing(failed)).chain(bytes))
}

/// What went wrong, said once.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

/// Unpacks what its first bytes say it is.
fn decompressed(bytes: impl Read + Send + 'static) -> io::Result<Box<dyn Read + Send>> {
    let (head, bytes) = peek(bytes);
    let bytes = BufReader::with_capacity(1 << 16, bytes);
    Ok(match Packing::of(&head) {
        None => Box::new(bytes),
        Some(Packing::Gzip) => Box::new(flate2::bufread::MultiGzDecoder::new(bytes)),
        Some(Packing::Bzip2) => Box::new(bzip2::bufread::MultiBzDecoder::new(bytes)),
        Some(Packing::Zstd) => {
            let mut decoder = zstd::stream::read::Decoder::with_buffer(bytes)?;
            decoder.window_log_max(ZSTD_WINDOW_LOG)?;
            Box::new(decoder)
        }
    })
}

#[derive(Clone, Copy)]
pub(super) enum Packing {
    Gzip,
    Bzip2,
    Zstd,
}

impl Packing {
    /// By the first bytes, because names lie.
    pub(super) fn of(head: &[u8]) -> Option<Self> {
        if head.starts_with(&[0x1f, 0x8b, 0x08]) {
            Some(Self::Gzip)
        } else if matches!(head, [b'B', b'Z', b'h', b'1'..=b'9']) {
            Some(Self::Bzip2)
        } else if head.starts_with(&[0x28, 0xb5, 0x2f, 0xfd]) {
            Some(Self::Zstd)
        } else {
            None
        }
    }
}

fn counted<R: Read>(bytes: R, position: &Arc<AtomicU64>) -> Counted<R> {
    Counted { bytes, position: Arc::clone(position) }
}

struct Counted<R> {
    bytes: R,
    position: Arc<AtomicU64>,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.position.fetch_add(read as u64, Ordering::Relaxed);
        Ok(read)
    }
}

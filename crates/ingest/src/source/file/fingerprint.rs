//! Is it still the same file?

use super::{Input, open};
use crate::source::SourceError;
use std::io::Read;

/// A file's first bytes, hashed. A log that grew has the same beginning; one that was rotated away has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// FNV-1a, 64 bits (draft-eastlake-fnv), of the unpacked bytes.
    pub hash: u64,
    /// How many bytes were hashed.
    pub length: u64,
}

/// The fingerprint of at most `length` bytes. None for what can only be read once.
///
/// # Errors
/// [`SourceError`] when the file cannot be read that far.
pub fn fingerprint(input: &Input, length: u64) -> Result<Option<Fingerprint>, SourceError> {
    if !matches!(input, Input::File(..)) {
        return Ok(None);
    }
    let failed = || SourceError::io(input.name());
    let bytes = open::open(input, 0).map_err(failed())?.bytes;
    let mut print = Fingerprint { hash: 0xcbf2_9ce4_8422_2325, length: 0 };
    let mut bytes = bytes.take(length);
    let mut buffer = [0; 1024];
    loop {
        let read = bytes.read(&mut buffer).map_err(failed())?;
        if read == 0 {
            return Ok(Some(print));
        }
        for byte in buffer.iter().take(read) {
            print.hash = (print.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        print.length += read as u64;
    }
}

//! Is it still the same file?

use super::{Input, open};
use crate::source::SourceError;
use std::io::Read;

/// How many bytes of a file's beginning tell it from another one.
pub const FINGERPRINT: u64 = 1024;

/// A file's first bytes, hashed. A log that grew has the same beginning; one that was rotated away has not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fingerprint {
    /// FNV-1a, 64 bits (draft-eastlake-fnv), of the unpacked bytes.
    pub hash: u64,
    /// How many bytes were hashed.
    pub length: u64,
}

impl Fingerprint {
    /// Of no bytes: that of every file.
    pub(super) const NONE: Self = Self { hash: 0xcbf2_9ce4_8422_2325, length: 0 };

    /// With the bytes that follow.
    pub(super) fn and(mut self, bytes: &[u8]) -> Self {
        for byte in bytes {
            self.hash = (self.hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.length += bytes.len() as u64;
        self
    }
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
    let mut print = Fingerprint::NONE;
    let mut bytes = bytes.take(length);
    let mut buffer = [0; 1024];
    loop {
        let read = bytes.read(&mut buffer).map_err(failed())?;
        if read == 0 {
            return Ok(Some(print));
        }
        print = print.and(buffer.get(..read).unwrap_or_default());
    }
}

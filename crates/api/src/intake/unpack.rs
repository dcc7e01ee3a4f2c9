//! A packed body in bounded memory.

use std::io::{self, Read};

use flate2::read::MultiGzDecoder;

use super::refusal::Refusal;

/// The bytes of a gzip stream, at most so many.
pub(super) fn gzip(packed: &[u8], most: usize) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    let mut unpacked = MultiGzDecoder::new(packed).take(most as u64 + 1);
    io::copy(&mut unpacked, &mut bytes).map_err(|_| Refusal::Gzip)?;
    if bytes.len() > most { Err(Refusal::TooLarge) } else { Ok(bytes) }
}

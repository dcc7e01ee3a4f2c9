//! Spaces between a comma and a quote, which abuse.ch writes and tables do not have.

use std::io::{self, Read};

/// Leaves out spaces that follow a comma outside of quotes.
pub(super) struct Trim<R> {
    bytes: R,
    quoted: bool,
    after_comma: bool,
}

impl<R: Read> Trim<R> {
    pub(super) const fn new(bytes: R) -> Self {
        Self { bytes, quoted: false, after_comma: false }
    }
}

impl<R: Read> Read for Trim<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        loop {
            let read = self.bytes.read(buffer)?;
            let mut kept = 0;
            for place in 0..read {
                let byte = buffer[place];
                if byte == b' ' && self.after_comma {
                    continue;
                }
                // A doubled quote ends and begins.
                self.quoted ^= byte == b'"';
                self.after_comma = byte == b',' && !self.quoted;
                buffer[kept] = byte;
                kept += 1;
            }
            // Nothing would be the end.
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

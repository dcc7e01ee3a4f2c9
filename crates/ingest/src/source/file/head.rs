//! How a file begins.

use super::{Input, Item, LineReader};

/// Lines that are read, and bytes of them.
const LINES: usize = 100;
const BYTES: usize = 1 << 20;

/// The first lines of a file, as far as they can be read. None for what can only be read once.
pub fn head(input: &Input) -> Option<Vec<Vec<u8>>> {
    if !matches!(input, Input::File(..)) {
        return None;
    }
    let mut lines = Vec::new();
    let mut bytes = 0;
    let mut reader = LineReader::open(input, 0).ok()?;
    while lines.len() < LINES && bytes < BYTES {
        match reader.next() {
            Some(Item::Line { bytes: line, .. }) => {
                bytes += line.len();
                lines.push(line.into_owned());
            }
            Some(Item::TooLong { head, .. }) => {
                bytes += head.len();
                lines.push(head.into_owned());
            }
            Some(Item::Failed { .. }) | None => break,
        }
    }
    Some(lines)
}

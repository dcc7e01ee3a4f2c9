//! Any bytes are a capture, to its end or to where it is damaged; each of its lines is one of our own.

use std::io::{self, Cursor, Read};

use vespid_ingest::capture::Lines;
use vespid_ingest::decode::native;

/// Lines are few and short beside packets: a packet says few things.
const LINES_FOR_A_BYTE: usize = 64;

pub(crate) fn capture(bytes: &[u8]) {
    let (lines, failed) = read(bytes);
    assert_eq!(read(bytes), (lines.clone(), failed), "the same again");
    assert!(lines.len() <= LINES_FOR_A_BYTE * bytes.len(), "{} bytes", lines.len());
    for line in lines.split_inclusive(|byte| *byte == b'\n') {
        assert!(matches!(native::decode(line), Ok(Some(_))), "{}", line.escape_ascii());
    }
}

fn read(bytes: &[u8]) -> (Vec<u8>, Option<String>) {
    let mut text = Vec::new();
    let lines = Lines::new(Cursor::new(bytes.to_vec()));
    let most = (LINES_FOR_A_BYTE * bytes.len()) as u64;
    let read = lines.and_then(|lines| io::copy(&mut lines.take(most + 1), &mut text));
    (text, read.err().map(|error| error.to_string()))
}

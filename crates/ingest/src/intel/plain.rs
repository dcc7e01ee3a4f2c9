//! Addresses, one a line.

use std::io::{BufRead, BufReader, Read};
use std::{io, str};

use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Said};

use super::entry::Odd;
use super::read::Hand;

/// Bytes of a line.
const LONGEST: u64 = 4096;

/// Reads all lines; `words` is what the list says of each address.
pub(super) fn read(bytes: impl Read, feed: Feed, words: &Intel, hand: &mut Hand<'_>) -> io::Result<()> {
    let mut bytes = BufReader::new(bytes);
    let mut line = Vec::new();
    while !hand.is_stopped() {
        line.clear();
        if (&mut bytes).take(LONGEST).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let text = str::from_utf8(&line).unwrap_or("bytes that are no text").trim();
        if !text.is_empty() && !text.starts_with('#') {
            match text.parse() {
                Ok(ip) => hand.said(Said::new(feed, ip, None, words.clone())),
                Err(_) => hand.bad(&Odd::new("line", text, "an IP address"), text),
            }
        }
        hand.mark();
    }
    Ok(())
}

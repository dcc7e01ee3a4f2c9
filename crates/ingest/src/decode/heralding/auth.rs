//! `log_auth.csv`: one login a line. A name or password with a line break in it tears its line apart, and what stands
//! between the quotes is the attacker's: no line of it is read, and all are counted.

use crate::decode::error::shorten;
use crate::decode::origin::Origin;
use crate::decode::plain::plain;
use crate::decode::{DecodeError, Decoded, Passed, address, time};

use super::DECKY;

/// Columns since its first version; a hash of the password came later.
const COLUMNS: usize = 10;
const HEADER: &str = "timestamp,auth_id,session_id,source_ip,";

/// Is it the first line, or one with an id in both places?
pub(in crate::decode) fn is_line(line: &str) -> bool {
    let id = |text: Option<&str>| {
        text.is_some_and(|text| text.len() == 36 && text.bytes().filter(|byte| *byte == b'-').count() == 4)
    };
    let mut columns = line.split(',').skip(1);
    line.starts_with(HEADER) || (id(columns.next()) && id(columns.next()))
}

/// Does a text in quotes begin or end in this line? Quotes within a text stand twice.
pub(in crate::decode) fn is_torn(line: &[u8]) -> bool {
    memchr::memchr_iter(b'"', line).count() % 2 == 1
}

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    if line.starts_with(HEADER) {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    }
    if is_torn(line.as_bytes()) {
        return Err(DecodeError::Torn);
    }
    let mut reader = csv::ReaderBuilder::new().has_headers(false).from_reader(line.as_bytes());
    let record =
        reader.records().next().and_then(Result::ok).ok_or(DecodeError::NotThis("heralding-auth"))?;
    if record.len() < COLUMNS {
        return Err(DecodeError::NotThis("heralding-auth"));
    }
    let column = |place: usize| record.get(place).unwrap_or_default();
    let ip = address(column(3)).ok_or_else(|| DecodeError::BadAddress(shorten(column(3))))?;
    let origin = Origin::new(time(column(0))?, ip, DECKY)?.session(Some(column(2)))?;
    Ok(origin.events([super::attempt(column(7), column(8), column(9))]))
}

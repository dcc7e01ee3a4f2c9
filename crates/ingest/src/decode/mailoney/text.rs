//! The lines as text: `[1736444297.12][192.0.2.1:5555] EHLO x`.

use std::net::IpAddr;

use vespid_model::UtcMicros;

use super::{DECKY, PORT, sent};
use crate::decode::origin::Origin;
use crate::decode::plain::{endpoint, plain};
use crate::decode::{DecodeError, Decoded};

/// Has it a time and an address in front?
pub(in crate::decode) fn is_line(line: &str) -> bool {
    parts(line).is_some()
}

/// Seconds since 1970, the other end, what it sent.
fn parts(line: &str) -> Option<(f64, (IpAddr, u16), &str)> {
    let (time, rest) = line.strip_prefix('[')?.split_once("][")?;
    let (end, data) = rest.split_once(']')?;
    Some((time.parse().ok()?, endpoint(end)?, data))
}

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let (seconds, (ip, port), data) = parts(&line).ok_or(DecodeError::NotThis("mailoney-text"))?;
    let time = UtcMicros::from_epoch(seconds)
        .map_err(|error| DecodeError::BadTime { text: seconds.to_string(), error })?;
    Ok(sent(&Origin::new(time, ip, DECKY)?.connection(port, PORT), data))
}

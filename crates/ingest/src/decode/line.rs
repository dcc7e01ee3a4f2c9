//! What every format needs of a line.

use std::net::IpAddr;

use serde::de::IgnoredAny;
use vespid_model::UtcMicros;

use super::DecodeError;
use super::error::shorten;

/// What some programs put before the first line of a file.
pub(super) const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a line that may be an object; None for a blank one.
pub(super) fn text(line: &[u8]) -> Result<Option<&str>, DecodeError> {
    let line = line.strip_prefix(BYTE_ORDER_MARK).unwrap_or(line);
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    if let Some(at) = memchr::memchr(0, line) {
        return Err(DecodeError::NulByte(at));
    }
    let text = std::str::from_utf8(line).map_err(|error| DecodeError::InvalidUtf8(error.valid_up_to()))?;
    // A list would be read as the record's fields in their order.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => DecodeError::NotAnObject,
            Err(error) => DecodeError::NotJson(error.to_string()),
        });
    }
    Ok(Some(text))
}

/// An address without its zone: `fe80::1%eth0` names an interface of the decoy's host, not of the attacker.
pub(super) fn address(text: &str) -> Option<IpAddr> {
    text.split('%').next()?.parse().ok()
}

/// A time as logs have it.
pub(super) fn time(text: &str) -> Result<UtcMicros, DecodeError> {
    UtcMicros::parse(text).map_err(|error| DecodeError::BadTime { text: shorten(text), error })
}

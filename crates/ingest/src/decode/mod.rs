//! One file per log format: a pure function from the bytes of a line to an event.

pub mod cowrie;
mod error;
pub mod native;
mod surrogate;
mod value;

use std::net::IpAddr;

use serde::Deserialize;
use serde::de::IgnoredAny;
use vespid_model::event::Event;

pub use error::DecodeError;

/// Reads one line of Cowrie's log or of Vespid's own events, whichever it is. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn line(bytes: &[u8]) -> Result<Option<Event>, DecodeError> {
    if is_native(bytes) { native::decode(bytes) } else { cowrie::decode(bytes) }
}

/// Has the line a `kind` and no `eventid` of its own? Attackers write the values, so that only the names count.
fn is_native(bytes: &[u8]) -> bool {
    #[derive(Deserialize)]
    struct Names {
        kind: Option<IgnoredAny>,
        eventid: Option<IgnoredAny>,
    }

    // Most lines have no such word, and are read once.
    if memchr::memmem::find(bytes, b"\"kind\"").is_none() {
        return false;
    }
    let Ok(Some(text)) = text(bytes) else { return false };
    let mended = surrogate::replace_lone(text);
    let names = serde_json::from_str::<Names>(mended.as_deref().unwrap_or(text));
    names.is_ok_and(|names| names.kind.is_some() && names.eventid.is_none())
}

/// What some programs put before the first line of a file.
const BYTE_ORDER_MARK: &[u8] = b"\xef\xbb\xbf";

/// The text of a line that may be an object; None for a blank one.
fn text(line: &[u8]) -> Result<Option<&str>, DecodeError> {
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
fn address(text: &str) -> Option<IpAddr> {
    text.split('%').next()?.parse().ok()
}

//! Cowrie's lines and Vespid's own, which may stand in one file.

use serde::Deserialize;
use serde::de::IgnoredAny;
use vespid_model::event::Event;

use super::surrogate::replace_lone;
use super::{DecodeError, Decoded, cowrie, native, text};

/// Reads one line of Cowrie's log or of Vespid's own events, whichever it is. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn line(bytes: &[u8]) -> Result<Option<Event>, DecodeError> {
    if is_native(bytes) { native::decode(bytes) } else { cowrie::decode(bytes) }
}

pub(super) fn decode(bytes: &[u8]) -> Result<Decoded, DecodeError> {
    line(bytes).map(Decoded::from)
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
    let mended = replace_lone(text);
    let names = serde_json::from_str::<Names>(mended.as_deref().unwrap_or(text));
    names.is_ok_and(|names| names.kind.is_some() && names.eventid.is_none())
}

//! Vespid's own events, one JSON object a line: what enrichers, mail and web decoys and other sensors say.
//!
//! `{"kind": "http_request", "time": "...", "src_ip": "...", "decky": "...", "session": "...", ...}`, with the fields of
//! the kind's body beside those of the event. A field that the kind does not have is an error: a misspelt name would
//! lose detections silently. `docs/events.md` has an example of each kind.

use serde_json::{Map, Value, json};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind};

use super::error::shorten;
use super::origin::LONGEST_NAME;
use super::record::Record;
use super::{DecodeError, address, time};

/// Reads one line. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn decode(line: &[u8]) -> Result<Option<Event>, DecodeError> {
    Record::read(line)?.map(|record| event(record.into_map())).transpose()
}

/// The line that is read back as this event.
pub fn line(event: &Event) -> String {
    let head = json!({
        "kind": event.kind(),
        "time": event.time.to_string(),
        "src_ip": event.source_ip,
        "decky": event.decky,
        "session": event.session,
    });
    let body = event.body_json.trim_start_matches('{');
    let comma = if body == "}" { "" } else { "," };
    format!("{}{comma}{body}", head.to_string().trim_end_matches('}'))
}

fn event(mut fields: Map<String, Value>) -> Result<Event, DecodeError> {
    let kind = required(&mut fields, "kind")?;
    let kind: SourceKind = kind.parse().map_err(|_| DecodeError::UnknownKind(shorten(&kind)))?;
    let time = time(&required(&mut fields, "time")?)?;
    let ip = required(&mut fields, "src_ip")?;
    let ip = address(&ip).ok_or_else(|| DecodeError::BadAddress(shorten(&ip)))?;
    let decky = required(&mut fields, "decky")?;
    let session = optional(&mut fields, "session")?;
    for (name, text) in [("decky", Some(&decky)), ("session", session.as_ref())] {
        if text.is_some_and(|text| text.chars().count() > LONGEST_NAME) {
            return Err(DecodeError::TooLong(name));
        }
    }
    let body = Body::from_fields(kind, fields).map_err(|error| DecodeError::BadBody(error.to_string()))?;
    Ok(Event::new(time, ip, &decky, session.as_deref(), body))
}

fn required(fields: &mut Map<String, Value>, name: &'static str) -> Result<String, DecodeError> {
    optional(fields, name)?.ok_or(DecodeError::Missing(name))
}

/// None for a text that is empty.
fn optional(fields: &mut Map<String, Value>, name: &'static str) -> Result<Option<String>, DecodeError> {
    let found = match fields.remove(name) {
        None | Some(Value::Null) => return Ok(None),
        Some(Value::String(text)) => return Ok(Some(text).filter(|text| !text.is_empty())),
        Some(Value::Bool(_)) => "a truth value",
        Some(Value::Number(_)) => "a number",
        Some(Value::Array(_)) => "a list",
        Some(Value::Object(_)) => "an object",
    };
    Err(DecodeError::WrongType { name, expected: "a string", found })
}

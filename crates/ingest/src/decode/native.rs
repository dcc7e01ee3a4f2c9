//! Vespid's own events, one JSON object a line: what enrichers, mail and web decoys and other sensors say.
//!
//! `{"kind": "http_request", "time": "...", "src_ip": "...", "decky": "...", "session": "...", ...}`, with the fields of
//! the kind's body beside those of the event. A field that the kind does not have is an error: a misspelt name would
//! lose detections silently. `docs/events.md` has an example of each kind.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind, UtcMicros};

use super::error::shorten;
use super::surrogate::replace_lone;
use super::{DecodeError, address, text};

/// Characters in the name of a session or decky, as for Cowrie's.
const LONGEST_NAME: usize = 255;

/// Reads one line. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn decode(line: &[u8]) -> Result<Option<Event>, DecodeError> {
    let Some(text) = text(line)? else { return Ok(None) };
    match serde_json::from_str::<Fields>(text) {
        Ok(fields) => event(fields.0).map(Some),
        Err(error) => match replace_lone(text).map(|text| serde_json::from_str::<Fields>(&text)) {
            Some(Ok(fields)) => event(fields.0).map(Some),
            Some(Err(error)) => Err(fault(&error)),
            None => Err(fault(&error)),
        },
    }
}

fn fault(error: &serde_json::Error) -> DecodeError {
    let message = error.to_string();
    match message.strip_prefix(TWICE) {
        Some(field) => DecodeError::Duplicate(format!("field {} stands twice", shorten(field))),
        None if error.is_eof() => DecodeError::Truncated(message),
        None => DecodeError::NotJson(message),
    }
}

fn event(mut fields: Map<String, Value>) -> Result<Event, DecodeError> {
    let kind = required(&mut fields, "kind")?;
    let kind: SourceKind = kind.parse().map_err(|_| DecodeError::UnknownKind(shorten(&kind)))?;
    let time = required(&mut fields, "time")?;
    let time =
        UtcMicros::parse(&time).map_err(|error| DecodeError::BadTime { text: shorten(&time), error })?;
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

const TWICE: &str = "duplicate field ";

/// An object in which no field stands twice: the last would win, and hide the other from whoever reads the line.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Object;

        impl<'de> Visitor<'de> for Object {
            type Value = Fields;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Map::new();
                while let Some((name, value)) = map.next_entry::<String, Value>()? {
                    if fields.contains_key(&name) {
                        return Err(A::Error::custom(format_args!("{TWICE}{name:?}")));
                    }
                    fields.insert(name, value);
                }
                Ok(Fields(fields))
            }
        }

        deserializer.deserialize_map(Object)
    }
}

//! A JSON object of a sensor whose records differ too widely for a struct.

use std::fmt;
use std::net::IpAddr;

use serde::Deserialize;
use serde::de::{Deserializer, Error, MapAccess, Visitor};
use serde_json::{Map, Value};
use vespid_model::UtcMicros;

use super::error::shorten;
use super::surrogate::replace_lone;
use super::{DecodeError, address, text, time};

/// A whole line.
#[derive(Debug)]
pub(super) struct Record(Map<String, Value>);

impl Record {
    /// None for a blank line.
    ///
    /// # Errors
    /// [`DecodeError`] when the line is no object, or a field of it stands twice.
    pub(super) fn read(line: &[u8]) -> Result<Option<Self>, DecodeError> {
        let Some(text) = text(line)? else { return Ok(None) };
        match serde_json::from_str::<Fields>(text) {
            Ok(fields) => Ok(Some(Self(fields.0))),
            Err(error) => match replace_lone(text).map(|text| serde_json::from_str::<Fields>(&text)) {
                Some(Ok(fields)) => Ok(Some(Self(fields.0))),
                Some(Err(error)) => Err(fault(&error)),
                None => Err(fault(&error)),
            },
        }
    }

    pub(super) fn object(&self) -> Object<'_> {
        Object(&self.0)
    }

    pub(super) fn into_map(self) -> Map<String, Value> {
        self.0
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

/// The fields of an object. Absent and null are the same everywhere.
#[derive(Debug, Clone, Copy)]
pub(super) struct Object<'a>(&'a Map<String, Value>);

impl<'a> Object<'a> {
    pub(super) fn of(value: &'a Value) -> Option<Self> {
        value.as_object().map(Self)
    }

    pub(super) fn has(self, name: &str) -> bool {
        self.value(name).is_some()
    }

    pub(super) fn value(self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// The fields in the order of their names.
    pub(super) fn fields(self) -> impl Iterator<Item = (&'a String, &'a Value)> {
        self.0.iter()
    }

    /// The text, None when absent or empty.
    ///
    /// # Errors
    /// [`DecodeError::WrongType`] when it is something else.
    pub(super) fn text(self, name: &'static str) -> Result<Option<&'a str>, DecodeError> {
        let found = match self.value(name) {
            None => return Ok(None),
            Some(Value::String(text)) => return Ok(Some(text.as_str()).filter(|text| !text.is_empty())),
            Some(other) => kind(other),
        };
        Err(DecodeError::WrongType { name, expected: "a string", found })
    }

    /// The text of a field that nothing is without.
    ///
    /// # Errors
    /// As [`Object::text`], and [`DecodeError::Missing`].
    pub(super) fn required(self, name: &'static str) -> Result<&'a str, DecodeError> {
        self.text(name)?.ok_or(DecodeError::Missing(name))
    }

    /// Whatever it is, as text: a string as it is, the JSON of other values. None when absent or empty.
    pub(super) fn shown(self, name: &str) -> Option<String> {
        self.value(name).map(shown).filter(|text| !text.is_empty())
    }

    /// A number, also one written as a string; None when it is none.
    pub(super) fn number(self, name: &str) -> Option<f64> {
        match self.value(name)? {
            Value::Number(number) => number.as_f64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A whole number from 0 on, also one written as a string; None when it is none.
    pub(super) fn whole(self, name: &str) -> Option<u64> {
        match self.value(name)? {
            Value::Number(number) => number.as_u64(),
            Value::String(text) => text.trim().parse().ok(),
            _ => None,
        }
    }

    /// A port; 0 when the sensor says none.
    pub(super) fn port(self, name: &str) -> u16 {
        self.whole(name).and_then(|port| u16::try_from(port).ok()).unwrap_or(0)
    }

    pub(super) fn object(self, name: &str) -> Option<Self> {
        self.value(name).and_then(Self::of)
    }

    /// The elements, none when it is no list.
    pub(super) fn list(self, name: &str) -> &'a [Value] {
        self.value(name).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default()
    }

    /// An address that must be there.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] and [`DecodeError::BadAddress`].
    pub(super) fn address(self, name: &'static str) -> Result<IpAddr, DecodeError> {
        let text = self.required(name)?;
        address(text).ok_or_else(|| DecodeError::BadAddress(shorten(text)))
    }

    /// An address that decides nothing.
    pub(super) fn maybe_address(self, name: &str) -> Option<IpAddr> {
        self.value(name).and_then(Value::as_str).and_then(address)
    }

    /// A time that must be there.
    ///
    /// # Errors
    /// [`DecodeError::Missing`] and [`DecodeError::BadTime`].
    pub(super) fn time(self, name: &'static str) -> Result<UtcMicros, DecodeError> {
        time(self.required(name)?)
    }

    /// All of it as JSON, for an event that keeps what has no shape of its own.
    pub(super) fn json(self) -> String {
        serde_json::to_string(self.0).unwrap_or_default()
    }
}

/// A string as it is, the JSON of other values.
pub(super) fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn kind(value: &Value) -> &'static str {
    match value {
        Value::Null => "nothing",
        Value::Bool(_) => "a truth value",
        Value::Number(_) => "a number",
        Value::String(_) => "a string",
        Value::Array(_) => "a list",
        Value::Object(_) => "an object",
    }
}

const TWICE: &str = "duplicate field ";

/// An object in which no field stands twice: the last would win, and hide the other from whoever reads the line.
struct Fields(Map<String, Value>);

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct AnObject;

        impl<'de> Visitor<'de> for AnObject {
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

        deserializer.deserialize_map(AnObject)
    }
}

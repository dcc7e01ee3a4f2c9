//! JSON values as sensors write them.
//!
//! Whether a value has the right type is asked by the event that uses it: a field that an event has no use for must not
//! cost the event.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::DecodeError;

/// A value, borrowed from the line where it has no escapes. Absent and null are the same.
#[derive(Debug, Default)]
pub(super) enum Field<'a> {
    #[default]
    Absent,
    Text(Cow<'a, str>),
    Number(f64),
    /// Neither; what it is.
    Other(&'static str),
}

impl<'a> Field<'a> {
    /// The text, None when absent.
    ///
    /// # Errors
    /// [`DecodeError::WrongType`] with the field's name.
    pub(super) fn get(&self, name: &'static str) -> Result<Option<&str>, DecodeError> {
        match self {
            Self::Absent => Ok(None),
            Self::Text(text) => Ok(Some(text)),
            Self::Number(_) => Err(wrong(name, "a string", "a number")),
            Self::Other(kind) => Err(wrong(name, "a string", kind)),
        }
    }

    /// The text, None when absent or empty.
    ///
    /// # Errors
    /// As [`Field::get`].
    pub(super) fn filled(&self, name: &'static str) -> Result<Option<&str>, DecodeError> {
        Ok(self.get(name)?.filter(|text| !text.is_empty()))
    }

    /// The text, empty when absent.
    ///
    /// # Errors
    /// As [`Field::get`].
    pub(super) fn owned(&self, name: &'static str) -> Result<String, DecodeError> {
        Ok(self.get(name)?.unwrap_or_default().to_owned())
    }

    /// The text as its own, None when absent or empty.
    ///
    /// # Errors
    /// As [`Field::get`].
    pub(super) fn owned_filled(&self, name: &'static str) -> Result<Option<String>, DecodeError> {
        Ok(self.filled(name)?.map(str::to_owned))
    }

    /// The text of a field that this event cannot do without.
    ///
    /// # Errors
    /// As [`Field::get`], and [`DecodeError::Missing`].
    pub(super) fn required(&self, name: &'static str) -> Result<String, DecodeError> {
        self.get(name)?.map(str::to_owned).ok_or(DecodeError::Missing(name))
    }

    /// The text, or nothing: for what decides nothing.
    pub(super) fn loose(&self) -> String {
        if let Self::Text(text) = self { text.clone().into_owned() } else { String::new() }
    }

    /// The first of two that is there.
    pub(super) fn or<'b>(&'b self, other: &'b Self) -> &'b Field<'a> {
        if matches!(self, Self::Absent) { other } else { self }
    }

    /// As a number, None when absent or empty. Older sensors write numbers as strings.
    ///
    /// # Errors
    /// [`DecodeError::WrongType`] with the field's name.
    pub(super) fn number(&self, name: &'static str) -> Result<Option<f64>, DecodeError> {
        match self {
            Self::Absent => Ok(None),
            Self::Number(number) => Ok(Some(*number)),
            Self::Text(text) if text.is_empty() => Ok(None),
            Self::Text(text) => {
                text.trim().parse().map(Some).map_err(|_| wrong(name, "a number", "a string"))
            }
            Self::Other(kind) => Err(wrong(name, "a number", kind)),
        }
    }

    /// As a whole number of at most `max`, None when absent.
    ///
    /// # Errors
    /// As [`Field::number`], and [`DecodeError::OutOfRange`] when it is negative or larger.
    pub(super) fn whole(&self, name: &'static str, max: u64) -> Result<Option<u64>, DecodeError> {
        self.number(name)?.map(|number| whole(number, name, max)).transpose()
    }
}

/// A number as a whole one of at most `max`.
///
/// # Errors
/// [`DecodeError::OutOfRange`] when it is negative or larger.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
pub(super) fn whole(number: f64, name: &'static str, max: u64) -> Result<u64, DecodeError> {
    // A port or a size is far below 2^53, where every whole number is exact.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let whole = (0.0..=EXACT).contains(&number).then_some(number as u64).filter(|whole| *whole <= max);
    whole.ok_or(DecodeError::OutOfRange(name))
}

fn wrong(name: &'static str, expected: &'static str, found: &'static str) -> DecodeError {
    DecodeError::WrongType { name, expected, found }
}

impl<'de: 'a, 'a> Deserialize<'de> for Field<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;

        impl<'de> Visitor<'de> for Anything {
            type Value = Field<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Field::Text(Cow::Borrowed(text)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Field::Text(Cow::Owned(text.to_owned())))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Field::Absent)
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Field::Other("a truth value"))
            }

            #[expect(clippy::cast_precision_loss, reason = "what is above 2^53 is refused later anyway")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Field::Number(number as f64))
            }

            #[expect(clippy::cast_precision_loss, reason = "what is below zero is refused later anyway")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Field::Number(number as f64))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Field::Number(number))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Field::Other("a list"))
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Field::Other("an object"))
            }
        }

        deserializer.deserialize_any(Anything)
    }
}

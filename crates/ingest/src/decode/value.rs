//! JSON values as sensors write them.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Unexpected, Visitor};

use super::DecodeError;

/// A text, borrowed from the line where it has no escapes; absent and null are the same.
#[derive(Debug, Default)]
pub(super) struct Text<'a>(Option<Cow<'a, str>>);

impl<'a> Text<'a> {
    /// None when absent, null or empty.
    pub(super) fn filled(&self) -> Option<&str> {
        self.0.as_deref().filter(|text| !text.is_empty())
    }

    /// None when absent or null.
    pub(super) fn get(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// The text, empty when absent.
    pub(super) fn owned(self) -> String {
        self.0.map(Cow::into_owned).unwrap_or_default()
    }

    /// The text, None when absent or empty.
    pub(super) fn owned_filled(self) -> Option<String> {
        self.0.filter(|text| !text.is_empty()).map(Cow::into_owned)
    }

    /// The first of two that is there.
    pub(super) fn or(self, other: Self) -> Text<'a> {
        if self.0.is_some() { self } else { other }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Text<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Texts;

        impl<'de> Visitor<'de> for Texts {
            type Value = Text<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a string")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Borrowed(text))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Text(Some(Cow::Owned(text.to_owned()))))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Text(None))
            }
        }

        deserializer.deserialize_any(Texts)
    }
}

/// A text that decides nothing: whatever else stands there counts as absent.
#[derive(Debug, Default)]
pub(super) struct Loose<'a>(pub(super) Text<'a>);

impl<'de: 'a, 'a> Deserialize<'de> for Loose<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Anything;

        impl<'de> Visitor<'de> for Anything {
            type Value = Loose<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("anything")
            }

            fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Loose(Text(Some(Cow::Borrowed(text)))))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Loose(Text(Some(Cow::Owned(text.to_owned())))))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Loose::default())
            }

            fn visit_bool<E: Error>(self, _: bool) -> Result<Self::Value, E> {
                Ok(Loose::default())
            }

            fn visit_u64<E: Error>(self, _: u64) -> Result<Self::Value, E> {
                Ok(Loose::default())
            }

            fn visit_i64<E: Error>(self, _: i64) -> Result<Self::Value, E> {
                Ok(Loose::default())
            }

            fn visit_f64<E: Error>(self, _: f64) -> Result<Self::Value, E> {
                Ok(Loose::default())
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Loose::default())
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Loose::default())
            }
        }

        deserializer.deserialize_any(Anything)
    }
}

/// A number, or a string that holds one (older sensors); absent, null and empty are the same.
#[derive(Debug, Default, Clone, Copy)]
pub(super) struct Number(Option<f64>);

impl Number {
    /// As a whole number of at most `max`, None when absent.
    ///
    /// # Errors
    /// [`DecodeError::OutOfRange`] with the field's name when it is negative or larger.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range is checked")]
    pub(super) fn whole(self, field: &'static str, max: u64) -> Result<Option<u64>, DecodeError> {
        // A port or a size is far below 2^53, where every whole number is exact.
        const EXACT: f64 = 9_007_199_254_740_992.0;
        let Some(number) = self.0 else { return Ok(None) };
        let whole = (0.0..=EXACT).contains(&number).then_some(number as u64).filter(|whole| *whole <= max);
        whole.map(Some).ok_or(DecodeError::OutOfRange(field))
    }

    /// The number times a factor.
    pub(super) fn times(self, factor: f64) -> Self {
        Self(self.0.map(|number| number * factor))
    }

    /// The first of two that is there.
    pub(super) fn or(self, other: Self) -> Self {
        Self(self.0.or(other.0))
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Numbers;

        impl Visitor<'_> for Numbers {
            type Value = Number;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a number")
            }

            #[expect(clippy::cast_precision_loss, reason = "what is above 2^53 is refused later anyway")]
            fn visit_u64<E: Error>(self, number: u64) -> Result<Self::Value, E> {
                Ok(Number(Some(number as f64)))
            }

            #[expect(clippy::cast_precision_loss, reason = "what is below zero is refused later anyway")]
            fn visit_i64<E: Error>(self, number: i64) -> Result<Self::Value, E> {
                Ok(Number(Some(number as f64)))
            }

            fn visit_f64<E: Error>(self, number: f64) -> Result<Self::Value, E> {
                Ok(Number(Some(number)))
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
                if text.is_empty() {
                    return Ok(Number(None));
                }
                let number =
                    text.trim().parse().map_err(|_| E::invalid_value(Unexpected::Str(text), &self))?;
                Ok(Number(Some(number)))
            }

            fn visit_unit<E: Error>(self) -> Result<Self::Value, E> {
                Ok(Number(None))
            }
        }

        deserializer.deserialize_any(Numbers)
    }
}

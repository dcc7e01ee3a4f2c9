//! How sure a rule is, from 0 to 1.

use serde::{Deserialize, Serialize};

/// A number from 0 to 1, never NaN.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

/// A number that is no confidence.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("confidence {0} is not between 0 and 1")]
pub struct BadConfidence(f64);

impl Confidence {
    /// Tags below this are not stored (inclusive: exactly 0.3 is kept).
    pub const FLOOR: Self = Self(0.3);

    /// Checks the range.
    ///
    /// # Errors
    /// [`BadConfidence`] outside 0..=1 and for NaN.
    pub fn new(value: f64) -> Result<Self, BadConfidence> {
        if (0.0..=1.0).contains(&value) { Ok(Self(value)) } else { Err(BadConfidence(value)) }
    }

    /// The number.
    pub const fn get(self) -> f64 {
        self.0
    }

    /// The larger of the two.
    #[must_use]
    pub fn max(self, other: Self) -> Self {
        if other > self { other } else { self }
    }
}

impl TryFrom<f64> for Confidence {
    type Error = BadConfidence;

    fn try_from(value: f64) -> Result<Self, Self::Error> {
        Self::new(value)
    }
}

impl From<Confidence> for f64 {
    fn from(value: Confidence) -> Self {
        value.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_numbers_from_zero_to_one() {
        assert!(Confidence::new(0.0).is_ok());
        assert!(Confidence::new(1.0).is_ok());
        for bad in [f64::NAN, -0.01, 1.000_000_1, f64::INFINITY] {
            assert!(Confidence::new(bad).is_err(), "{bad}");
        }
        assert!(Confidence::new(0.3).unwrap() >= Confidence::FLOOR);
    }
}

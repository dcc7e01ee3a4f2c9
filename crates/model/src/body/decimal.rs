//! Numbers with six decimals.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A number in millionths. What a sensor measured is stored and read back the same on any machine, which the last bits
/// of a floating-point number are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Decimal(i64);

/// A number that is none, or has more than nine digits before the point.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
#[error("{0:e} is no number below a thousand million")]
pub struct BadDecimal(f64);

impl Decimal {
    /// The number.
    #[expect(clippy::cast_precision_loss, reason = "fifteen digits are exact")]
    pub const fn get(self) -> f64 {
        self.0 as f64 / 1e6
    }
}

impl TryFrom<f64> for Decimal {
    type Error = BadDecimal;

    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    fn try_from(number: f64) -> Result<Self, BadDecimal> {
        if number.abs() < 1e9 { Ok(Self((number * 1e6).round() as i64)) } else { Err(BadDecimal(number)) }
    }
}

impl From<Decimal> for f64 {
    fn from(decimal: Decimal) -> Self {
        decimal.get()
    }
}

/// As JSON has it: `0.15`, `60.0`.
impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.get())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_stored_is_read_back() {
        for text in ["0.15", "60.0", "-2.5", "0.0", "999999999.123457"] {
            let decimal: Decimal = serde_json::from_str(text).unwrap();
            assert_eq!(serde_json::to_string(&decimal).unwrap(), text);
            assert_eq!(decimal.to_string(), text);
        }
        assert!(serde_json::from_str::<Decimal>("1e9").is_err());
        assert!(Decimal::try_from(f64::NAN).is_err());
    }
}

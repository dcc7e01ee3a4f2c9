//! Event time: microseconds since the Unix epoch, UTC.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// A moment in UTC, in microseconds since 1970-01-01T00:00:00Z.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UtcMicros(i64);

/// Why a text is no usable event time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TimeError {
    /// The text is not a date and time.
    #[error("not a date and time")]
    Unreadable,
    /// The time lies outside [`UtcMicros::EARLIEST`] .. [`UtcMicros::LATEST`].
    #[error("time outside the years 1990 to 2099")]
    Implausible,
}

impl UtcMicros {
    /// 1990-01-01T00:00:00Z. No honeypot is older.
    pub const EARLIEST: Self = Self(631_152_000_000_000);
    /// 2100-01-01T00:00:00Z, exclusive. A fixed bound, so that what is refused does not depend on the clock.
    pub const LATEST: Self = Self(4_102_444_800_000_000);

    /// From microseconds since the Unix epoch; nothing is checked.
    pub const fn from_micros(micros: i64) -> Self {
        Self(micros)
    }

    /// Microseconds since the Unix epoch.
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// Reads a log's time: RFC 3339 with a zone, or a date and time without one, which is UTC.
    /// A `Z` after a numeric offset (`+00:00Z`, written by several honeypots) is ignored.
    ///
    /// # Errors
    /// [`TimeError`] when the text is no time or lies outside the plausible years.
    pub fn parse(text: &str) -> Result<Self, TimeError> {
        let text = text.trim();
        let text = match text.strip_suffix('Z') {
            Some(rest) if has_offset(rest) => rest,
            _ => text,
        };
        let stamp = match text.parse::<Timestamp>() {
            Ok(stamp) => stamp,
            Err(_) => {
                let civil =
                    text.trim_end_matches('Z').parse::<DateTime>().map_err(|_| TimeError::Unreadable)?;
                TimeZone::UTC.to_timestamp(civil).map_err(|_| TimeError::Implausible)?
            }
        };
        Self(stamp.as_microsecond()).plausible()
    }

    /// From a number of seconds since the Unix epoch, or of milli- or microseconds: a number that would be a year far
    /// ahead counts the smaller ones.
    ///
    /// # Errors
    /// [`TimeError::Implausible`] when the time lies outside the plausible years.
    #[expect(clippy::cast_possible_truncation, reason = "the range is checked")]
    pub fn from_epoch(number: f64) -> Result<Self, TimeError> {
        let factor = match number {
            n if n < 1e11 => 1e6,
            n if n < 1e14 => 1e3,
            _ => 1.0,
        };
        let micros = (number * factor).round();
        if (0.0..1e16).contains(&micros) {
            Self(micros as i64).plausible()
        } else {
            Err(TimeError::Implausible)
        }
    }

    /// The time itself, where a honeypot can have been.
    ///
    /// # Errors
    /// [`TimeError::Implausible`] when the time lies outside the plausible years.
    pub fn plausible(self) -> Result<Self, TimeError> {
        if self < Self::EARLIEST || self >= Self::LATEST { Err(TimeError::Implausible) } else { Ok(self) }
    }

    fn timestamp(self) -> Timestamp {
        Timestamp::from_microsecond(self.0).unwrap_or(Timestamp::UNIX_EPOCH)
    }
}

/// True for `...+00:00` and `...-0530`: a sign after the date's own dashes.
fn has_offset(text: &str) -> bool {
    text.rfind(['+', '-']).is_some_and(|at| at > 10)
}

/// RFC 3339 in UTC with six digits of fraction: `2026-11-24T15:22:00.506059Z`.
impl fmt::Display for UtcMicros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.6}", self.timestamp())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> String {
        UtcMicros::parse(text).unwrap().to_string()
    }

    #[test]
    fn reads_what_honeypots_write() {
        assert_eq!(read("2026-11-24T15:22:00.506059Z"), "2026-11-24T15:22:00.506059Z");
        assert_eq!(read("2026-11-24T17:22:00+02:00"), "2026-11-24T15:22:00.000000Z");
        assert_eq!(read("2026-11-24T15:39:27.398473+00:00Z"), "2026-11-24T15:39:27.398473Z");
        assert_eq!(read("2026-11-24 15:31:37.336477"), "2026-11-24T15:31:37.336477Z");
        assert_eq!(read("2026-11-24T15:31:37"), "2026-11-24T15:31:37.000000Z");
        assert_eq!(read("2026-11-24T15:22:09.606527+0000"), "2026-11-24T15:22:09.606527Z");
        assert_eq!(read("2026-11-24T09:22:09-0600"), "2026-11-24T15:22:09.000000Z");
        assert_eq!(read("2026-11-24 15:22:00,123"), "2026-11-24T15:22:00.123000Z");
        assert_eq!(read("2026-11-24 15:45:04.805360455"), "2026-11-24T15:45:04.805360Z");
    }

    #[test]
    fn reads_seconds_and_their_parts() {
        for number in [1_795_534_755.5, 1_795_534_755_500.0, 1_795_534_755_500_000.0] {
            let time = UtcMicros::from_epoch(number).unwrap().to_string();
            assert_eq!(time, "2026-11-24T15:39:15.500000Z");
        }
        for number in [0.0, -1.0, 1e300, f64::NAN, f64::INFINITY] {
            assert_eq!(UtcMicros::from_epoch(number), Err(TimeError::Implausible), "{number}");
        }
    }

    #[test]
    fn refuses_nonsense_and_the_year_9999() {
        assert_eq!(UtcMicros::parse("yesterday"), Err(TimeError::Unreadable));
        assert_eq!(UtcMicros::parse(""), Err(TimeError::Unreadable));
        assert_eq!(UtcMicros::parse("9999-12-31T23:59:59Z"), Err(TimeError::Implausible));
        assert_eq!(UtcMicros::parse("1970-01-01T00:00:00Z"), Err(TimeError::Implausible));
    }

    #[test]
    fn bounds_are_the_dates_they_say() {
        assert_eq!(UtcMicros::EARLIEST.to_string(), "1990-01-01T00:00:00.000000Z");
        assert_eq!(UtcMicros::LATEST.to_string(), "2100-01-01T00:00:00.000000Z");
    }
}

//! A time that a person gives.

use std::str::FromStr;

use vespid_model::UtcMicros;

/// A time, or one that lies so long before or after the present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Moment {
    At(UtcMicros),
    /// In microseconds.
    Away(i64),
}

/// More than any log is old, in seconds.
const MOST: u64 = 200 * 366 * 86_400;

impl Moment {
    /// An age counts forwards.
    pub(crate) const fn after(self, now: UtcMicros) -> UtcMicros {
        match self {
            Self::At(time) => time,
            Self::Away(age) => UtcMicros::from_micros(now.as_micros().saturating_add(age)),
        }
    }

    /// An age counts backwards.
    pub(crate) const fn before(self, now: UtcMicros) -> UtcMicros {
        match self {
            Self::At(time) => time,
            Self::Away(age) => UtcMicros::from_micros(now.as_micros().saturating_sub(age)),
        }
    }
}

impl FromStr for Moment {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        const FORM: &str =
            "give a time such as 2026-11-24T16:00:00Z, or an age such as 90s, 30m, 36h, 90d or 12w";
        let unit = match text.chars().last() {
            Some('s') => 1,
            Some('m') => 60,
            Some('h') => 3600,
            Some('d') => 86_400,
            Some('w') => 86_400 * 7,
            _ => return UtcMicros::parse(text).map(Self::At).map_err(|_| FORM),
        };
        let number: u64 = text[..text.len() - 1].parse().map_err(|_| FORM)?;
        let seconds = number.checked_mul(unit).filter(|seconds| *seconds <= MOST);
        let micros = seconds.and_then(|seconds| i64::try_from(seconds * 1_000_000).ok());
        micros.map(Self::Away).ok_or("more than 200 years")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_is_a_time_or_an_age() {
        let now = UtcMicros::parse("2026-11-24T16:00:00Z").unwrap();
        let earlier: Moment = "90m".parse().unwrap();
        assert_eq!(earlier.before(now).to_string(), "2026-11-24T14:30:00.000000Z");
        assert_eq!(earlier.after(now).to_string(), "2026-11-24T17:30:00.000000Z");
        let fixed: Moment = "2026-11-24T16:00:00Z".parse().unwrap();
        assert_eq!((fixed.before(now), fixed.after(now)), (now, now));
        for bad in ["", "90", "d", "-1d", "1y", "1.5d", "tomorrow", "99999999999w", "é"] {
            assert!(bad.parse::<Moment>().is_err(), "{bad}");
        }
    }
}

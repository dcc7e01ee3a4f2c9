//! ATT&CK ids, parsed once.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A technique (`T1059`) or sub-technique (`T1059.004`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TechniqueId {
    number: u16,
    sub: Option<u16>,
}

/// A tactic (`TA0005`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct TacticId(u16);

/// A text that is no ATT&CK id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadId {
    /// Not `T` and four digits, with or without a dot and three digits.
    #[error("{0:?} is not a technique id such as T1059 or T1059.004")]
    Technique(String),
    /// Not `TA` and four digits.
    #[error("{0:?} is not a tactic id such as TA0005")]
    Tactic(String),
}

impl TechniqueId {
    /// The technique itself, without its sub-technique.
    #[must_use]
    pub const fn parent(self) -> Self {
        Self { number: self.number, sub: None }
    }

    /// True for `T1059.004`.
    pub const fn is_sub(self) -> bool {
        self.sub.is_some()
    }

    /// The id as one number, for storage: 1059004 for `T1059.004`, 1059000 for `T1059`.
    pub fn code(self) -> u32 {
        u32::from(self.number) * 1000 + u32::from(self.sub.unwrap_or(0))
    }

    /// The id behind a stored number, None for a number that [`TechniqueId::code`] never gives.
    pub fn from_code(code: u32) -> Option<Self> {
        let number = u16::try_from(code / 1000).ok().filter(|number| *number <= 9999)?;
        let sub = u16::try_from(code % 1000).ok().filter(|sub| *sub > 0);
        Some(Self { number, sub })
    }

    /// Its page on attack.mitre.org.
    pub fn url(self) -> String {
        match self.sub {
            Some(sub) => format!("https://attack.mitre.org/techniques/T{:04}/{sub:03}", self.number),
            None => format!("https://attack.mitre.org/techniques/T{:04}", self.number),
        }
    }
}

impl fmt::Display for TechniqueId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.sub {
            Some(sub) => f.pad(&format!("T{:04}.{sub:03}", self.number)),
            None => f.pad(&format!("T{:04}", self.number)),
        }
    }
}

impl FromStr for TechniqueId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        let parse = || {
            let digits = text.strip_prefix('T').or_else(|| text.strip_prefix('t'))?;
            match digits.split_once('.') {
                None => Some(Self { number: number(digits, 4)?, sub: None }),
                Some((main, sub)) => {
                    let sub = number(sub, 3).filter(|sub| *sub > 0)?;
                    Some(Self { number: number(main, 4)?, sub: Some(sub) })
                }
            }
        };
        parse().ok_or_else(|| BadId::Technique(text.to_owned()))
    }
}

impl TacticId {
    /// The id as a number, for storage: 5 for `TA0005`.
    pub const fn code(self) -> u16 {
        self.0
    }

    /// The id behind a stored number, None above 9999.
    pub const fn from_code(code: u16) -> Option<Self> {
        if code <= 9999 { Some(Self(code)) } else { None }
    }

    /// Its page on attack.mitre.org.
    pub fn url(self) -> String {
        format!("https://attack.mitre.org/tactics/{self}")
    }
}

impl fmt::Display for TacticId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("TA{:04}", self.0))
    }
}

impl FromStr for TacticId {
    type Err = BadId;

    fn from_str(text: &str) -> Result<Self, BadId> {
        text.strip_prefix("TA")
            .or_else(|| text.strip_prefix("ta"))
            .and_then(|digits| number(digits, 4))
            .map(Self)
            .ok_or_else(|| BadId::Tactic(text.to_owned()))
    }
}

fn number(digits: &str, length: usize) -> Option<u16> {
    (digits.len() == length && digits.bytes().all(|b| b.is_ascii_digit())).then(|| digits.parse().ok())?
}

impl TryFrom<String> for TechniqueId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<TechniqueId> for String {
    fn from(id: TechniqueId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for TacticId {
    type Error = BadId;

    fn try_from(text: String) -> Result<Self, BadId> {
        text.parse()
    }
}

impl From<TacticId> for String {
    fn from(id: TacticId) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_prints_and_links() {
        let sub: TechniqueId = "t1059.004".parse().unwrap();
        assert_eq!(sub.to_string(), "T1059.004");
        assert_eq!(sub.parent().to_string(), "T1059");
        assert_eq!(sub.url(), "https://attack.mitre.org/techniques/T1059/004");
        assert_eq!("TA0112".parse::<TacticId>().unwrap().to_string(), "TA0112");
    }

    #[test]
    fn codes_round_trip() {
        for text in ["T1059", "T1059.004", "T0800", "T9999.999"] {
            let id: TechniqueId = text.parse().unwrap();
            assert_eq!(TechniqueId::from_code(id.code()), Some(id));
        }
        assert_eq!("T1059.004".parse::<TechniqueId>().unwrap().code(), 1_059_004);
        assert_eq!(TechniqueId::from_code(10_000_000), None);
        assert_eq!(TacticId::from_code(112).unwrap().to_string(), "TA0112");
    }

    #[test]
    fn refuses_everything_else() {
        for bad in [
            "",
            "T",
            "T105",
            "T10599",
            "T1059.4",
            "T1059.000",
            "T1059.0044",
            "X1059",
            "T١٠٥٩",
            "T1059.",
            "T+105",
        ] {
            assert!(bad.parse::<TechniqueId>().is_err(), "{bad}");
        }
        assert!("TA5".parse::<TacticId>().is_err());
    }
}

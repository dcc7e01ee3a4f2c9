//! The number of an ATT&CK release.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// An ATT&CK release, such as 19.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Release {
    major: u16,
    minor: u16,
}

/// A text that is no release number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is not an ATT&CK release such as 19.2")]
pub struct BadRelease(String);

impl Release {
    /// From its two numbers.
    pub const fn new(major: u16, minor: u16) -> Self {
        Self { major, minor }
    }

    /// The release as one number, for storage: 19002 for 19.2.
    pub fn code(self) -> u32 {
        u32::from(self.major) * 1000 + u32::from(self.minor)
    }

    /// The release behind a stored number.
    pub fn from_code(code: u32) -> Option<Self> {
        Some(Self { major: u16::try_from(code / 1000).ok()?, minor: u16::try_from(code % 1000).ok()? })
    }

    /// The first number: 19 of 19.2.
    pub const fn major(self) -> u16 {
        self.major
    }
}

impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}.{}", self.major, self.minor))
    }
}

/// Reads `19.2`, `v19.2` and `19`.
impl FromStr for Release {
    type Err = BadRelease;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.strip_prefix('v').unwrap_or(text);
        let (major, minor) = digits.split_once('.').unwrap_or((digits, "0"));
        match (major.parse(), minor.parse()) {
            (Ok(major), Ok(minor)) if minor < 1000 => Ok(Self { major, minor }),
            _ => Err(BadRelease(text.to_owned())),
        }
    }
}

impl TryFrom<String> for Release {
    type Error = BadRelease;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Release> for String {
    fn from(release: Release) -> Self {
        release.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_both_spellings() {
        assert_eq!("v15.1".parse(), Ok(Release::new(15, 1)));
        assert_eq!("19".parse::<Release>().unwrap().to_string(), "19.0");
        assert_eq!(Release::from_code(Release::new(19, 2).code()), Some(Release::new(19, 2)));
        assert!("newest".parse::<Release>().is_err());
    }
}

//! The closed set of event kinds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What kind of thing happened. The names are those of the column `ttp_tag.source_kind`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says what it is")]
pub enum SourceKind {
    Command,
    AuthAttempt,
    HttpRequest,
    Payload,
    Session,
    Credential,
    Identity,
    Intel,
    Email,
    CanaryFingerprint,
    HttpFingerprint,
    Ipv6Leak,
}

impl SourceKind {
    /// Every kind, in the order of its stored number.
    pub const ALL: [Self; 12] = [
        Self::Command,
        Self::AuthAttempt,
        Self::HttpRequest,
        Self::Payload,
        Self::Session,
        Self::Credential,
        Self::Identity,
        Self::Intel,
        Self::Email,
        Self::CanaryFingerprint,
        Self::HttpFingerprint,
        Self::Ipv6Leak,
    ];

    /// The kind as a number, for storage: its place in [`SourceKind::ALL`].
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind behind a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The name as stored and shown, for example `auth_attempt`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Command => "command",
            Self::AuthAttempt => "auth_attempt",
            Self::HttpRequest => "http_request",
            Self::Payload => "payload",
            Self::Session => "session",
            Self::Credential => "credential",
            Self::Identity => "identity",
            Self::Intel => "intel",
            Self::Email => "email",
            Self::CanaryFingerprint => "canary_fingerprint",
            Self::HttpFingerprint => "http_fingerprint",
            Self::Ipv6Leak => "ipv6_leak",
        }
    }
}

impl fmt::Display for SourceKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// A name outside the closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown source kind {0:?}")]
pub struct UnknownKind(String);

impl FromStr for SourceKind {
    type Err = UnknownKind;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == name).ok_or_else(|| UnknownKind(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_round_trip_and_agree_with_serde() {
        for kind in SourceKind::ALL {
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(SourceKind::from_code(kind.code()), Some(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.as_str()));
        }
        assert!("telepathy".parse::<SourceKind>().is_err());
    }
}

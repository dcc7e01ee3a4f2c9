//! What tells an attacker from others: values that are seen again elsewhere.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::id::ObservableId;

/// A value seen with an attacker: a key, an address to fetch from, a way of speaking SSH.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Observable {
    kind: ObservableKind,
    value: Box<str>,
}

/// What an observable is. Each has one canonical form of its value, so that equal things are equal texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ObservableKind {
    /// MD5 of an SSH client's algorithm lists, lower-case hex.
    Hassh,
    /// MD5 of a TLS client's hello, lower-case hex.
    Ja3,
    /// JA4 of a TLS client's hello.
    Ja4,
    /// JA4H of an HTTP request.
    Ja4h,
    /// What the client says it is: `SSH-2.0-Go`, a `User-Agent`.
    Client,
    /// Account name and secret that were tried: a JSON list of both, `["root","123456"]`; where only its SHA-256 is
    /// known, the secret is `{"sha256":"..."}`.
    Credential,
    /// SHA-256 of a file, lower-case hex.
    Payload,
    /// An address to fetch from: lower-case scheme and host.
    Url,
    /// The host of such an address, or one that a command connects to; not one of the victim's own.
    Host,
    /// An SSH public key by its fingerprint, `SHA256:...` as OpenSSH writes it; as the sensor writes it where it knows
    /// no more.
    SshKey,
    /// An address of Bitcoin, Monero or Ethereum.
    Wallet,
    /// An e-mail address, its domain in lower case.
    EmailAddress,
    /// A name that a command looks up, in lower case. The host of an address to fetch from is a [`Self::Host`].
    Domain,
    /// The interface id of an IPv6 link-local address: its lower 64 bits, `0011:22ff:fe33:4455`.
    InterfaceId,
    /// A typed line without what differs from victim to victim: programs and their options.
    CommandShape,
}

/// The longest value that is kept. Longer ones are no names of anything.
pub const MAX_VALUE: usize = 1024;

impl Observable {
    /// None for a value that is empty or longer than [`MAX_VALUE`]. NUL, which not every database can hold, is replaced.
    pub fn new(kind: ObservableKind, value: &str) -> Option<Self> {
        let text =
            || if value.contains('\0') { value.replace('\0', "\u{fffd}").into() } else { value.into() };
        (1..=MAX_VALUE).contains(&value.len()).then(|| Self { kind, value: text() })
    }

    /// What it is.
    pub const fn kind(&self) -> ObservableKind {
        self.kind
    }

    /// Its canonical text.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The same for the same value everywhere.
    pub fn id(&self) -> ObservableId {
        ObservableId::derive(self.kind.as_str(), &self.value)
    }
}

impl ObservableKind {
    /// Every kind, in the order of its stored number.
    pub const ALL: [Self; 15] = [
        Self::Hassh,
        Self::Ja3,
        Self::Ja4,
        Self::Ja4h,
        Self::Client,
        Self::Credential,
        Self::Payload,
        Self::Url,
        Self::Host,
        Self::SshKey,
        Self::Wallet,
        Self::EmailAddress,
        Self::Domain,
        Self::InterfaceId,
        Self::CommandShape,
    ];

    /// The kind as a number, for storage: its place in [`ObservableKind::ALL`].
    pub const fn code(self) -> u8 {
        self as u8
    }

    /// The kind behind a stored number.
    pub fn from_code(code: u8) -> Option<Self> {
        Self::ALL.get(usize::from(code)).copied()
    }

    /// The name as stored and shown, for example `ssh_key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hassh => "hassh",
            Self::Ja3 => "ja3",
            Self::Ja4 => "ja4",
            Self::Ja4h => "ja4h",
            Self::Client => "client",
            Self::Credential => "credential",
            Self::Payload => "payload",
            Self::Url => "url",
            Self::Host => "host",
            Self::SshKey => "ssh_key",
            Self::Wallet => "wallet",
            Self::EmailAddress => "email_address",
            Self::Domain => "domain",
            Self::InterfaceId => "interface_id",
            Self::CommandShape => "command_shape",
        }
    }
}

impl fmt::Display for ObservableKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A name outside the closed set.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown kind of observable {0:?}")]
pub struct UnknownObservable(String);

impl FromStr for ObservableKind {
    type Err = UnknownObservable;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|kind| kind.as_str() == name);
        found.ok_or_else(|| UnknownObservable(name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_round_trip() {
        for (code, kind) in (0..).zip(ObservableKind::ALL) {
            assert_eq!(kind.code(), code);
            assert_eq!(ObservableKind::from_code(code), Some(kind));
            assert_eq!(kind.as_str().parse(), Ok(kind));
            assert_eq!(serde_json::to_string(&kind).unwrap(), format!("{:?}", kind.as_str()));
        }
        assert!("aura".parse::<ObservableKind>().is_err());
    }

    #[test]
    fn the_id_is_that_of_kind_and_value() {
        let of = |kind, value| Observable::new(kind, value).unwrap().id();
        assert_eq!(of(ObservableKind::Url, "http://a/"), of(ObservableKind::Url, "http://a/"));
        assert_ne!(of(ObservableKind::Url, "a"), of(ObservableKind::Host, "a"));
        assert_eq!(Observable::new(ObservableKind::Url, ""), None);
        assert_eq!(Observable::new(ObservableKind::Url, &"a".repeat(MAX_VALUE + 1)), None);
    }
}

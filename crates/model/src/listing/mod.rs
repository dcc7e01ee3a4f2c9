//! What files and answers of providers say of addresses, whether the address ever came or not.

mod aggregate;
mod said;
mod verdict;

use std::fmt;
use std::str::FromStr;

pub use aggregate::Aggregate;
pub use said::Said;
pub use verdict::Verdict;

use crate::body::Body;
use crate::event::Event;
use crate::time::UtcMicros;

/// The decoy that events made of listings name. None saw them: it counts nowhere as one.
pub const DECKY: &str = "intel";

/// Who says something of addresses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "names")]
pub enum Provider {
    AbuseIpDb,
    Feodo,
    GreyNoise,
    ThreatFox,
}

/// A kind of file or answer of a provider. An address has one listing in each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Feed {
    /// AbuseIPDB's answer about one address.
    AbuseIpDbCheck,
    /// AbuseIPDB's list of the most reported addresses.
    AbuseIpDbBlacklist,
    /// The Feodo Tracker's list of control servers.
    Feodo,
    /// GreyNoise's answer about an address.
    GreyNoise,
    /// ThreatFox' indicators.
    ThreatFox,
}

/// A name that is no provider's or feed's.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no {0}")]
pub struct UnknownName(pub String);

/// What is stored of an address in one feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listing {
    /// What it says.
    pub said: Said,
    /// When that was so first, as far as is known: it stays while only other things change.
    pub since: UtcMicros,
    /// When it was imported last.
    pub imported_at: UtcMicros,
    /// Until when it holds. None: until the feed's next file.
    pub expires_at: Option<UtcMicros>,
}

impl Provider {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::AbuseIpDb, Self::Feodo, Self::GreyNoise, Self::ThreatFox];

    /// The name in commands and events.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AbuseIpDb => "abuseipdb",
            Self::Feodo => "feodo",
            Self::GreyNoise => "greynoise",
            Self::ThreatFox => "threatfox",
        }
    }
}

impl Feed {
    /// All of them.
    pub const ALL: [Self; 5] =
        [Self::AbuseIpDbCheck, Self::AbuseIpDbBlacklist, Self::Feodo, Self::GreyNoise, Self::ThreatFox];

    /// The name in the database.
    pub const fn name(self) -> &'static str {
        match self {
            Self::AbuseIpDbCheck => "abuseipdb",
            Self::AbuseIpDbBlacklist => "abuseipdb-blacklist",
            Self::Feodo => "feodo",
            Self::GreyNoise => "greynoise",
            Self::ThreatFox => "threatfox",
        }
    }

    /// Whose it is.
    pub const fn provider(self) -> Provider {
        match self {
            Self::AbuseIpDbCheck | Self::AbuseIpDbBlacklist => Provider::AbuseIpDb,
            Self::Feodo => Provider::Feodo,
            Self::GreyNoise => Provider::GreyNoise,
            Self::ThreatFox => Provider::ThreatFox,
        }
    }

    /// Is a file of it the whole list, so that an address that is gone from it is listed no longer? An answer about
    /// addresses says nothing of others, and grows old.
    pub const fn is_list(self) -> bool {
        matches!(self, Self::AbuseIpDbBlacklist | Self::Feodo | Self::ThreatFox)
    }
}

impl Listing {
    /// Does it hold at this time?
    pub fn holds(&self, now: UtcMicros) -> bool {
        self.expires_at.is_none_or(|end| now < end)
    }

    /// The event of an attacker that is listed; None where the provider knows nothing of the address. Its content is
    /// what the provider concludes and since when: the same listing gives the same event, whenever it is imported
    /// again.
    pub fn event(&self) -> Option<Event> {
        let body = self.said.body();
        (!self.said.is_silent())
            .then(|| Event::new(self.since, self.said.ip, DECKY, None, Body::Intel(Box::new(body))))
    }
}

impl FromStr for Provider {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        let found = Self::ALL.into_iter().find(|provider| provider.name() == name);
        found.ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl FromStr for Feed {
    type Err = UnknownName;

    fn from_str(name: &str) -> Result<Self, UnknownName> {
        Self::ALL.into_iter().find(|feed| feed.name() == name).ok_or_else(|| UnknownName(name.to_owned()))
    }
}

impl fmt::Display for Provider {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AbuseIpDb => "AbuseIPDB",
            Self::Feodo => "Feodo Tracker",
            Self::GreyNoise => "GreyNoise",
            Self::ThreatFox => "ThreatFox",
        })
    }
}

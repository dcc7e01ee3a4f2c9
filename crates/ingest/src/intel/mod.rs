//! What providers say of addresses: their files and answers, read entry by entry.
//!
//! A file is of any size: nothing is kept of an entry that was handed on. Formats are known by their fields; see
//! `docs/intel.md` for where they are described.

mod abuseipdb;
mod bounded;
mod entry;
mod error;
mod feodo;
mod greynoise;
mod json;
mod plain;
mod read;
mod sniff;
mod table;
mod threatfox;
mod trim;

pub use entry::{Item, Odd};
pub use error::IntelError;
pub use read::{Given, answer, read};

use vespid_model::listing::{Provider, Said};

use entry::{Entry, Judged};

/// The provider whose fields an entry has.
fn of(entry: &Entry) -> Option<Provider> {
    let has = |name: &str| entry.has(name);
    if has("threat_type") && (has("ioc_value") || has("ioc")) {
        Some(Provider::ThreatFox)
    } else if has("dst_ip") || has("ip_address") && has("malware") {
        Some(Provider::Feodo)
    } else if has("ipAddress") && has("abuseConfidenceScore") {
        Some(Provider::AbuseIpDb)
    } else if has("ip") && greynoise::FIELDS.iter().any(|name| has(name)) {
        Some(Provider::GreyNoise)
    } else {
        None
    }
}

/// What an entry says.
fn judge(entry: &Entry, given: Given) -> Judged {
    match given.provider.or_else(|| of(entry)) {
        Some(Provider::AbuseIpDb) => abuseipdb::said(entry).into(),
        Some(Provider::Feodo) => feodo::said(entry).into(),
        Some(Provider::GreyNoise) => greynoise::said(entry).into(),
        Some(Provider::ThreatFox) => threatfox::said(entry),
        None => Judged::Bad(Odd::new(
            "entry",
            "fields of no provider",
            "those of AbuseIPDB, Feodo Tracker, GreyNoise or ThreatFox",
        )),
    }
}

impl From<Result<Said, Odd>> for Judged {
    fn from(said: Result<Said, Odd>) -> Self {
        said.map_or_else(Self::Bad, |said| Self::Said(Box::new(said)))
    }
}

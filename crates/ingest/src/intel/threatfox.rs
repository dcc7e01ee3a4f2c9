//! ThreatFox' indicators: its exports as JSON and CSV, and the answers of its API (<https://threatfox.abuse.ch/api/>).
//!
//! Of all indicators only addresses with a port are about somebody who may attack.

use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Said};

use super::entry::{Entry, Judged, Odd};

/// The columns where no line names them.
pub(super) const COLUMNS: [&str; 15] = [
    "first_seen_utc",
    "ioc_id",
    "ioc_value",
    "ioc_type",
    "threat_type",
    "fk_malware",
    "malware_alias",
    "malware_printable",
    "last_seen_utc",
    "confidence_level",
    "is_compromised",
    "reference",
    "tags",
    "anonymous",
    "reporter",
];
/// The type that is used, and those that are about something else.
const USED: &str = "ip:port";
const OTHERS: [&str; 6] = ["domain", "url", "md5_hash", "sha1_hash", "sha256_hash", "envelope_from"];

pub(super) fn said(entry: &Entry) -> Judged {
    match entry.name("ioc_type") {
        Ok(Some(kind)) if kind == USED => address(entry).into(),
        Ok(Some(kind)) => {
            Judged::Passed(OTHERS.into_iter().find(|other| *other == kind).unwrap_or("other indicator"))
        }
        Ok(None) => Judged::Bad(Odd::new("ioc_type", "nothing", "a type of indicator, such as ip:port")),
        Err(odd) => Judged::Bad(odd),
    }
}

fn address(entry: &Entry) -> Result<Said, Odd> {
    let first_of = |names: [&'static str; 2]| if entry.has(names[0]) { names[0] } else { names[1] };
    let ip = entry.socket(first_of(["ioc_value", "ioc"]))?;
    let threat = entry.name("threat_type")?;
    let threat =
        threat.ok_or_else(|| Odd::new("threat_type", "nothing", "a threat type, such as botnet_cc"))?;
    let family = entry.name(first_of(["fk_malware", "malware"]))?;
    let first = entry.time(first_of(["first_seen_utc", "first_seen"]))?;
    let last = entry.time(first_of(["last_seen_utc", "last_seen"]))?;
    let words = Intel {
        threatfox_listed: Some(true),
        threatfox_threat_types: vec![threat],
        threatfox_ioc_types: vec![USED.to_owned()],
        threatfox_malware_families: family.into_iter().collect(),
        ..Intel::default()
    };
    Ok(Said::new(Feed::ThreatFox, ip, last.or(first), words))
}

//! The Feodo Tracker's list of botnets' control servers, as JSON and CSV (<https://feodotracker.abuse.ch/blocklist/>).

use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Said};

use super::entry::{Entry, Odd};

/// The columns where no line names them.
pub(super) const COLUMNS: [&str; 6] =
    ["first_seen_utc", "dst_ip", "dst_port", "c2_status", "last_online", "malware"];

pub(super) fn said(entry: &Entry) -> Result<Said, Odd> {
    let ip = if entry.has("dst_ip") { entry.ip("dst_ip")? } else { entry.ip("ip_address")? };
    let first_field = if entry.has("first_seen_utc") { "first_seen_utc" } else { "first_seen" };
    let first = entry.time(first_field)?;
    let seen = entry.time("last_online")?.or(first);
    let words = Intel {
        feodo_listed: Some(true),
        feodo_malware_family: entry.name("malware")?,
        first_seen_feodo: first.map(|first| first.to_string()),
        ..Intel::default()
    };
    Ok(Said::new(Feed::Feodo, ip, seen, words))
}

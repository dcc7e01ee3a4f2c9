//! AbuseIPDB: the answer of its endpoint `check`, and its blacklist (<https://docs.abuseipdb.com/>).
//!
//! Categories stand in the answer's reports, which AbuseIPDB sends only when it is asked to be verbose.

use serde_json::Value;
use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Said};

use super::entry::{Entry, Odd};

/// What a check has and the blacklist has not.
const OF_A_CHECK: [&str; 4] = ["totalReports", "isPublic", "ipVersion", "reports"];

pub(super) fn said(entry: &Entry) -> Result<Said, Odd> {
    let ip = entry.ip("ipAddress")?;
    let field = "abuseConfidenceScore";
    let score = entry.number(field)?.ok_or_else(|| Odd::new(field, "nothing", "0 to 100"))?;
    if !(0..=100).contains(&score) {
        return Err(Odd::new(field, &score.to_string(), "0 to 100"));
    }
    let seen = entry.time("lastReportedAt")?;
    let check = OF_A_CHECK.iter().any(|name| entry.has(name));
    let feed = if check { Feed::AbuseIpDbCheck } else { Feed::AbuseIpDbBlacklist };
    let words = Intel {
        abuseipdb_score: Some(score),
        // The reader of entries leaves only them of the reports.
        abuseipdb_categories: match entry.value("reports") {
            Some(Value::Array(numbers)) => numbers.iter().filter_map(Value::as_i64).collect(),
            _ => Vec::new(),
        },
        ..Intel::default()
    };
    Ok(Said::new(feed, ip, seen, words))
}

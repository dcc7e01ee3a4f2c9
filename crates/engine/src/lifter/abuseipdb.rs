//! AbuseIPDB: what an address was reported for, by category, scaled by how sure AbuseIPDB is.
//!
//! Categories: <https://www.abuseipdb.com/categories>. Where DECNET's table names a technique that the category does not
//! show by ATT&CK's definition, it has another one here: 14 (port scan) is seen from outside, so that it is no discovery
//! after a foothold (T1046); 17 is the spoofing of senders; 20 says that the host was taken over by somebody.

use vespid_model::body::Intel;
use vespid_model::evidence;

use super::{Choice, Evidence, Odd, Which};

/// Category, technique, and the least score at which it counts.
const TABLE: [(i64, &str, i64); 16] = [
    (5, "T1110", 0),
    (7, "T1566", 0),
    (9, "T1090", 0),
    (11, "T1496.002", 0),
    (11, "T1566", 80),
    (13, "T1090", 0),
    (14, "T1595", 0),
    (15, "T1190", 0),
    (16, "T1190", 0),
    (17, "T1684.002", 0),
    (18, "T1110", 0),
    (19, "T1595", 0),
    (20, "T1584", 0),
    (21, "T1190", 0),
    (22, "T1110", 0),
    (23, "T1190", 0),
];

pub(super) fn techniques() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(_, technique, _)| *technique)
}

pub(super) fn lift(intel: &Intel) -> Result<Choice, Odd> {
    let Some(score) = intel.abuseipdb_score else { return Ok(Vec::new()) };
    let part = u8::try_from(score).ok().filter(|score| *score <= 100).ok_or_else(|| Odd {
        field: "abuseipdb_score",
        found: score.to_string(),
        expected: "0 to 100",
    })?;
    let mut choice = Choice::new();
    let mut techniques: Vec<_> = techniques().collect();
    techniques.sort_unstable();
    techniques.dedup();
    for technique in techniques {
        let stands = |category: &i64| {
            TABLE.iter().any(|row| row.0 == *category && row.1 == technique && score >= row.2)
        };
        let mut categories: Vec<_> = intel.abuseipdb_categories.iter().copied().filter(stands).collect();
        categories.sort_unstable();
        categories.dedup();
        if !categories.is_empty() {
            let shown = evidence::Intel {
                abuseipdb_categories: categories,
                abuse_confidence_score: Some(score),
                ..evidence::Intel::default()
            };
            choice.push((Which::One(technique), f64::from(part) / 100.0, Evidence::Intel(Box::new(shown))));
        }
    }
    Ok(choice)
}

//! ThreatFox: what an indicator stands for, by its threat type (<https://threatfox.abuse.ch/api/>).

use vespid_model::body::Intel;
use vespid_model::evidence::{self, Words};

use super::{Choice, Evidence, Which};

const TABLE: [(&str, &[&str]); 4] = [
    ("botnet_cc", &["T1071", "T1588.001"]),
    ("payload_delivery", &["T1105", "T1588.001"]),
    ("payload", &["T1588.001"]),
    ("cc_skimming", &["T1056"]),
];
/// Names of one kind that are shown.
const SHOWN: usize = 16;

pub(super) fn techniques() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|(_, techniques)| techniques.iter().copied())
}

pub(super) fn lift(intel: &Intel) -> Choice {
    let words = |texts: &[String]| texts.iter().take(SHOWN).map(|text| Words::new(text)).collect();
    let mut all: Vec<_> = techniques().collect();
    all.sort_unstable();
    all.dedup();
    let mut choice = Choice::new();
    for technique in all {
        let stands = |(name, techniques): &&(&str, &[&str])| {
            techniques.contains(&technique) && intel.threatfox_threat_types.iter().any(|given| given == name)
        };
        let threat_types: Vec<_> = TABLE.iter().filter(stands).map(|(name, _)| Words::new(name)).collect();
        if !threat_types.is_empty() {
            let shown = evidence::Intel {
                threat_types,
                ioc_types: words(&intel.threatfox_ioc_types),
                malware_families: words(&intel.threatfox_malware_families),
                ..evidence::Intel::default()
            };
            choice.push((Which::One(technique), 1.0, Evidence::Intel(Box::new(shown))));
        }
    }
    choice
}

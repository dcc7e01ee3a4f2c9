//! GreyNoise: what the Internet's noise says of an address.
//!
//! A framework's server speaks to its implants (T1071) and was obtained by somebody (T1588.002); Tor is the multi-hop
//! proxy by ATT&CK's definition. That an address is malicious, and no more, is half a reason for T1071.

use vespid_model::body::Intel;
use vespid_model::evidence::{self, Words};

use super::{Choice, Evidence, Which};

/// Tag and techniques.
const TAGS: [(&str, &[&str]); 7] = [
    ("tor_exit_node", &["T1090.003"]),
    ("ssh_bruteforcer", &["T1110"]),
    ("web_crawler", &["T1595"]),
    ("cobalt_strike", &["T1071", "T1588.002"]),
    ("metasploit", &["T1071", "T1588.002"]),
    ("sliver", &["T1071", "T1588.002"]),
    ("havoc", &["T1071", "T1588.002"]),
];
/// The classification of scanners.
const SCANNER: (&str, &str) = ("scanner", "T1595");
/// The classification that alone says little.
const MALICIOUS: (&str, &str, f64) = ("malicious", "T1071", 0.5);

pub(super) fn techniques() -> impl Iterator<Item = &'static str> {
    let tags = TAGS.iter().flat_map(|(_, techniques)| techniques.iter().copied());
    tags.chain([SCANNER.1, MALICIOUS.1])
}

pub(super) fn lift(intel: &Intel) -> Choice {
    let classification = intel.greynoise_classification.as_deref().unwrap_or_default();
    let mut all: Vec<_> = techniques().collect();
    all.sort_unstable();
    all.dedup();
    let mut choice = Choice::new();
    for technique in all {
        let mut signals: Vec<&str> = TAGS
            .iter()
            .filter(|(tag, techniques)| techniques.contains(&technique) && has(intel, tag))
            .map(|(tag, _)| *tag)
            .collect();
        if SCANNER == (classification, technique) {
            signals.push(SCANNER.0);
        }
        let part = if !signals.is_empty() {
            1.0
        } else if (classification, technique) == (MALICIOUS.0, MALICIOUS.1) {
            MALICIOUS.2
        } else {
            continue;
        };
        let shown = evidence::Intel {
            greynoise_classification: intel.greynoise_classification.as_deref().map(Words::new),
            greynoise_name: intel.greynoise_name.as_deref().map(Words::new),
            greynoise_tags: signals.into_iter().map(Words::new).collect(),
            ..evidence::Intel::default()
        };
        choice.push((Which::One(technique), part, Evidence::Intel(Box::new(shown))));
    }
    choice
}

/// GreyNoise writes `Tor Exit Node` here and `tor_exit_node` there.
fn has(intel: &Intel, tag: &str) -> bool {
    let same = |given: &String| given.to_lowercase().replace([' ', '-'], "_") == tag;
    intel.greynoise_tags.iter().any(same)
}

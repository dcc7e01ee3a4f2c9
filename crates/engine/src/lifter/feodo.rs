//! Feodo Tracker: the servers of banking trojans' botnets, which speak HTTP(S) to their bots.

use vespid_model::body::Intel;
use vespid_model::evidence::{self, Words};

use super::{Choice, Evidence, Which};

pub(super) const TECHNIQUES: [&str; 2] = ["T1071.001", "T1588.001"];

pub(super) fn lift(intel: &Intel) -> Choice {
    if intel.feodo_listed != Some(true) {
        return Choice::new();
    }
    let shown = evidence::Intel {
        feodo_listed: Some(true),
        malware_family: intel.feodo_malware_family.as_deref().map(Words::new),
        first_seen_feodo: intel.first_seen_feodo.as_deref().map(Words::new),
        ..evidence::Intel::default()
    };
    let evidence = Evidence::Intel(Box::new(shown));
    TECHNIQUES.map(|technique| (Which::One(technique), 1.0, evidence.clone())).into()
}

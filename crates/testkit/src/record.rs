//! Tags without an event, with just the parts that a test speaks of.

use vespid_model::id::AttackerId;
use vespid_model::record::TagRecord;
use vespid_model::release::Release;

use crate::event::{at, ip};

/// A tag of source `source` by version 1 of `rule`, at second `second`, of the attacker with this number;
/// `technique` is written as `TA0007/T1082@0.7`.
///
/// # Panics
/// When the text is not of that form: a test is wrong then.
#[expect(clippy::expect_used, reason = "a builder for tests")]
pub fn record(second: i64, attacker: u8, source: &str, rule: &str, technique: &str) -> TagRecord {
    let (ids, confidence) = technique.split_once('@').expect("TA0007/T1082@0.7");
    let (tactic, technique) = ids.split_once('/').expect("TA0007/T1082@0.7");
    TagRecord {
        source_kind: "command".to_owned(),
        source_id: source.to_owned(),
        attacker: Some(AttackerId::derive(ip(attacker))),
        identity: None,
        session: Some(format!("s{attacker}")),
        decky: Some("decky-1".to_owned()),
        tactic: tactic.parse().expect("a tactic id"),
        technique: technique.parse().expect("a technique id"),
        confidence: confidence.parse().expect("a confidence"),
        rule: rule.to_owned(),
        rule_version: 1,
        evidence: format!("{{\"source\":\"{source}\"}}"),
        release: Release::new(15, 1),
        created_at: at(second),
    }
}

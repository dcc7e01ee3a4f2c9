//! One tag a line, with the columns of DECNET's `ttp_tag` by their names and in their order, then `span`, `via` and
//! `tagged_at`. Times are RFC 3339 in UTC; `created_at` is when the attacker acted.

use serde::Serialize;
use serde_json::value::RawValue;
use vespid_model::rows::TagWithEvidence;
use vespid_model::span::Span;

#[derive(Serialize)]
struct Line<'a> {
    uuid: String,
    source_kind: &'static str,
    source_id: &'a str,
    attacker_uuid: Option<String>,
    identity_uuid: Option<String>,
    session_id: Option<&'a str>,
    decky_id: Option<&'a str>,
    tactic: String,
    technique_id: String,
    sub_technique_id: Option<String>,
    confidence: f64,
    rule_id: &'a str,
    rule_version: u32,
    evidence: &'a RawValue,
    attack_release: String,
    mitre_url: String,
    created_at: String,
    span: &'a [Span],
    via: &'a [String],
    tagged_at: String,
}

/// The line, without a line feed.
pub fn line(TagWithEvidence { tag: row, evidence }: &TagWithEvidence) -> String {
    // What the store holds is JSON without line breaks; anything else is shown as null rather than break the line.
    let evidence = Some(evidence).filter(|json| !json.contains(['\n', '\r']));
    let evidence = evidence.and_then(|json| serde_json::from_str(json).ok()).unwrap_or(RawValue::NULL);
    let line = Line {
        uuid: row.id.to_string(),
        source_kind: row.source_kind.as_str(),
        source_id: &row.source_id,
        attacker_uuid: row.attacker.map(|id| id.to_string()),
        identity_uuid: row.identity.map(|id| id.to_string()),
        session_id: row.session.as_deref(),
        decky_id: row.decky.as_deref(),
        tactic: row.tactic.to_string(),
        technique_id: row.technique.parent().to_string(),
        sub_technique_id: row.technique.is_sub().then(|| row.technique.to_string()),
        confidence: row.confidence.get(),
        rule_id: row.rule.as_str(),
        rule_version: row.rule_version,
        evidence,
        attack_release: format!("v{}", row.release),
        mitre_url: row.technique.url(),
        created_at: row.created_at.to_string(),
        span: &row.spans,
        via: &row.via,
        tagged_at: row.tagged_at.to_string(),
    };
    serde_json::to_string(&line).unwrap_or_default()
}

//! Why an address has a technique by what providers say.

use serde::Serialize;

use super::text::Words;

/// What a provider says that led to this technique. The names are those of DECNET.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Intel {
    /// The categories that stand for the technique.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub abuseipdb_categories: Vec<i64>,
    /// AbuseIPDB's score, by which the confidence is scaled.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub abuse_confidence_score: Option<i64>,
    /// GreyNoise's verdict.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greynoise_classification: Option<Words>,
    /// The classification and tags that stand for the technique.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub greynoise_tags: Vec<Words>,
    /// The actor that GreyNoise names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub greynoise_name: Option<Words>,
    /// The address is in the Feodo Tracker.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub feodo_listed: Option<bool>,
    /// The family that the Feodo Tracker names.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub malware_family: Option<Words>,
    /// When it was listed there first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_seen_feodo: Option<Words>,
    /// The threat types that stand for the technique.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub threat_types: Vec<Words>,
    /// ThreatFox' types of indicator.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub ioc_types: Vec<Words>,
    /// The families that ThreatFox names.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub malware_families: Vec<Words>,
    /// The verdict of all providers together, where it raised the confidence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub aggregate_verdict: Option<Words>,
}

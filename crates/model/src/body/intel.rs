//! What providers say of the attacker's address.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// What providers say of the attacker's address. The names are those of DECNET's `attacker_intel`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Intel {
    /// `malicious`, `suspicious`, `benign` or `unknown`: the strongest that a provider says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub aggregate_verdict: Option<String>,
    /// AbuseIPDB's confidence of abuse, 0 to 100.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub abuseipdb_score: Option<i64>,
    /// AbuseIPDB's categories of the reports, by number.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub abuseipdb_categories: Vec<i64>,
    /// GreyNoise's verdict, for example `malicious`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greynoise_classification: Option<String>,
    /// The actor that GreyNoise names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub greynoise_name: Option<String>,
    /// GreyNoise's tags.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub greynoise_tags: Vec<String>,
    /// Is it in the Feodo Tracker?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feodo_listed: Option<bool>,
    /// The family that the Feodo Tracker names.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub feodo_malware_family: Option<String>,
    /// When it was listed there first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub first_seen_feodo: Option<String>,
    /// Is it in ThreatFox?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub threatfox_listed: Option<bool>,
    /// ThreatFox' threat types, for example `botnet_cc`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threatfox_threat_types: Vec<String>,
    /// ThreatFox' types of indicator, for example `ip:port`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threatfox_ioc_types: Vec<String>,
    /// The families that ThreatFox names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub threatfox_malware_families: Vec<String>,
    /// Who was asked.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub providers: Vec<String>,
}

impl Intel {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; aggregate_verdict, abuseipdb_score, abuseipdb_categories, greynoise_classification, greynoise_name, greynoise_tags, feodo_listed, feodo_malware_family, first_seen_feodo, threatfox_listed, threatfox_threat_types, threatfox_ioc_types, threatfox_malware_families, providers);
    }
}

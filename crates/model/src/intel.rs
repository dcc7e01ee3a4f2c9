//! What others say of an address.

use crate::id::{AttackerId, IntelId};
use crate::time::UtcMicros;

/// What providers answered about one attacker. The texts of lists and of whole answers (`_raw`) are JSON.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names are those of DECNET's columns, see its data model")]
pub struct Intel {
    /// The id of a new row. One that is there keeps its own.
    pub id: IntelId,
    /// Whom it is about: there is one row for each attacker.
    pub attacker: AttackerId,
    pub schema_version: u32,
    pub greynoise_classification: Option<String>,
    pub greynoise_name: Option<String>,
    pub greynoise_tags: String,
    pub greynoise_raw: String,
    pub greynoise_queried_at: Option<UtcMicros>,
    /// 0 to 100 by the provider's word; kept as it came.
    pub abuseipdb_score: Option<i64>,
    pub abuseipdb_categories: String,
    pub abuseipdb_raw: String,
    pub abuseipdb_queried_at: Option<UtcMicros>,
    pub feodo_listed: Option<bool>,
    pub feodo_malware_family: Option<String>,
    pub feodo_raw: String,
    pub feodo_queried_at: Option<UtcMicros>,
    pub threatfox_listed: Option<bool>,
    pub threatfox_threat_types: String,
    pub threatfox_ioc_types: String,
    pub threatfox_malware_families: String,
    pub threatfox_raw: String,
    pub threatfox_queried_at: Option<UtcMicros>,
    /// `malicious`, `suspicious`, `benign` or `unknown`.
    pub aggregate_verdict: Option<String>,
    pub cached_at: UtcMicros,
    pub expires_at: UtcMicros,
}

impl Intel {
    /// A row in which no provider has said anything yet.
    pub fn new(id: IntelId, attacker: AttackerId, cached_at: UtcMicros, expires_at: UtcMicros) -> Self {
        let (list, answer) = ("[]".to_owned(), "{}".to_owned());
        Self {
            id,
            attacker,
            schema_version: 1,
            greynoise_classification: None,
            greynoise_name: None,
            greynoise_tags: list.clone(),
            greynoise_raw: answer.clone(),
            greynoise_queried_at: None,
            abuseipdb_score: None,
            abuseipdb_categories: list.clone(),
            abuseipdb_raw: answer.clone(),
            abuseipdb_queried_at: None,
            feodo_listed: None,
            feodo_malware_family: None,
            feodo_raw: answer.clone(),
            feodo_queried_at: None,
            threatfox_listed: None,
            threatfox_threat_types: list.clone(),
            threatfox_ioc_types: list.clone(),
            threatfox_malware_families: list,
            threatfox_raw: answer,
            threatfox_queried_at: None,
            aggregate_verdict: None,
            cached_at,
            expires_at,
        }
    }
}

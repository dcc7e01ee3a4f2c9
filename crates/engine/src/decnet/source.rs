//! The format of DECNET's rule files. Keys that are not used are left out.

use serde::Deserialize;

#[derive(Debug, Deserialize)]
pub(super) struct DecnetRule {
    pub(super) rule_id: String,
    pub(super) rule_version: u32,
    pub(super) name: String,
    #[serde(default)]
    pub(super) description: String,
    pub(super) applies_to: Vec<String>,
    #[serde(rename = "match")]
    pub(super) pattern: Match,
    pub(super) emits: Vec<DecnetEmit>,
    #[serde(default)]
    pub(super) evidence_fields: Vec<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct Match {
    pub(super) pattern: Option<String>,
    pub(super) field: Option<String>,
    pub(super) kind: Option<String>,
}

#[derive(Debug, Deserialize)]
pub(super) struct DecnetEmit {
    pub(super) technique_id: String,
    pub(super) sub_technique_id: Option<String>,
    pub(super) tactic: String,
    pub(super) confidence: f64,
}

impl DecnetRule {
    /// The lifter that it binds, without the word before.
    pub(super) fn lifter(&self) -> Option<&str> {
        self.pattern.kind.as_deref()?.strip_prefix("lifter:")
    }
}

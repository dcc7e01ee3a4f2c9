//! A secret that was tried in several places.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// A secret that was tried in several places.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credential {
    /// Its hash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credential_hash: Option<String>,
    /// `password`, `key`, ...
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secret_kind: Option<String>,
    /// How often it was tried again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reuse_count: Option<i64>,
    /// On how many targets.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_count: Option<i64>,
    /// Where.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub deckies: Vec<String>,
    /// On which services.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub services: Vec<String>,
}

impl Credential {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; credential_hash, secret_kind, reuse_count, target_count, deckies, services);
    }
}

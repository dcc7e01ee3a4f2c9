//! Why a shared secret has a technique.

use serde::Serialize;

use super::text::Words;

/// A password that was tried in several places: its hash, never itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Secret {
    /// The hash of a password tried with several accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shared_password_hash: Option<Words>,
    /// How many accounts.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_count: Option<i64>,
    /// The hash of a credential tried again.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub credential_hash: Option<Words>,
    /// How often.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reuse_count: Option<i64>,
    /// On how many targets.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target_count: Option<i64>,
}

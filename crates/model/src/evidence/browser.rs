//! Why a browser has a technique.

use serde::Serialize;

/// The signal of a canary token's page, never the fingerprint itself.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Browser {
    /// What was measured.
    pub metric: &'static str,
    /// What it showed.
    pub matched_signature: &'static str,
}

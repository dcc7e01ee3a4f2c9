//! What the attackers of one identity have in common.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// What the attackers of one identity have in common.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Identity {
    /// The identity.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub identity_uuid: Option<String>,
    /// The hash of a password that several accounts were tried with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub shared_password_hash: Option<String>,
    /// How many accounts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account_count: Option<i64>,
}

impl Identity {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; identity_uuid, shared_password_hash, account_count);
    }
}

//! A login tried.

use serde::{Deserialize, Serialize};

use super::fields::Fields;

/// The name of a service that the sensor does not say.
pub const UNKNOWN_SERVICE: &str = "unknown";

/// A login tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthAttempt {
    /// The account name tried.
    pub username: String,
    /// The password tried, when the method was a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The SHA-256 of the password tried, when the sensor keeps no more of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password_sha256: Option<String>,
    /// The fingerprint of the public key tried, when the method was a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_fingerprint: Option<String>,
    /// Did the decoy let it in?
    pub result: AuthResult,
    /// The service asked, for example `ssh` or `telnet`; [`UNKNOWN_SERVICE`] where the sensor does not say.
    pub service: String,
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says what it is")]
pub enum AuthResult {
    Success,
    Failure,
}

impl AuthResult {
    /// `success` or `failure`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

impl AuthAttempt {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("username", &self.username);
        fields.option("password", self.password.as_deref());
        fields.option("password_sha256", self.password_sha256.as_deref());
        fields.option("key_fingerprint", self.key_fingerprint.as_deref());
        fields.text("result", self.result.as_str());
        fields.text("service", &self.service);
    }
}

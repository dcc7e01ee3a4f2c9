//! How a client speaks HTTP, whatever it says.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// How a client speaks HTTP, whatever it says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpFingerprint {
    /// JA4H of the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ja4h: Option<String>,
    /// JA4 of the TLS handshake under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ja4: Option<String>,
    /// JA4 of the QUIC handshake under it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ja4_quic: Option<String>,
    /// For example `h2`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub protocol: Option<String>,
    /// What was fingerprinted, for example `http2_settings`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint_type: Option<String>,
    /// The settings frame, as the sensor writes it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settings: Option<String>,
    /// What the client says it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
}

impl HttpFingerprint {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; ja4h, ja4, ja4_quic, protocol, fingerprint_type, settings, user_agent);
    }
}

//! Why an HTTP client has a technique.

use serde::Serialize;

use super::text::Words;

/// The fingerprint of an HTTP client that stands for a tool.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Client {
    /// `ja4h`, `ja4` or `ja4_quic`.
    pub kind: &'static str,
    /// The fingerprint.
    pub hash: Words,
    /// For example `h2`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub protocol: Option<Words>,
    /// Whose fingerprint it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<&'static str>,
}

//! A file that came in or was made.

use serde::{Deserialize, Serialize};

use super::fields::Fields;

/// A file that came in or was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// How it came to be on the decoy.
    pub origin: PayloadOrigin,
    /// Where it was fetched from, for [`PayloadOrigin::Download`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name or path the attacker gave it on the decoy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// SHA-256 of its bytes, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How a file came to be on the decoy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayloadOrigin {
    /// Fetched by the decoy from a URL.
    Download,
    /// A fetch that was refused or failed.
    DownloadFailed,
    /// Sent by the attacker (scp, sftp).
    Upload,
    /// Written by a shell redirection.
    Redirect,
    /// Piped into the connection.
    Stdin,
}

impl PayloadOrigin {
    /// The name as stored, for example `download`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::DownloadFailed => "download_failed",
            Self::Upload => "upload",
            Self::Redirect => "redirect",
            Self::Stdin => "stdin",
        }
    }
}

impl Payload {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("origin", self.origin.as_str());
        fields.option("url", self.url.as_deref());
        fields.option("filename", self.filename.as_deref());
        fields.option("sha256", self.sha256.as_deref());
    }
}

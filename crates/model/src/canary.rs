//! Canary tokens: files and links that nobody should touch, and who did.

use serde_json::{Map, Value};

use crate::id::{AttackerId, CanaryBlobId, CanaryTokenId, CanaryTriggerId};
use crate::time::UtcMicros;

/// A file that tokens are made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryBlob {
    /// Its id.
    pub id: CanaryBlobId,
    /// SHA-256 of its bytes; there is one blob for each.
    pub sha256: String,
    /// Its name.
    pub filename: String,
    /// Its media type.
    pub content_type: String,
    /// Its size in bytes.
    pub size_bytes: u64,
    /// Who brought it.
    pub uploaded_by: String,
    /// When.
    pub uploaded_at: UtcMicros,
}

/// A token that is planted on a decoy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryToken {
    /// Its id.
    pub id: CanaryTokenId,
    /// `http`, `dns` or `aws_passive`.
    pub kind: String,
    /// The decoy.
    pub decky_name: String,
    /// The network that the decoy belongs to.
    pub topology_id: Option<String>,
    /// The file it is made of.
    pub blob: Option<CanaryBlobId>,
    /// What put it into the file.
    pub instrumenter: Option<String>,
    /// What made the file.
    pub generator: Option<String>,
    /// Where it lies on the decoy.
    pub placement_path: String,
    /// The text by which a callback names it; there is one token for each.
    pub callback_token: String,
    /// What it was made from.
    pub secret_seed: String,
    /// When it was planted.
    pub placed_at: UtcMicros,
    /// When it was touched last. Writes only move it forwards.
    pub last_triggered_at: Option<UtcMicros>,
    /// How often it was touched. Writes only raise it.
    pub trigger_count: u64,
    /// Who planted it.
    pub created_by: String,
    /// `planted`, `revoked` or `failed`.
    pub state: String,
    /// Why planting failed.
    pub last_error: Option<String>,
    /// What the page of the token must bring back.
    pub fingerprint_nonce: Option<String>,
}

/// One time that a token was touched, as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CanaryTrigger {
    /// Its id.
    pub id: CanaryTriggerId,
    /// The token.
    pub token: CanaryTokenId,
    /// When.
    pub occurred_at: UtcMicros,
    /// From where, as it was told.
    pub src_ip: String,
    /// The client's own name.
    pub user_agent: Option<String>,
    /// What was asked for over HTTP.
    pub request_path: Option<String>,
    /// What was asked for over DNS.
    pub dns_qname: Option<String>,
    /// The request's headers, a JSON object as a rule.
    pub raw_headers: String,
    /// Who it was.
    pub attacker: Option<AttackerId>,
}

/// A trigger with its headers read.
#[derive(Debug, Clone, PartialEq)]
pub struct CanaryTriggerRow {
    /// All of it, the text of the headers too.
    pub trigger: CanaryTrigger,
    /// The headers, or why their text is no JSON object. Of two with one name the last.
    pub headers: Result<Map<String, Value>, String>,
}

/// A place in the list of triggers: behind the one of this time and id.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriggerCursor {
    /// Its time.
    pub occurred_at: UtcMicros,
    /// Its id.
    pub id: CanaryTriggerId,
}

/// What became of a trigger.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TriggerStored {
    /// It was not there, and its token counts it.
    pub new: bool,
    /// The attacker it hangs on: None too when the one that was named is unknown.
    pub attacker: Option<AttackerId>,
}

impl CanaryTriggerRow {
    /// Where the list goes on behind it.
    pub const fn cursor(&self) -> TriggerCursor {
        TriggerCursor { occurred_at: self.trigger.occurred_at, id: self.trigger.id }
    }
}

//! Tags that come without their event: rows of another system, or of code that has no event of ours.

use crate::id::{AttackerId, IdentityId};
use crate::release::Release;
use crate::technique::{TacticId, TechniqueId};
use crate::time::UtcMicros;

/// A tag as it is handed over; whoever stores it checks it. Its id is derived from kind, source, rule, version and
/// technique.
#[derive(Debug, Clone, PartialEq)]
pub struct TagRecord {
    /// One of the names of [`crate::SourceKind`].
    pub source_kind: String,
    /// The source event's id, at most 255 characters.
    pub source_id: String,
    /// Who did it. This or the identity must be given, and stored already.
    pub attacker: Option<AttackerId>,
    /// The identity that the tag hangs on.
    pub identity: Option<IdentityId>,
    /// The sensor's name of the connection, at most 255 characters.
    pub session: Option<String>,
    /// The decoy, at most 255 characters.
    pub decky: Option<String>,
    /// The tactic.
    pub tactic: TacticId,
    /// Technique or sub-technique.
    pub technique: TechniqueId,
    /// 0 to 1.
    pub confidence: f64,
    /// The rule, at most 255 characters.
    pub rule: String,
    /// Its version.
    pub rule_version: u32,
    /// JSON.
    pub evidence: String,
    /// The ATT&CK release of the ids.
    pub release: Release,
    /// When the attacker acted.
    pub created_at: UtcMicros,
}

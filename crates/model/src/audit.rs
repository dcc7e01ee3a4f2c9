//! Who changed what.

use crate::time::UtcMicros;

/// One change that somebody made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The store's own number of it; later ones are greater.
    pub id: i64,
    /// When.
    pub at: UtcMicros,
    /// Who; empty when nobody was named.
    pub actor: String,
    /// What: `identity.merge`, `identity.unmerge`, `campaign.merge`, `campaign.unmerge`, `rule.define`, `rule.promote`,
    /// `rule.state.set`, `rule.state.clear` or `attack.upgrade`.
    pub action: String,
    /// What was changed: the id of an identity or campaign, the name of a rule, an ATT&CK release.
    pub subject: String,
    /// What exactly, a JSON object.
    pub detail: String,
}

//! Which text of a rule is meant.

use uuid::Uuid;

use crate::batch::RuleText;

/// UUIDv5 of a rule's text. A row that only names a rule has an empty one.
pub(super) fn digest(rule: &RuleText) -> [u8; 16] {
    Uuid::new_v5(&Uuid::NAMESPACE_OID, rule.yaml.as_bytes()).into_bytes()
}

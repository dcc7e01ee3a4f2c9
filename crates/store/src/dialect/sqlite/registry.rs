//! The texts of rules.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use vespid_model::id::RuleId;

use super::writer::Session;
use crate::batch::RuleText;
use crate::error::StoreError;

impl Session {
    /// Returns the names of those that were known with another text.
    pub(crate) fn rules(&mut self, rules: &[RuleText]) -> Result<Vec<String>, StoreError> {
        let db = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut keys, mut changed) = (Vec::new(), Vec::new());
        for rule in rules {
            let digest = rule.digest();
            let key = find(&db, rule, &digest)?;
            if key.is_none() && is_known(&db, rule)? {
                changed.push(rule.name.clone());
            }
            let key = match key {
                Some(key) => key,
                None => insert(&db, rule, &digest)?,
            };
            keys.push(((RuleId::new(&rule.name), rule.version), key));
        }
        db.commit()?;
        self.registered.extend(keys);
        Ok(changed)
    }
}

/// The row of this text, or the one that only names the rule and gets its text now.
fn find(db: &Connection, rule: &RuleText, digest: &[u8; 16]) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "UPDATE rule SET title = ?3, description = ?4, source_path = ?5, yaml = ?6, digest = ?7
         WHERE name = ?1 AND version = ?2 AND (digest = ?7 OR digest = x'') RETURNING id",
    )?
    .query_row(
        params![rule.name, rule.version, rule.title, rule.description, rule.source_path, rule.yaml, digest],
        |row| row.get(0),
    )
    .optional()
}

fn is_known(db: &Connection, rule: &RuleText) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM rule WHERE name = ?1 AND version = ?2")?
        .exists(params![rule.name, rule.version])
}

fn insert(db: &Connection, rule: &RuleText, digest: &[u8; 16]) -> rusqlite::Result<i64> {
    db.prepare_cached(
        "INSERT INTO rule (name, version, title, description, source_path, yaml, digest)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
    )?
    .query_row(
        params![rule.name, rule.version, rule.title, rule.description, rule.source_path, rule.yaml, digest],
        |row| row.get(0),
    )
}

//! What batches refer to: rules, inputs, imported catalogues.

use rusqlite::{Connection, OptionalExtension, TransactionBehavior, params};
use vespid_model::UtcMicros;
use vespid_model::id::RuleId;
use vespid_model::release::Release;

use super::writer::Session;
use crate::batch::{RuleText, SourceOffset};
use crate::dialect::text::digest;
use crate::error::StoreError;

impl Session {
    pub(crate) fn catalogue_put(
        &mut self,
        release: Release,
        body: &str,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        self.connection.execute(
            "INSERT INTO attack_catalogue (attack_release, body, imported_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (attack_release) DO UPDATE SET body = excluded.body, imported_at = excluded.imported_at",
            params![release.code(), body, now.as_micros()],
        )?;
        Ok(())
    }

    /// Returns the names of those that were known with another text.
    pub(crate) fn rules(&mut self, rules: &[RuleText]) -> Result<Vec<String>, StoreError> {
        let db = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let (mut keys, mut changed) = (Vec::new(), Vec::new());
        for rule in rules {
            let digest = digest(rule);
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

    pub(crate) fn source_begin(&mut self, source: &SourceOffset, now: UtcMicros) -> Result<i64, StoreError> {
        let db = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let id = if source.id == 0 {
            db.query_row(
                "INSERT INTO source_offset (name, fingerprint, fingerprint_length, position, rules, updated_at)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6) RETURNING id",
                params![
                    source.name,
                    source.fingerprint.cast_signed(),
                    source.fingerprint_length,
                    source.position,
                    source.rules,
                    now.as_micros()
                ],
                |row| row.get(0),
            )?
        } else {
            db.execute(
                "UPDATE source_offset
                 SET fingerprint = ?2, fingerprint_length = ?3, position = ?4, rules = ?5, updated_at = ?6 WHERE id = ?1",
                params![
                    source.id,
                    source.fingerprint.cast_signed(),
                    source.fingerprint_length,
                    source.position,
                    source.rules,
                    now.as_micros()
                ],
            )?;
            db.execute(
                "DELETE FROM dead_letter WHERE source = ?1 AND position >= ?2",
                params![source.id, source.position],
            )?;
            source.id
        };
        db.commit()?;
        Ok(id)
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

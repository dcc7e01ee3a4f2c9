//! What batches refer to: rules, inputs, imported catalogues.

use rusqlite::{TransactionBehavior, params};
use vespid_model::UtcMicros;
use vespid_model::release::Release;

use super::writer::Session;
use crate::batch::{RuleText, SourceOffset};
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

    pub(crate) fn rules(&mut self, rules: &[RuleText]) -> Result<(), StoreError> {
        let db = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        for rule in rules {
            db.prepare_cached(
                "INSERT INTO rule (name, version, title, description, source_path, yaml) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
                 ON CONFLICT (name, version) DO UPDATE
                 SET title = excluded.title, description = excluded.description,
                     source_path = excluded.source_path, yaml = excluded.yaml",
            )?
            .execute(params![rule.name, rule.version, rule.title, rule.description, rule.source_path, rule.yaml])?;
        }
        Ok(db.commit()?)
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

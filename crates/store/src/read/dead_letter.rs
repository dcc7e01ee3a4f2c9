//! Input that could not become an event.

use sqlx::Row;
use vespid_model::UtcMicros;
use vespid_model::rows::DeadLetterRow;

use super::column;
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// Those after this one (from the first when None), in the order in which they were stored.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn dead_letter_page(
        &self,
        after: Option<i64>,
        limit: u32,
    ) -> Result<Vec<DeadLetterRow>, StoreError> {
        let rows = sqlx::query(
            "SELECT dead_letter.id, name, dead_letter.position, length, reason, detail, excerpt, seen_at
             FROM dead_letter JOIN source_offset ON source_offset.id = source
             WHERE dead_letter.id > ?1 ORDER BY dead_letter.id LIMIT ?2",
        )
        .bind(after.unwrap_or(i64::MIN))
        .bind(limit)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(DeadLetterRow {
                    id: row.try_get(0)?,
                    input: row.try_get(1)?,
                    position: column::count(row.try_get(2)?),
                    length: column::count(row.try_get(3)?),
                    reason: row.try_get(4)?,
                    detail: row.try_get(5)?,
                    excerpt: row.try_get(6)?,
                    seen_at: UtcMicros::from_micros(row.try_get(7)?),
                })
            })
            .collect()
    }

    /// How many of an input start before this byte.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn dead_letter_count(&self, source: i64, before: u64) -> Result<u64, StoreError> {
        let count =
            sqlx::query_scalar("SELECT COUNT(*) FROM dead_letter WHERE source = ?1 AND position < ?2");
        let before = i64::try_from(before).unwrap_or(i64::MAX);
        Ok(column::count(count.bind(source).bind(before).fetch_one(&self.pool).await?))
    }
}

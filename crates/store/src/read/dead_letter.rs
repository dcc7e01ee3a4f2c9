//! Input that could not become an event.

use vespid_model::UtcMicros;
use vespid_model::rows::DeadLetterRow;

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

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
        let mut query = Query::new(
            "SELECT l.id, s.name, l.position, l.length, l.reason, l.detail, l.excerpt, l.seen_at
             FROM dead_letter l JOIN source_offset s ON s.id = l.source WHERE l.id > ",
        );
        query.bind(after.unwrap_or(i64::MIN)).push(" ORDER BY l.id LIMIT ").bind(limit);
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                Ok(DeadLetterRow {
                    id: row.get(0)?,
                    input: row.get(1)?,
                    position: column::count(row.get(2)?),
                    length: column::count(row.get(3)?),
                    reason: row.get(4)?,
                    detail: row.get(5)?,
                    excerpt: row.get(6)?,
                    seen_at: UtcMicros::from_micros(row.get(7)?),
                })
            })
            .collect()
    }

    /// How many of an input start before this byte.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn dead_letter_count(&self, source: i64, before: u64) -> Result<u64, StoreError> {
        let mut query = Query::new("SELECT COUNT(*) FROM dead_letter WHERE source = ");
        query.bind(source).push(" AND position < ").bind(before);
        Ok(column::count(self.pool.one(&query).await?.get(0)?))
    }
}

//! Inputs and how far they were read.

use sqlx::Row;

use super::column;
use crate::Store;
use crate::batch::SourceOffset;
use crate::error::StoreError;

impl Store {
    /// The inputs that had this name, newest first: a rotated log leaves several.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn source_list(&self, name: &str) -> Result<Vec<SourceOffset>, StoreError> {
        let rows = sqlx::query(
            "SELECT id, name, fingerprint, fingerprint_length, position, rules FROM source_offset WHERE name = ?1
             ORDER BY id DESC",
        )
        .bind(name)
        .fetch_all(&self.pool)
        .await?;
        rows.iter()
            .map(|row| {
                Ok(SourceOffset {
                    id: row.try_get(0)?,
                    name: row.try_get(1)?,
                    fingerprint: row.try_get::<i64, _>(2)?.cast_unsigned(),
                    fingerprint_length: column::count(row.try_get(3)?),
                    position: column::count(row.try_get(4)?),
                    rules: row.try_get(5)?,
                })
            })
            .collect()
    }
}

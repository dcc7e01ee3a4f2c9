//! Inputs and how far they were read.

use super::column;
use crate::Store;
use crate::batch::SourceOffset;
use crate::error::StoreError;
use crate::sql::{Query, Row};

const COLUMNS: &str = "SELECT id, name, fingerprint, fingerprint_length, position, rules FROM source_offset";

impl Store {
    /// The inputs that had this name, newest first: a rotated log leaves several.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn source_list(&self, name: &str) -> Result<Vec<SourceOffset>, StoreError> {
        let mut query = Query::new(COLUMNS);
        query.push(" WHERE name = ").bind(name).push(" ORDER BY id DESC");
        self.pool.all(&query).await?.iter().map(offset).collect()
    }

    /// The inputs of any name that had this beginning, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn source_list_with(
        &self,
        fingerprint: u64,
        length: u64,
    ) -> Result<Vec<SourceOffset>, StoreError> {
        let mut query = Query::new(COLUMNS);
        query.push(" WHERE fingerprint = ").bind(fingerprint.cast_signed());
        query.push(" AND fingerprint_length = ").bind(length).push(" ORDER BY id DESC");
        self.pool.all(&query).await?.iter().map(offset).collect()
    }

    /// Was any input read with other rules than these?
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn source_rules_other(&self, rules: &str) -> Result<bool, StoreError> {
        let query = Query::new("SELECT id FROM source_offset WHERE rules <> ? AND rules <> ? LIMIT 1");
        let query = query.with(rules).with(SourceOffset::NO_RULES);
        Ok(self.pool.first(&query).await?.is_some())
    }
}

fn offset(row: &Row) -> Result<SourceOffset, StoreError> {
    Ok(SourceOffset {
        id: row.get(0)?,
        name: row.get(1)?,
        fingerprint: row.get::<i64>(2)?.cast_unsigned(),
        fingerprint_length: column::count(row.get(3)?),
        position: column::count(row.get(4)?),
        rules: row.get(5)?,
    })
}

//! Who changed what.

use vespid_model::UtcMicros;
use vespid_model::audit::AuditRow;

use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

impl Store {
    /// What was changed, newest first: of one identity or campaign (by id) or rule (by name), or of all. From behind
    /// the row with the number `after` on, at most `limit` rows; an empty list is the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn audit_list(
        &self,
        subject: Option<&str>,
        limit: u32,
        after: Option<i64>,
    ) -> Result<Vec<AuditRow>, StoreError> {
        let mut query = Query::new("SELECT id, at, actor, action, subject, detail FROM audit WHERE id < ");
        query.bind(after.unwrap_or(i64::MAX));
        if let Some(subject) = subject {
            query.push(" AND subject = ").bind(subject);
        }
        query.push(" ORDER BY id DESC LIMIT ").bind(limit);
        self.pool.all(&query).await?.iter().map(audit).collect()
    }
}

fn audit(row: &Row) -> Result<AuditRow, StoreError> {
    Ok(AuditRow {
        id: row.get(0)?,
        at: UtcMicros::from_micros(row.get(1)?),
        actor: row.get(2)?,
        action: row.get(3)?,
        subject: row.get(4)?,
        detail: row.get(5)?,
    })
}

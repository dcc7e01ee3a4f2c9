//! How sources fare.

use vespid_model::UtcMicros;
use vespid_model::rows::SourceHealth;

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

impl Store {
    /// Every source that ever ran on this database, by kind and name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn source_health_list(&self) -> Result<Vec<SourceHealth>, StoreError> {
        let query = Query::new(
            "SELECT kind, name, last_event, last_received, line_count, event_count, dead_count, drop_count,
                    error_count, last_error, rate, lag_us, updated_at
             FROM source_health ORDER BY kind, name",
        );
        self.pool.all(&query).await?.iter().map(health).collect()
    }
}

fn health(row: &Row) -> Result<SourceHealth, StoreError> {
    let time = |place| Ok::<_, StoreError>(row.get::<Option<i64>>(place)?.map(UtcMicros::from_micros));
    let count = |place| Ok::<_, StoreError>(column::count(row.get(place)?));
    Ok(SourceHealth {
        kind: row.get(0)?,
        name: row.get(1)?,
        last_event: time(2)?,
        last_received: time(3)?,
        lines: count(4)?,
        events: count(5)?,
        dead_letters: count(6)?,
        dropped: count(7)?,
        errors: count(8)?,
        last_error: row.get(9)?,
        rate: count(10)?,
        lag: row.get(11)?,
        updated_at: time(12)?,
    })
}

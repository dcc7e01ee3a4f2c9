//! Techniques of a scope.

use vespid_model::UtcMicros;
use vespid_model::rows::{Scope, TechniqueRow};

use super::{column, scope};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

impl Store {
    /// The techniques of a scope, each under each tactic it was named for, ordered by tactic id, then technique id.
    /// Empty for an unknown scope.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list(&self, scope: &Scope) -> Result<Vec<TechniqueRow>, StoreError> {
        let mut query = Query::new(
            "SELECT tactic, technique, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence) FROM tag",
        );
        scope::push(&mut query, scope);
        query.push(" GROUP BY tactic, technique ORDER BY tactic, technique");
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                Ok(TechniqueRow {
                    tactic: column::tactic(row.get(0)?)?,
                    technique: column::technique(row.get(1)?)?,
                    count: column::count(row.get(2)?),
                    first_seen: UtcMicros::from_micros(row.get(3)?),
                    last_seen: UtcMicros::from_micros(row.get(4)?),
                    confidence_max: column::confidence(row.get(5)?)?,
                })
            })
            .collect()
    }
}

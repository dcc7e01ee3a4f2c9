//! Techniques of a scope.

use sqlx::{QueryBuilder, Row};
use vespid_model::UtcMicros;
use vespid_model::rows::{Scope, TechniqueRow};

use super::{column, scope};
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// The techniques of a scope, each under each tactic it was named for, ordered by tactic id, then technique id.
    /// Empty for an unknown scope.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list(&self, scope: &Scope) -> Result<Vec<TechniqueRow>, StoreError> {
        let mut query = QueryBuilder::new(
            "SELECT tactic, technique, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence) FROM tag",
        );
        scope::push(&mut query, scope);
        query.push(" GROUP BY tactic, technique ORDER BY tactic, technique");
        let rows = query.build().fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                Ok(TechniqueRow {
                    tactic: column::tactic(row.try_get(0)?)?,
                    technique: column::technique(row.try_get(1)?)?,
                    count: column::count(row.try_get(2)?),
                    first_seen: UtcMicros::from_micros(row.try_get(3)?),
                    last_seen: UtcMicros::from_micros(row.try_get(4)?),
                    confidence_max: column::confidence(row.try_get(5)?)?,
                })
            })
            .collect()
    }
}

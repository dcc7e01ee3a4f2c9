//! The techniques of every attacker, for exports of the whole fleet.

use vespid_model::rows::AttackerTechnique;

use super::column;
use super::technique::{sums, technique};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

impl Store {
    /// Hands the techniques of all attackers, one after the other, to `each`: ordered by attacker id, then tactic,
    /// then technique; one query, whose rows are read as they come. `each` says whether to go on. Returns how many it
    /// was given.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_techniques(
        &self,
        mut each: impl FnMut(AttackerTechnique) -> bool + Send,
    ) -> Result<u64, StoreError> {
        let mut query = Query::new("SELECT a.uid, ");
        query.push(&sums(self.pool.dialect().integer()));
        query.push(
            " FROM attacker a JOIN rollup_scope r ON r.scope = 1 AND r.subject = a.id
              GROUP BY a.uid, r.tactic, r.technique ORDER BY a.uid, r.tactic, r.technique",
        );
        let mut given = 0;
        self.pool
            .each(&query, |row| {
                let attacker = column::attacker_id(row.get(0)?)?;
                given += 1;
                Ok::<_, StoreError>(each(AttackerTechnique { attacker, row: technique(&row, 1)? }))
            })
            .await?;
        Ok(given)
    }
}

//! Techniques of a scope.

use vespid_attack::Catalogue;
use vespid_model::UtcMicros;
use vespid_model::id::CampaignId;
use vespid_model::rows::{CampaignTechnique, NamedTechnique, Scope, TechniqueRow};

use super::{column, scope};
use crate::Store;
use crate::error::StoreError;
use crate::rollup::scope as number;
use crate::sql::{Query, Row};

impl Store {
    /// The techniques of a scope, each under each tactic it was named for, ordered by tactic id, then technique id.
    /// Empty for an unknown scope. Costs as many rows as there are techniques, however many tags.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list(&self, scope: &Scope) -> Result<Vec<TechniqueRow>, StoreError> {
        let mut query = Query::new("SELECT ");
        query.push(&sums(self.pool.dialect().integer())).push(" FROM rollup_scope r");
        scope::rollup(&mut query, scope);
        query.push(" GROUP BY tactic, technique ORDER BY tactic, technique");
        self.pool.all(&query).await?.iter().map(|row| technique(row, 0)).collect()
    }

    /// The same with names and addresses, in the order of the matrix, then by technique id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list_named(
        &self,
        scope: &Scope,
        attack: &Catalogue,
    ) -> Result<Vec<NamedTechnique>, StoreError> {
        Ok(named(self.technique_list(scope).await?, attack))
    }

    /// The techniques of a campaign with the number of its identities that each was seen with, in the order of the
    /// matrix. Costs a row for each identity and technique.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list_of_campaign(
        &self,
        campaign: CampaignId,
        attack: &Catalogue,
    ) -> Result<Vec<CampaignTechnique>, StoreError> {
        let techniques = self.technique_list_named(&Scope::Campaign(campaign), attack).await?;
        let mut query = Query::new(
            "SELECT r.tactic, r.technique, COUNT(DISTINCT r.subject) FROM rollup_scope r WHERE r.scope = ",
        );
        query.bind(number::IDENTITY);
        query.push(
            " AND r.subject IN (SELECT g.id FROM campaign x JOIN campaign c ON c.root = x.root
              JOIN identity g ON g.campaign = c.id WHERE x.uid = ",
        );
        query.bind(campaign.as_bytes()).push(") GROUP BY r.tactic, r.technique");
        let mut counts = std::collections::HashMap::new();
        for row in self.pool.all(&query).await? {
            let key = (column::tactic(row.get(0)?)?, column::technique(row.get(1)?)?);
            counts.insert(key, column::count(row.get(2)?));
        }
        let with_count = |named: NamedTechnique| CampaignTechnique {
            identity_count: counts.get(&(named.row.tactic, named.row.technique)).copied().unwrap_or(0),
            technique: named,
        };
        Ok(techniques.into_iter().map(with_count).collect())
    }
}

/// The columns that [`technique`] reads, over rows `r` of a rollup.
pub(super) fn sums(integer: &str) -> String {
    format!(
        "r.tactic, r.technique, CAST(SUM(r.tags) AS {integer}), MIN(r.first_seen), MAX(r.last_seen),
         MAX(r.confidence_max)"
    )
}

pub(super) fn technique(row: &Row, from: usize) -> Result<TechniqueRow, StoreError> {
    Ok(TechniqueRow {
        tactic: column::tactic(row.get(from)?)?,
        technique: column::technique(row.get(from + 1)?)?,
        count: column::count(row.get(from + 2)?),
        first_seen: UtcMicros::from_micros(row.get(from + 3)?),
        last_seen: UtcMicros::from_micros(row.get(from + 4)?),
        confidence_max: column::confidence(row.get(from + 5)?)?,
    })
}

/// Names from the catalogue, None for what it does not know; in the order of its matrix.
pub(super) fn named(rows: Vec<TechniqueRow>, attack: &Catalogue) -> Vec<NamedTechnique> {
    let mut named: Vec<_> = rows
        .into_iter()
        .map(|row| NamedTechnique {
            technique_name: attack.full_name(row.technique.parent()),
            sub_technique_name: attack.full_name(row.technique).filter(|_| row.technique.is_sub()),
            tactic_name: attack.tactic(row.tactic).map(|tactic| tactic.name.clone()),
            mitre_url: attack.technique(row.technique).map(|technique| technique.id.url()),
            row,
        })
        .collect();
    named.sort_by_key(|it| (attack.matrix_order(it.row.tactic), it.row.tactic, it.row.technique));
    named
}

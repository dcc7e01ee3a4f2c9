//! How much there is.

use vespid_model::UtcMicros;
use vespid_model::rows::{Scope, Totals};

use super::{column, scope};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

impl Store {
    /// How much there is in a scope; all zero for one that is unknown.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn totals(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let mut totals = self.totals_of_rows(scope).await?;
        let mut query = Query::new("SELECT attack_release, CAST(SUM(tags) AS ");
        query.push(self.pool.dialect().integer()).push(") FROM rollup_scope");
        scope::rollup(&mut query, scope);
        query.push(" GROUP BY attack_release ORDER BY attack_release DESC");
        for row in self.pool.all(&query).await? {
            totals.releases.push(column::release(row.get(0)?)?);
            totals.tags += column::count(row.get(1)?);
        }
        Ok(totals)
    }

    /// Events, sessions, attackers and times, from the rows that keep them.
    async fn totals_of_rows(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let integer = self.pool.dialect().integer();
        let query = if matches!(scope, Scope::Session(_) | Scope::SessionName(_)) {
            let mut query = Query::new(&format!(
                "SELECT CAST(COALESCE(SUM(event_count), 0) AS {integer}), COUNT(*), MIN(first_seen), MAX(last_seen),
                        COUNT(DISTINCT attacker) FROM session WHERE id IN "
            ));
            scope::subject(&mut query, scope);
            query
        } else {
            let attackers = scope::attackers(scope);
            let mut query = Query::new(&format!(
                "SELECT CAST(COALESCE(SUM(event_count), 0) AS {integer}), (SELECT COUNT(*) FROM session s WHERE "
            ));
            within(&mut query, "s.attacker", attackers.as_ref());
            query.push("), MIN(first_seen), MAX(last_seen), COUNT(*) FROM attacker a WHERE ");
            within(&mut query, "a.id", attackers.as_ref());
            query
        };
        let row = self.pool.one(&query).await?;
        let time = |place| Ok::<_, StoreError>(row.get::<Option<i64>>(place)?.map(UtcMicros::from_micros));
        Ok(Totals {
            events: column::count(row.get(0)?),
            sessions: column::count(row.get(1)?),
            attackers: column::count(row.get(4)?),
            tags: 0,
            first_seen: time(2)?,
            last_seen: time(3)?,
            releases: Vec::new(),
        })
    }
}

fn within(query: &mut Query, column: &str, attackers: Option<&Query>) {
    match attackers {
        Some(attackers) => _ = query.push(column).push(" IN ").append(attackers),
        None => _ = query.push("1 = 1"),
    }
}

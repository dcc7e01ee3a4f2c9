//! How much there is.

use vespid_model::UtcMicros;
use vespid_model::rows::{Scope, Totals};

use super::{column, scope, session};
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
        let mut query = Query::new("SELECT attack_release, COUNT(*) FROM tag");
        scope::push(&mut query, scope);
        query.push(" GROUP BY attack_release ORDER BY attack_release DESC");
        for row in self.pool.all(&query).await? {
            totals.releases.push(column::release(row.get(0)?)?);
            totals.tags += column::count(row.get(1)?);
        }
        Ok(totals)
    }

    /// Events, sessions, attackers and times, from the rows that keep them.
    async fn totals_of_rows(&self, scope: &Scope) -> Result<Totals, StoreError> {
        // One attacker or session has one row; the fleet's is always there.
        let query = match scope {
            Scope::Fleet => Query::new(&format!(
                "SELECT CAST(COALESCE(SUM(event_count), 0) AS {}), (SELECT COUNT(*) FROM session), MIN(first_seen),
                        MAX(last_seen), COUNT(*) FROM attacker",
                self.pool.dialect().integer()
            )),
            Scope::Attacker(ip) => {
                let mut query = Query::new(
                    "SELECT event_count, (SELECT COUNT(*) FROM session WHERE session.attacker = attacker.id),
                            first_seen, last_seen FROM attacker WHERE ip = ",
                );
                query.bind(ip.to_canonical().to_string());
                query
            }
            Scope::Session(key) => {
                let mut query = Query::new("SELECT s.event_count, s.id, s.first_seen, s.last_seen");
                session::one(&mut query, key);
                query
            }
        };
        let Some(row) = self.pool.first(&query).await? else { return Ok(Totals::default()) };
        let time = |place| Ok::<_, StoreError>(row.get::<Option<i64>>(place)?.map(UtcMicros::from_micros));
        Ok(Totals {
            events: column::count(row.get(0)?),
            sessions: if matches!(scope, Scope::Session(_)) { 1 } else { column::count(row.get(1)?) },
            attackers: if matches!(scope, Scope::Fleet) { column::count(row.get(4)?) } else { 1 },
            tags: 0,
            first_seen: time(2)?,
            last_seen: time(3)?,
            releases: Vec::new(),
        })
    }
}

//! How much there is.

use sqlx::{QueryBuilder, Row};
use vespid_model::UtcMicros;
use vespid_model::rows::{Scope, Totals};

use super::{column, scope, session};
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// How much there is in a scope; all zero for one that is unknown.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn totals(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let mut totals = self.totals_of_rows(scope).await?;
        let mut query = QueryBuilder::new("SELECT attack_release, COUNT(*) FROM tag");
        scope::push(&mut query, scope);
        query.push(" GROUP BY attack_release ORDER BY attack_release DESC");
        for row in query.build().fetch_all(&self.pool).await? {
            totals.releases.push(column::release(row.try_get(0)?)?);
            totals.tags += column::count(row.try_get(1)?);
        }
        Ok(totals)
    }

    /// Events, sessions, attackers and times, from the rows that keep them.
    async fn totals_of_rows(&self, scope: &Scope) -> Result<Totals, StoreError> {
        let mut query = QueryBuilder::new("SELECT ");
        match scope {
            Scope::Fleet => {
                query.push(
                    "COALESCE(SUM(event_count), 0), (SELECT COUNT(*) FROM session), COUNT(*), MIN(first_seen),
                     MAX(last_seen) FROM attacker",
                );
            }
            Scope::Attacker(ip) => {
                query.push(
                    "COALESCE(SUM(event_count), 0),
                     (SELECT COUNT(*) FROM session s WHERE s.attacker = attacker.id), COUNT(*),
                     MIN(first_seen), MAX(last_seen) FROM attacker WHERE ip = ",
                );
                query.push_bind(ip.to_canonical().to_string());
            }
            Scope::Session(key) => {
                query.push(
                    "COALESCE(SUM(s.event_count), 0), COUNT(*), COUNT(*), MIN(s.first_seen), MAX(s.last_seen)",
                );
                session::one(&mut query, key);
            }
        }
        let row = query.build().fetch_one(&self.pool).await?;
        let time = |place| row.try_get::<Option<i64>, _>(place).map(|time| time.map(UtcMicros::from_micros));
        Ok(Totals {
            events: column::count(row.try_get(0)?),
            sessions: column::count(row.try_get::<Option<i64>, _>(1)?.unwrap_or(0)),
            attackers: column::count(row.try_get(2)?),
            tags: 0,
            first_seen: time(3)?,
            last_seen: time(4)?,
            releases: Vec::new(),
        })
    }
}

//! What persons say of who is who, with their reasons.

use vespid_model::UtcMicros;
use vespid_model::features::{SaidOf, Verdict, VerdictRow};
use vespid_model::rows::Page;

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

const SELECT: &str = "
    SELECT v.noun, v.a, v.b, v.same, v.reason, v.said_by, v.said_at, x.ip, y.ip FROM verdict v
    LEFT JOIN attacker x ON v.noun = 0 AND x.uid = v.a LEFT JOIN attacker y ON v.noun = 0 AND y.uid = v.b
    ORDER BY v.said_at DESC, v.noun, v.a, v.b LIMIT ";

impl Store {
    /// The verdicts that hold, the newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn verdict_list(&self, limit: u32, offset: u32) -> Result<Page<VerdictRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.bind(limit).push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let total = self.total(&Query::new("SELECT COUNT(*) FROM verdict")).await?;
        Ok(Page { rows: rows.iter().map(verdict).collect::<Result<_, _>>()?, total })
    }
}

fn verdict(row: &Row) -> Result<VerdictRow, StoreError> {
    let same = row.get::<i64>(3)? != 0;
    let said = if row.get::<i64>(0)? == 0 {
        let (a, b) = (column::attacker_id(row.get(1)?)?, column::attacker_id(row.get(2)?)?);
        let ip = |place| row.get::<Option<String>>(place)?.map(|ip| column::ip(&ip)).transpose();
        SaidOf::Attackers(Verdict { a, b, same }, [ip(7)?, ip(8)?])
    } else {
        let (a, b) = (column::identity_id(row.get(1)?)?, column::identity_id(row.get(2)?)?);
        SaidOf::Identities(Verdict { a, b, same })
    };
    let said_at = UtcMicros::from_micros(row.get(6)?);
    Ok(VerdictRow { said, reason: row.get(4)?, said_by: row.get(5)?, said_at })
}

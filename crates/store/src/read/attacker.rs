//! Attacking addresses.

use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::rows::{AttackerRow, Page};

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// An attacker with its counts; the query goes on with a condition or an order.
const SELECT: &str = "
    SELECT a.uid, a.ip, a.first_seen, a.last_seen, a.event_count,
           (SELECT COUNT(*) FROM session s WHERE s.attacker = a.id),
           COALESCE(k.tags, 0), COALESCE(k.techniques, 0)
    FROM attacker a
    LEFT JOIN (SELECT subject, CAST(SUM(tags) AS #) AS tags, COUNT(DISTINCT technique) AS techniques
               FROM rollup_scope WHERE scope = 1";

impl Store {
    fn attacker_select(&self) -> Query {
        Query::new(&SELECT.replace('#', self.pool.dialect().integer()))
    }

    /// Attackers with most tags first, then by address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_list(&self, limit: u32, offset: u32) -> Result<Page<AttackerRow>, StoreError> {
        let mut query = self.attacker_select();
        query.push(" GROUP BY subject) k ON k.subject = a.id ORDER BY COALESCE(k.tags, 0) DESC, a.ip LIMIT ");
        query.bind(limit).push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let total: i64 = self.pool.one(&Query::new("SELECT COUNT(*) FROM attacker")).await?.get(0)?;
        Ok(Page { rows: rows.iter().map(attacker).collect::<Result<_, _>>()?, total: column::count(total) })
    }

    /// One attacker by address; None when it never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_find(&self, ip: IpAddr) -> Result<Option<AttackerRow>, StoreError> {
        let ip = ip.to_canonical().to_string();
        let mut query = self.attacker_select();
        query.push(" AND subject = (SELECT id FROM attacker WHERE ip = ").bind(ip.clone());
        query.push(") GROUP BY subject) k ON k.subject = a.id WHERE a.ip = ").bind(ip);
        self.pool.first(&query).await?.as_ref().map(attacker).transpose()
    }
}

fn attacker(row: &Row) -> Result<AttackerRow, StoreError> {
    Ok(AttackerRow {
        id: column::attacker_id(row.get(0)?)?,
        ip: column::ip(&row.get::<String>(1)?)?,
        first_seen: UtcMicros::from_micros(row.get(2)?),
        last_seen: UtcMicros::from_micros(row.get(3)?),
        events: column::count(row.get(4)?),
        sessions: column::count(row.get(5)?),
        tags: column::count(row.get(6)?),
        techniques: column::count(row.get(7)?),
    })
}

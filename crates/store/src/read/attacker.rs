//! Attacking addresses.

use std::net::IpAddr;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row};
use vespid_model::UtcMicros;
use vespid_model::rows::{AttackerRow, Page};

use super::column;
use crate::Store;
use crate::error::StoreError;

/// An attacker with its counts; the query goes on with a condition or an order.
const SELECT: &str = "
    SELECT a.uid, a.ip, a.first_seen, a.last_seen, a.event_count,
           (SELECT COUNT(*) FROM session s WHERE s.attacker = a.id),
           COALESCE(t.tags, 0), COALESCE(t.techniques, 0)
    FROM attacker a
    LEFT JOIN (SELECT attacker, COUNT(*) AS tags, COUNT(DISTINCT technique) AS techniques FROM tag";

impl Store {
    /// Attackers with most tags first, then by address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_list(&self, limit: u32, offset: u32) -> Result<Page<AttackerRow>, StoreError> {
        let mut query = QueryBuilder::new(SELECT);
        query.push(
            " GROUP BY attacker) t ON t.attacker = a.id ORDER BY COALESCE(t.tags, 0) DESC, a.ip LIMIT ",
        );
        query.push_bind(limit).push(" OFFSET ").push_bind(offset);
        let rows = query.build().fetch_all(&self.pool).await?;
        let total: i64 = sqlx::query_scalar("SELECT COUNT(*) FROM attacker").fetch_one(&self.pool).await?;
        Ok(Page { rows: rows.iter().map(attacker).collect::<Result<_, _>>()?, total: column::count(total) })
    }

    /// One attacker by address; None when it never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_find(&self, ip: IpAddr) -> Result<Option<AttackerRow>, StoreError> {
        let ip = ip.to_canonical().to_string();
        let mut query = QueryBuilder::new(SELECT);
        query.push(" WHERE attacker = (SELECT id FROM attacker WHERE ip = ").push_bind(ip.clone());
        query.push(") GROUP BY attacker) t ON t.attacker = a.id WHERE a.ip = ").push_bind(ip);
        query.build().fetch_optional(&self.pool).await?.as_ref().map(attacker).transpose()
    }
}

fn attacker(row: &SqliteRow) -> Result<AttackerRow, StoreError> {
    Ok(AttackerRow {
        id: column::attacker_id(row.try_get(0)?)?,
        ip: column::ip(row.try_get(1)?)?,
        first_seen: UtcMicros::from_micros(row.try_get(2)?),
        last_seen: UtcMicros::from_micros(row.try_get(3)?),
        events: column::count(row.try_get(4)?),
        sessions: column::count(row.try_get(5)?),
        tags: column::count(row.try_get(6)?),
        techniques: column::count(row.try_get(7)?),
    })
}

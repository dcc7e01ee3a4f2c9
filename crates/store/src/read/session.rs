//! Connections.

use std::net::IpAddr;

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use vespid_model::rows::{Page, SessionKey, SessionRow};
use vespid_model::{TechniqueId, UtcMicros};

use super::column;
use crate::Store;
use crate::error::StoreError;

/// Which sessions are meant. All of them by default.
#[derive(Debug, Clone, Copy, Default)]
pub struct SessionFilter {
    /// Those of this address.
    pub attacker: Option<IpAddr>,
    /// Those with a tag of exactly this technique.
    pub technique: Option<TechniqueId>,
}

const SELECT: &str = "
    SELECT d.name, s.name, a.ip, s.service, s.first_seen, s.last_seen, s.client_version, s.hassh, s.login,
           s.event_count, s.command_count,
           (SELECT COUNT(*) FROM tag t WHERE t.attacker = s.attacker AND t.session = s.id)";
const FROM: &str = " FROM session s JOIN decky d ON d.id = s.decky JOIN attacker a ON a.id = s.attacker";

impl Store {
    /// Sessions, newest first, then by name.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_list(
        &self,
        filter: &SessionFilter,
        limit: u32,
        offset: u32,
    ) -> Result<Page<SessionRow>, StoreError> {
        let mut query = QueryBuilder::new(SELECT);
        push(&mut query, filter);
        query.push(" ORDER BY s.first_seen DESC, s.name, d.name, a.ip LIMIT ").push_bind(limit);
        query.push(" OFFSET ").push_bind(offset);
        let rows = query.build().fetch_all(&self.pool).await?;

        let mut count = QueryBuilder::new("SELECT COUNT(*)");
        push(&mut count, filter);
        let total: i64 = count.build_query_scalar().fetch_one(&self.pool).await?;
        Ok(Page { rows: rows.iter().map(session).collect::<Result<_, _>>()?, total: column::count(total) })
    }

    /// One session by its full name; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_find(&self, key: &SessionKey) -> Result<Option<SessionRow>, StoreError> {
        let mut query = QueryBuilder::new(SELECT);
        one(&mut query, key);
        query.build().fetch_optional(&self.pool).await?.as_ref().map(session).transpose()
    }

    /// At most `limit` sessions of this name, on one decky when it is given; ordered by decky, then address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_named(
        &self,
        name: &str,
        decky: Option<&str>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let mut query = QueryBuilder::new(SELECT);
        query.push(FROM).push(" WHERE s.name = ").push_bind(name.to_owned());
        if let Some(decky) = decky {
            query.push(" AND d.name = ").push_bind(decky.to_owned());
        }
        query.push(" ORDER BY d.name, a.ip LIMIT ").push_bind(limit);
        query.build().fetch_all(&self.pool).await?.iter().map(session).collect()
    }
}

/// Adds ` FROM session s ... WHERE ...` for the one row of this name.
pub(super) fn one(query: &mut QueryBuilder<Sqlite>, key: &SessionKey) {
    query.push(FROM).push(" WHERE s.name = ").push_bind(key.session.clone());
    query.push(" AND d.name = ").push_bind(key.decky.clone());
    query.push(" AND a.ip = ").push_bind(key.ip.to_canonical().to_string());
}

fn push(query: &mut QueryBuilder<Sqlite>, filter: &SessionFilter) {
    query.push(FROM).push(" WHERE 1 = 1");
    if let Some(ip) = filter.attacker {
        query.push(" AND a.ip = ").push_bind(ip.to_canonical().to_string());
    }
    if let Some(technique) = filter.technique {
        query
            .push(" AND s.id IN (SELECT session FROM tag WHERE technique = ")
            .push_bind(technique.code())
            .push(")");
    }
}

fn session(row: &SqliteRow) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        key: SessionKey {
            decky: row.try_get(0)?,
            session: row.try_get(1)?,
            ip: column::ip(row.try_get(2)?)?,
        },
        service: row.try_get(3)?,
        first_seen: UtcMicros::from_micros(row.try_get(4)?),
        last_seen: UtcMicros::from_micros(row.try_get(5)?),
        client_version: row.try_get(6)?,
        hassh: row.try_get(7)?,
        login: row.try_get(8)?,
        events: column::count(row.try_get(9)?),
        commands: column::count(row.try_get(10)?),
        tags: column::count(row.try_get(11)?),
    })
}

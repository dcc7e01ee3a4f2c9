//! Connections.

use std::net::IpAddr;

use vespid_model::rows::{Page, SessionKey, SessionRow};
use vespid_model::{TechniqueId, UtcMicros};

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

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
           (SELECT CAST(COALESCE(SUM(r.tags), 0) AS #) FROM rollup_scope r WHERE r.scope = 4 AND r.subject = s.id)";
const FROM: &str = " FROM session s JOIN decky d ON d.id = s.decky JOIN attacker a ON a.id = s.attacker";

impl Store {
    /// The query goes on with [`FROM`].
    fn session_select(&self) -> Query {
        Query::new(&SELECT.replace('#', self.pool.dialect().integer()))
    }

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
        let mut query = self.session_select();
        push(&mut query, filter);
        query.push(" ORDER BY s.first_seen DESC, s.name, d.name, a.ip LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;

        let mut count = Query::new("SELECT COUNT(*)");
        push(&mut count, filter);
        let total: i64 = self.pool.one(&count).await?.get(0)?;
        Ok(Page { rows: rows.iter().map(session).collect::<Result<_, _>>()?, total: column::count(total) })
    }

    /// One session by its full name; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_find(&self, key: &SessionKey) -> Result<Option<SessionRow>, StoreError> {
        let mut query = self.session_select();
        one(&mut query, key);
        self.pool.first(&query).await?.as_ref().map(session).transpose()
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
        let mut query = self.session_select();
        query.push(FROM).push(" WHERE s.name = ").bind(name.to_owned());
        self.session_named_on(query, decky, limit).await
    }

    /// At most `limit` sessions whose names begin so, on one decky when it is given; ordered by decky, then address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_beginning(
        &self,
        begins: &str,
        decky: Option<&str>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError> {
        let mut query = self.session_select();
        // A range of names, which the index gives; nothing sorts behind the last character there is.
        query.push(FROM).push(" WHERE s.name >= ").bind(begins.to_owned());
        query.push(" AND s.name <= ").bind(format!("{begins}{}", char::MAX));
        self.session_named_on(query, decky, limit).await
    }

    async fn session_named_on(
        &self,
        mut query: Query,
        decky: Option<&str>,
        limit: u32,
    ) -> Result<Vec<SessionRow>, StoreError> {
        if let Some(decky) = decky {
            query.push(" AND d.name = ").bind(decky.to_owned());
        }
        query.push(" ORDER BY d.name, a.ip LIMIT ").bind(limit);
        self.pool.all(&query).await?.iter().map(session).collect()
    }
}

/// Adds ` FROM session s ... WHERE ...` for the one row of this name.
pub(super) fn one(query: &mut Query, key: &SessionKey) {
    query.push(FROM).push(" WHERE s.name = ").bind(key.session.clone());
    query.push(" AND d.name = ").bind(key.decky.clone());
    query.push(" AND a.ip = ").bind(key.ip.to_canonical().to_string());
}

fn push(query: &mut Query, filter: &SessionFilter) {
    query.push(FROM).push(" WHERE 1 = 1");
    if let Some(ip) = filter.attacker {
        query.push(" AND a.ip = ").bind(ip.to_canonical().to_string());
    }
    if let Some(technique) = filter.technique {
        query
            .push(" AND s.id IN (SELECT session FROM tag WHERE technique = ")
            .bind(technique.code())
            .push(")");
    }
}

fn session(row: &Row) -> Result<SessionRow, StoreError> {
    Ok(SessionRow {
        key: SessionKey { decky: row.get(0)?, session: row.get(1)?, ip: column::ip(&row.get::<String>(2)?)? },
        service: row.get(3)?,
        first_seen: UtcMicros::from_micros(row.get(4)?),
        last_seen: UtcMicros::from_micros(row.get(5)?),
        client_version: row.get(6)?,
        hassh: row.get(7)?,
        login: row.get(8)?,
        events: column::count(row.get(9)?),
        commands: column::count(row.get(10)?),
        tags: column::count(row.get(11)?),
    })
}

//! Events with the tags that explain them.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row, Sqlite};
use vespid_model::rows::{EventRow, SessionKey};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::{column, session, tag};
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// At most `limit` events of a session after the first `offset` ones, by time, then id, each with its tags by
    /// technique, then rule. Empty for an unknown session.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_events(
        &self,
        key: &SessionKey,
        limit: u32,
        offset: u32,
    ) -> Result<Vec<EventRow>, StoreError> {
        let mut find = QueryBuilder::new("SELECT s.id");
        session::one(&mut find, key);
        let found: Option<i64> = find.build_query_scalar().fetch_optional(&self.pool).await?;
        let Some(session) = found else { return Ok(Vec::new()) };
        let page = |query: &mut QueryBuilder<Sqlite>| {
            query.push(" FROM event WHERE session = ").push_bind(session);
            query.push(" ORDER BY time, uid LIMIT ").push_bind(limit).push(" OFFSET ").push_bind(offset);
        };

        let mut query = QueryBuilder::new(tag::SELECT);
        query.push(" WHERE t.event IN (SELECT id");
        page(&mut query);
        query.push(") ORDER BY t.technique, r.name, r.version");
        let mut tags: HashMap<String, Vec<_>> = HashMap::new();
        for row in query.build().fetch_all(&self.pool).await? {
            let explained = tag::explained(&row)?;
            tags.entry(explained.tag.source_id.clone()).or_default().push(explained);
        }

        let mut query = QueryBuilder::new("SELECT uid, kind, time, body");
        page(&mut query);
        let rows = query.build().fetch_all(&self.pool).await?;
        rows.iter()
            .map(|row| {
                let id = column::event_id(row.try_get(0)?)?;
                Ok(EventRow {
                    id,
                    time: UtcMicros::from_micros(row.try_get(2)?),
                    body: body(column::kind(row.try_get(1)?)?, row.try_get(3)?)?,
                    tags: tags.remove(&id.to_string()).unwrap_or_default(),
                })
            })
            .collect()
    }
}

pub(super) fn body(kind: SourceKind, json: &str) -> Result<Body, StoreError> {
    Body::from_json(kind, json).map_err(|_| column::bad("event.body", json))
}

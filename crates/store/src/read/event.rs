//! Events with the tags that explain them.

use std::collections::HashMap;

use sqlx::{QueryBuilder, Row, Sqlite};
use vespid_model::rows::{EventRow, EventsFrom, SessionKey};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::{column, page, session, tag};
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// At most `limit` events of a session from a place on, by time, then id, each with its tags by technique, then
    /// rule; fewer where they are large. Ask again after the last one for the next part; an empty part is the end,
    /// and all there is of an unknown session.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_events(
        &self,
        key: &SessionKey,
        from: EventsFrom,
        limit: u32,
    ) -> Result<Vec<EventRow>, StoreError> {
        let mut find = QueryBuilder::new("SELECT s.id");
        session::one(&mut find, key);
        let found: Option<i64> = find.build_query_scalar().fetch_optional(&self.pool).await?;
        let Some(session) = found else { return Ok(Vec::new()) };

        let mut sizes = QueryBuilder::new("SELECT OCTET_LENGTH(body)");
        part(&mut sizes, session, from, limit);
        let limit = page::fitting(&sizes.build_query_scalar().fetch_all(&self.pool).await?);
        let mut query = QueryBuilder::new("SELECT uid, kind, time, body");
        part(&mut query, session, from, limit);
        let rows = query.build().fetch_all(&self.pool).await?;

        // What is stored in the meantime may have tags here too; nobody asks for them.
        let mut query = tag::select("");
        query.push(" JOIN (SELECT id");
        part(&mut query, session, from, limit);
        query.push(") part ON part.id = t.event ORDER BY t.technique, r.name, r.version");
        let mut tags: HashMap<String, Vec<_>> = HashMap::new();
        for row in query.build().fetch_all(&self.pool).await? {
            let explained = tag::explained(&row)?;
            tags.entry(explained.tag.source_id.clone()).or_default().push(explained);
        }
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

/// Adds ` FROM event ...` for the events of a part.
fn part(query: &mut QueryBuilder<Sqlite>, session: i64, from: EventsFrom, limit: u32) {
    query.push(" FROM event WHERE session = ").push_bind(session);
    if let EventsFrom::After(time, id) = from {
        query
            .push(" AND time >= ")
            .push_bind(time.as_micros())
            .push(" AND (time > ")
            .push_bind(time.as_micros());
        query.push(" OR uid > ").push_bind(id.as_bytes().to_vec()).push(")");
    }
    query.push(" ORDER BY time, uid LIMIT ").push_bind(limit);
    if let EventsFrom::Offset(offset) = from {
        query.push(" OFFSET ").push_bind(offset);
    }
}

pub(super) fn body(kind: SourceKind, json: &str) -> Result<Body, StoreError> {
    Body::from_json(kind, json).map_err(|_| column::bad("event.body", json))
}

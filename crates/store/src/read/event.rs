//! Events with the tags that explain them.

use std::collections::HashMap;

use vespid_model::id::EventId;
use vespid_model::rows::{EventRow, EventsFrom, SessionKey};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::{column, page, session, tag};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

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
        let mut find = Query::new("SELECT s.id");
        session::one(&mut find, key);
        let Some(found) = self.pool.first(&find).await? else { return Ok(Vec::new()) };
        let session: i64 = found.get(0)?;

        self.events(|query, limit| part(query, session, from, limit), limit).await
    }

    /// The events with these ids, by time, then id, each with its tags; those that are there, and fewer where they are
    /// large.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn event_list(&self, ids: &[EventId]) -> Result<Vec<EventRow>, StoreError> {
        if ids.is_empty() {
            return Ok(Vec::new());
        }
        let part = |query: &mut Query, limit: u32| {
            query.push(" FROM event WHERE uid IN ").list(ids.iter().map(|id| id.as_bytes().into()));
            query.push(" ORDER BY time, uid LIMIT ").bind(limit);
        };
        self.events(part, u32::try_from(ids.len()).unwrap_or(u32::MAX)).await
    }

    /// Those that a part of a query, ` FROM event ...`, gives in its order.
    async fn events(&self, part: impl Fn(&mut Query, u32), limit: u32) -> Result<Vec<EventRow>, StoreError> {
        let mut sizes = Query::new("SELECT ");
        sizes.push("CAST(OCTET_LENGTH(body) AS ").push(self.pool.dialect().integer()).push(")");
        part(&mut sizes, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let mut query = Query::new("SELECT uid, kind, time, body");
        part(&mut query, limit);
        let rows = self.pool.all(&query).await?;

        // What is stored in the meantime may have tags here too; nobody asks for them.
        let mut query = tag::select("");
        query.push(" JOIN (SELECT id");
        part(&mut query, limit);
        query.push(") part ON part.id = t.event ORDER BY t.technique, r.name, r.version");
        let mut tags: HashMap<String, Vec<_>> = HashMap::new();
        for row in self.pool.all(&query).await? {
            let explained = tag::explained(&row)?;
            tags.entry(explained.tag.source_id.clone()).or_default().push(explained);
        }
        rows.iter()
            .map(|row| {
                let id = column::event_id(row.get(0)?)?;
                Ok(EventRow {
                    id,
                    time: UtcMicros::from_micros(row.get(2)?),
                    body: body(column::kind(row.get(1)?)?, &row.get::<String>(3)?)?,
                    tags: tags.remove(&id.to_string()).unwrap_or_default(),
                })
            })
            .collect()
    }
}

/// Adds ` FROM event ...` for the events of a part.
fn part(query: &mut Query, session: i64, from: EventsFrom, limit: u32) {
    query.push(" FROM event WHERE session = ").bind(session);
    if let EventsFrom::After(time, id) = from {
        query.push(" AND time >= ").bind(time.as_micros()).push(" AND (time > ").bind(time.as_micros());
        query.push(" OR uid > ").bind(id.as_bytes()).push(")");
    }
    query.push(" ORDER BY time, uid LIMIT ").bind(limit);
    if let EventsFrom::Offset(offset) = from {
        query.push(" OFFSET ").bind(offset);
    }
}

pub(super) fn body(kind: SourceKind, json: &str) -> Result<Body, StoreError> {
    Body::from_json(kind, json).map_err(|_| column::bad("event.body", json))
}

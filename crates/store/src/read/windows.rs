//! Tags for several events.

use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::id::EventId;
use vespid_model::rows::{SessionKey, TagCursor};
use vespid_model::window::{MAX_SECONDS, WindowEvidence};

use super::session;
use super::tag::{FoundTag, MORE, explained, select_found};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Value, chunk};

/// Tags that are looked through for those with an event of a session.
const LOOKED_THROUGH: u32 = 1_000;

impl Store {
    /// At most `limit` tags of an attacker that are not of one event, newest first, from behind `after` on.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_windows(
        &self,
        ip: IpAddr,
        limit: u32,
        after: Option<TagCursor>,
    ) -> Result<Vec<FoundTag>, StoreError> {
        let mut query = select_found();
        query.push(" WHERE t.event IS NULL AND t.attacker = (SELECT id FROM attacker WHERE ip = ");
        query.bind(ip.to_canonical().to_string()).push(")");
        if let Some(TagCursor { created_at, id }) = after {
            let time = created_at.as_micros();
            query.push(" AND t.created_at <= ").bind(time).push(" AND (t.created_at < ").bind(time);
            query.push(" OR t.uid < ").bind(id.as_bytes()).push(")");
        }
        query.push(" ORDER BY t.created_at DESC, t.uid DESC LIMIT ").bind(limit);
        self.windows(&query).await
    }

    /// At most `limit` tags for several events, at least one of which is of this session, by time; those that hang on
    /// the session itself are left out: see [`Store::session_tags_alone`].
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_windows(&self, key: &SessionKey, limit: u32) -> Result<Vec<FoundTag>, StoreError> {
        let mut find = Query::new("SELECT s.id, s.attacker, s.first_seen, s.last_seen");
        session::one(&mut find, key);
        let Some(row) = self.pool.first(&find).await? else { return Ok(Vec::new()) };
        let (session, attacker): (i64, i64) = (row.get(0)?, row.get(1)?);
        let (first, last): (i64, i64) = (row.get(2)?, row.get(3)?);

        let mut query = select_found();
        query.push(" WHERE t.event IS NULL AND t.attacker = ").bind(attacker);
        // A tag's time is that of the last of its events, which lie in one window.
        query.push(" AND t.created_at >= ").bind(first);
        let longest = MAX_SECONDS.cast_signed() * 1_000_000;
        query.push(" AND t.created_at < ").bind(last.saturating_add(longest));
        query.push(" AND (t.session IS NULL OR t.session <> ").bind(session);
        query.push(") ORDER BY t.created_at, t.uid LIMIT ").bind(LOOKED_THROUGH);
        let mut found = Vec::new();
        for tag in self.windows(&query).await? {
            if found.len() == limit as usize {
                break;
            }
            let evidence = WindowEvidence::from_json(&tag.evidence);
            let times = UtcMicros::from_micros(first)..=UtcMicros::from_micros(last);
            let near = evidence.into_iter().flat_map(|it| it.events).filter(|it| times.contains(&it.time));
            if self.any_of(session, near.map(|event| event.id).collect()).await? {
                found.push(tag);
            }
        }
        Ok(found)
    }

    /// Is one of these events of the session?
    async fn any_of(&self, session: i64, events: Vec<EventId>) -> Result<bool, StoreError> {
        if events.is_empty() {
            return Ok(false);
        }
        let mut query = Query::new("SELECT id FROM event WHERE session = ");
        let ids: Vec<_> = events.iter().map(|event| Value::from(event.as_bytes())).collect();
        query.bind(session).push(" AND uid IN ").list(chunk::padded(&ids)).push(" LIMIT 1");
        Ok(self.pool.first(&query).await?.is_some())
    }

    async fn windows(&self, query: &Query) -> Result<Vec<FoundTag>, StoreError> {
        let rows = self.pool.all(query).await?;
        let found = |row| Ok(FoundTag { tag: explained(row)?, evidence: row.get(MORE)?, event: None });
        rows.iter().map(found).collect()
    }
}

//! Stored tags.

use sqlx::sqlite::SqliteRow;
use sqlx::{QueryBuilder, Row, Sqlite};
use vespid_model::UtcMicros;
use vespid_model::id::{RuleId, TagId};
use vespid_model::rows::{EventRow, ExplainedTag, TagRow, TagWithEvidence};

use super::{column, page};
use crate::Store;
use crate::error::StoreError;

/// A tag with its anchors and what its rule says; a query goes on with more columns.
const SELECT: &str = "
    SELECT t.uid, e.kind, e.uid, a.uid, a.ip, s.name, d.name, t.tactic, t.technique, t.confidence, r.name, r.version,
           t.attack_release, t.created_at, t.tagged_at, t.span, t.via, r.title, r.description";
const FROM: &str = "
    FROM tag t
    JOIN event e ON e.id = t.event
    JOIN attacker a ON a.id = t.attacker
    JOIN decky d ON d.id = e.decky
    JOIN rule r ON r.id = t.rule
    LEFT JOIN session s ON s.id = t.session";
/// The column after those of [`SELECT`].
const MORE: usize = 19;

impl Store {
    /// At most `limit` tags in the order of their ids, after the given one; fewer where their evidence is large. Ask
    /// again with the last id for the next page; an empty page is the end. No transaction stays open in between.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn tag_page(
        &self,
        after: Option<TagId>,
        limit: u32,
    ) -> Result<Vec<TagWithEvidence>, StoreError> {
        let rest = |query: &mut QueryBuilder<Sqlite>, limit: u32| {
            if let Some(after) = after {
                query.push(" WHERE t.uid > ").push_bind(after.as_bytes().to_vec());
            }
            query.push(" ORDER BY t.uid LIMIT ").push_bind(limit);
        };
        let mut sizes =
            QueryBuilder::new("SELECT OCTET_LENGTH(e.body) FROM tag t JOIN event e ON e.id = t.event");
        rest(&mut sizes, limit);
        let limit = page::fitting(&sizes.build_query_scalar().fetch_all(&self.pool).await?);
        let mut query = select(", e.body");
        rest(&mut query, limit);
        let rows = query.build().fetch_all(&self.pool).await?;
        rows.iter().map(|row| Ok(TagWithEvidence { tag: tag(row)?, evidence: row.try_get(MORE)? })).collect()
    }

    /// One tag with the event it is of, which carries this tag only. None when there is no such tag.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn tag_find(&self, id: TagId) -> Result<Option<(TagRow, EventRow)>, StoreError> {
        let mut query = select(", e.body");
        query.push(" WHERE t.uid = ").push_bind(id.as_bytes().to_vec());
        let Some(row) = query.build().fetch_optional(&self.pool).await? else { return Ok(None) };
        let explained = explained(&row)?;
        let event = EventRow {
            id: column::event_id(row.try_get(2)?)?,
            time: explained.tag.created_at,
            body: super::event::body(explained.tag.source_kind, row.try_get(MORE)?)?,
            tags: vec![explained.clone()],
        };
        Ok(Some((explained.tag, event)))
    }
}

/// A query for tags; it goes on with a condition.
pub(super) fn select(more: &str) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new(SELECT);
    query.push(more).push(FROM);
    query
}

pub(super) fn explained(row: &SqliteRow) -> Result<ExplainedTag, StoreError> {
    Ok(ExplainedTag { tag: tag(row)?, rule_title: row.try_get(17)?, rule_description: row.try_get(18)? })
}

fn tag(row: &SqliteRow) -> Result<TagRow, StoreError> {
    let via: Option<String> = row.try_get(16)?;
    Ok(TagRow {
        id: column::tag_id(row.try_get(0)?)?,
        source_kind: column::kind(row.try_get(1)?)?,
        source_id: column::event_id(row.try_get(2)?)?.to_string(),
        attacker: column::attacker_id(row.try_get(3)?)?,
        ip: column::ip(row.try_get(4)?)?,
        session: row.try_get(5)?,
        decky: row.try_get(6)?,
        tactic: column::tactic(row.try_get(7)?)?,
        technique: column::technique(row.try_get(8)?)?,
        confidence: column::confidence(row.try_get(9)?)?,
        rule: RuleId::new(row.try_get(10)?),
        rule_version: row.try_get(11)?,
        release: column::release(row.try_get(12)?)?,
        created_at: UtcMicros::from_micros(row.try_get(13)?),
        tagged_at: UtcMicros::from_micros(row.try_get(14)?),
        spans: column::json("tag.span", row.try_get(15)?)?,
        via: via.map(|via| column::json("tag.via", &via)).transpose()?.unwrap_or_default(),
    })
}

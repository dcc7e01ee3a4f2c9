//! Stored tags.

use vespid_model::UtcMicros;
use vespid_model::id::{RuleId, TagId};
use vespid_model::rows::{EventRow, ExplainedTag, TagRow, TagWithEvidence};

use super::{column, page};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

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
        let rest = |query: &mut Query, limit: u32| {
            if let Some(after) = after {
                query.push(" WHERE t.uid > ").bind(after.as_bytes());
            }
            query.push(" ORDER BY t.uid LIMIT ").bind(limit);
        };
        let mut sizes = Query::new("SELECT ");
        sizes.push("CAST(OCTET_LENGTH(e.body) AS ").push(self.pool.dialect().integer());
        sizes.push(") FROM tag t JOIN event e ON e.id = t.event");
        rest(&mut sizes, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let mut query = select(", e.body");
        rest(&mut query, limit);
        let rows = self.pool.all(&query).await?;
        rows.iter().map(|row| Ok(TagWithEvidence { tag: tag(row)?, evidence: row.get(MORE)? })).collect()
    }

    /// One tag with the event it is of, which carries this tag only. None when there is no such tag.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn tag_find(&self, id: TagId) -> Result<Option<(TagRow, EventRow)>, StoreError> {
        let mut query = select(", e.body");
        query.push(" WHERE t.uid = ").bind(id.as_bytes());
        let Some(row) = self.pool.first(&query).await? else { return Ok(None) };
        let explained = explained(&row)?;
        let event = EventRow {
            id: column::event_id(row.get(2)?)?,
            time: explained.tag.created_at,
            body: super::event::body(explained.tag.source_kind, &row.get::<String>(MORE)?)?,
            tags: vec![explained.clone()],
        };
        Ok(Some((explained.tag, event)))
    }
}

/// A query for tags; it goes on with a condition.
pub(super) fn select(more: &str) -> Query {
    let mut query = Query::new(SELECT);
    query.push(more).push(FROM);
    query
}

pub(super) fn explained(row: &Row) -> Result<ExplainedTag, StoreError> {
    Ok(ExplainedTag { tag: tag(row)?, rule_title: row.get(17)?, rule_description: row.get(18)? })
}

fn tag(row: &Row) -> Result<TagRow, StoreError> {
    let via: Option<String> = row.get(16)?;
    Ok(TagRow {
        id: column::tag_id(row.get(0)?)?,
        source_kind: column::kind(row.get(1)?)?,
        source_id: column::event_id(row.get(2)?)?.to_string(),
        attacker: column::attacker_id(row.get(3)?)?,
        ip: column::ip(&row.get::<String>(4)?)?,
        session: row.get(5)?,
        decky: row.get(6)?,
        tactic: column::tactic(row.get(7)?)?,
        technique: column::technique(row.get(8)?)?,
        confidence: column::confidence(row.get(9)?)?,
        rule: RuleId::new(&row.get::<String>(10)?),
        rule_version: column::version(row.get(11)?)?,
        release: column::release(row.get(12)?)?,
        created_at: UtcMicros::from_micros(row.get(13)?),
        tagged_at: UtcMicros::from_micros(row.get(14)?),
        spans: column::json("tag.span", &row.get::<String>(15)?)?,
        via: via.map(|via| column::json("tag.via", &via)).transpose()?.unwrap_or_default(),
    })
}

//! Stored tags.

use vespid_model::UtcMicros;
use vespid_model::id::{RuleId, TagId};
use vespid_model::rows::{EventRow, ExplainedTag, SessionKey, TagCursor, TagRow, TagWithEvidence};

use super::{column, page, session};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// A tag with its anchors and what its rule says; a query goes on with more columns.
const SELECT: &str = "
    SELECT t.uid, t.kind, e.uid, t.source_id, a.uid, a.ip, i.uid, s.name, d.name, t.tactic, t.technique, t.confidence,
           r.name, r.version, t.attack_release, t.created_at, t.tagged_at, t.span, t.via, r.title, r.description,
           CASE WHEN t.event IS NOT NULL THEN t.evidence END";
const FROM: &str = "
    FROM tag t
    LEFT JOIN event e ON e.id = t.event
    LEFT JOIN attacker a ON a.id = t.attacker
    LEFT JOIN identity i ON i.id = t.identity
    LEFT JOIN decky d ON d.id = t.decky
    JOIN rule r ON r.id = t.rule
    LEFT JOIN session s ON s.id = t.session";
/// The column after those of [`SELECT`].
pub(super) const MORE: usize = 22;
/// What the tag was given for: what came with it, else all that its event says.
const EVIDENCE: &str = ", COALESCE(t.evidence, e.body)";

/// A tag and the event that it is of.
#[derive(Debug, Clone, PartialEq)]
pub struct FoundTag {
    /// The tag.
    pub tag: ExplainedTag,
    /// Its evidence as JSON: what came with the tag, else the event's body.
    pub evidence: String,
    /// The event, which carries this tag only; None where the tag came without it.
    pub event: Option<EventRow>,
}

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
            // No id is empty: all are greater.
            let after = after.as_ref().map_or(&[][..], |after| after.as_bytes());
            query.push(" WHERE t.uid > ").bind(after);
            query.push(" ORDER BY t.uid LIMIT ").bind(limit);
        };
        let mut sizes = Query::new("SELECT ");
        sizes
            .push(&size(self.pool.dialect().integer()))
            .push(" FROM tag t LEFT JOIN event e ON e.id = t.event");
        rest(&mut sizes, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let mut query = select(EVIDENCE);
        rest(&mut query, limit);
        self.pool.all(&query).await?.iter().map(with_evidence).collect()
    }

    /// One tag with its evidence. None when there is no such tag.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn tag_find(&self, id: TagId) -> Result<Option<FoundTag>, StoreError> {
        let mut query = select(&format!("{EVIDENCE}, e.body"));
        query.push(" WHERE t.uid = ").bind(id.as_bytes());
        let Some(row) = self.pool.first(&query).await? else { return Ok(None) };
        let tag = explained(&row)?;
        let evidence: String = row.get(MORE)?;
        let event = match row.get::<Option<Vec<u8>>>(2)? {
            Some(uid) => Some(EventRow {
                id: column::event_id(uid)?,
                time: tag.tag.created_at,
                body: super::event::body(tag.tag.source_kind, &row.get::<String>(MORE + 1)?)?,
                tags: vec![tag.clone()],
            }),
            None => None,
        };
        Ok(Some(FoundTag { tag, evidence, event }))
    }

    /// At most `limit` tags of a session that came without their event, by event time, then id, from behind `after` on.
    /// Empty for an unknown session, and behind the last.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn session_tags_alone(
        &self,
        key: &SessionKey,
        limit: u32,
        after: Option<TagCursor>,
    ) -> Result<Vec<FoundTag>, StoreError> {
        let mut query = select(EVIDENCE);
        query.push(" WHERE t.event IS NULL AND t.session = (SELECT s.id");
        session::one(&mut query, key);
        query.push(")");
        if let Some(TagCursor { created_at, id }) = after {
            let time = created_at.as_micros();
            query.push(" AND t.created_at >= ").bind(time).push(" AND (t.created_at > ").bind(time);
            query.push(" OR t.uid > ").bind(id.as_bytes()).push(")");
        }
        query.push(" ORDER BY t.created_at, t.uid LIMIT ").bind(limit);
        let rows = self.pool.all(&query).await?;
        let found = |row| Ok(FoundTag { tag: explained(row)?, evidence: row.get(MORE)?, event: None });
        rows.iter().map(found).collect()
    }

    /// The tags of these keys with their evidence, in the order of the keys.
    pub(super) async fn tags_of_keys(&self, keys: &[i64]) -> Result<Vec<TagWithEvidence>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = select(EVIDENCE);
        query.push(" WHERE t.id IN ").list(keys.iter().map(|key| (*key).into()));
        let rows = self.pool.all(&query).await?;
        rows.iter().map(with_evidence).collect()
    }
}

/// A query for tags; it goes on with a condition.
pub(super) fn select(more: &str) -> Query {
    let mut query = Query::new(SELECT);
    query.push(more).push(FROM);
    query
}

/// A query for tags with their evidence; it goes on with a condition.
pub(super) fn select_found() -> Query {
    select(EVIDENCE)
}

/// The size of a tag's evidence in bytes, where `e` is its event.
pub(super) fn size(integer: &str) -> String {
    format!("CAST(OCTET_LENGTH(COALESCE(t.evidence, e.body)) AS {integer})")
}

pub(super) fn explained(row: &Row) -> Result<ExplainedTag, StoreError> {
    Ok(ExplainedTag {
        tag: tag(row)?,
        rule_title: row.get(19)?,
        rule_description: row.get(20)?,
        lifted: row.get(21)?,
    })
}

fn with_evidence(row: &Row) -> Result<TagWithEvidence, StoreError> {
    Ok(TagWithEvidence { tag: tag(row)?, evidence: row.get(MORE)? })
}

fn tag(row: &Row) -> Result<TagRow, StoreError> {
    let via: Option<String> = row.get(18)?;
    let source_id = match row.get::<Option<Vec<u8>>>(2)? {
        Some(uid) => column::event_id(uid)?.to_string(),
        None => row.get(3)?,
    };
    Ok(TagRow {
        id: column::tag_id(row.get(0)?)?,
        source_kind: column::kind(row.get(1)?)?,
        source_id,
        attacker: row.get::<Option<Vec<u8>>>(4)?.map(column::attacker_id).transpose()?,
        ip: row.get::<Option<String>>(5)?.map(|ip| column::ip(&ip)).transpose()?,
        identity: row.get::<Option<Vec<u8>>>(6)?.map(column::identity_id).transpose()?,
        session: row.get(7)?,
        decky: row.get(8)?,
        tactic: column::tactic(row.get(9)?)?,
        technique: column::technique(row.get(10)?)?,
        confidence: column::confidence(row.get(11)?)?,
        rule: RuleId::new(&row.get::<String>(12)?),
        rule_version: column::version(row.get(13)?)?,
        release: column::release(row.get(14)?)?,
        created_at: UtcMicros::from_micros(row.get(15)?),
        tagged_at: UtcMicros::from_micros(row.get(16)?),
        spans: column::json("tag.span", &row.get::<String>(17)?)?,
        via: via.map(|via| column::json("tag.via", &via)).transpose()?.unwrap_or_default(),
    })
}

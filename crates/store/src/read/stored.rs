//! Events and their tags as the engine knows them, to be tagged again.

use std::collections::HashMap;

use vespid_model::event::Event;
use vespid_model::evidence::Evidence;
use vespid_model::id::{IdentityId, RuleId};
use vespid_model::{Tag, UtcMicros};

use super::{column, page};
use crate::Store;
use crate::batch::RuleText;
use crate::error::StoreError;
use crate::sql::chunk::{ROWS, padded};
use crate::sql::{Dialect, Query, Row, Value};

/// An event as it was when it was stored.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredEvent {
    /// The store's own number of it.
    pub key: i64,
    /// What was stored.
    pub event: Event,
    /// The identity behind its attacker, the winner where it was merged.
    pub identity: Option<IdentityId>,
}

/// A tag of a stored event.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredTag {
    /// The store's number of its event.
    pub event: i64,
    /// The store's number of the text of the rule that made it.
    pub text: i64,
    /// The tag, without its evidence.
    pub tag: Tag,
    /// What a lifter showed, as stored.
    pub evidence: Option<String>,
}

impl StoredTag {
    /// Does a tag say all that this one does?
    pub fn is(&self, tag: &Tag) -> bool {
        self.shows(tag) && self.tag == Tag { evidence: None, ..tag.clone() }
    }

    /// Has a tag the same evidence?
    pub fn shows(&self, tag: &Tag) -> bool {
        self.evidence == tag.evidence.as_ref().map(Evidence::to_json)
    }
}

const EVENTS: &str = " FROM event e JOIN decky d ON d.id = e.decky JOIN attacker a ON a.id = e.attacker
    LEFT JOIN session s ON s.id = e.session LEFT JOIN identity i ON i.id = a.identity
    LEFT JOIN identity g ON g.id = i.root WHERE e.id > ";

impl Store {
    /// At most `limit` events from behind the one with the number `after` on (0 is before the first), by number, of
    /// those that happened at `since` or later; fewer where they are large. An empty part is the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn event_part(
        &self,
        since: Option<UtcMicros>,
        after: i64,
        limit: u32,
    ) -> Result<Vec<StoredEvent>, StoreError> {
        let sizes = sizes(self.pool.dialect(), since, after, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let query = part(since, after, limit);
        self.pool.all(&query).await?.iter().map(event).collect()
    }

    /// The highest number of an event; 0 when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn event_last(&self) -> Result<i64, StoreError> {
        let last = Query::new("SELECT MAX(id) FROM event");
        Ok(self.pool.one(&last).await?.get::<Option<i64>>(0)?.unwrap_or(0))
    }

    /// The tags of these events that these rules gave, or all rules if none is named; by event, rule, version,
    /// technique.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn event_tags(&self, events: &[i64], rules: &[RuleId]) -> Result<Vec<StoredTag>, StoreError> {
        let mut tags = Vec::new();
        for part in events.chunks(ROWS) {
            let mut query = Query::new(
                "SELECT t.event, t.rule, t.uid, r.name, r.version, t.technique, t.tactic, t.confidence,
                        t.attack_release, t.span, t.via, t.evidence FROM tag t JOIN rule r ON r.id = t.rule WHERE t.event IN ",
            );
            query.list(padded(part).into_iter().map(Value::from));
            if !rules.is_empty() {
                query.push(" AND r.name IN ");
                query.list(padded(rules).iter().map(|rule| Value::from(rule.as_str())));
            }
            query.push(" ORDER BY t.event, r.name, r.version, t.technique, t.uid");
            for row in self.pool.all(&query).await? {
                tags.push(tag(&row)?);
            }
        }
        Ok(tags)
    }

    /// The store's numbers of these texts, by name and version; a text that is not stored has none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn rule_keys(&self, rules: &[RuleText]) -> Result<HashMap<(RuleId, u32), i64>, StoreError> {
        let digests: HashMap<_, _> =
            rules.iter().map(|rule| ((rule.name.as_str(), i64::from(rule.version)), rule.digest())).collect();
        let all = Query::new("SELECT id, name, version, digest FROM rule");
        let mut keys = HashMap::new();
        for row in self.pool.all(&all).await? {
            let (name, version): (String, i64) = (row.get(1)?, row.get(2)?);
            let digest = digests.get(&(&*name, version));
            if digest.is_some_and(|digest| row.get::<Vec<u8>>(3).is_ok_and(|stored| stored == digest)) {
                keys.insert((RuleId::new(&name), column::version(version)?), row.get(0)?);
            }
        }
        Ok(keys)
    }
}

/// The sizes of what [`part`] reads.
pub(crate) fn sizes(dialect: Dialect, since: Option<UtcMicros>, after: i64, limit: u32) -> Query {
    let integer = dialect.integer();
    let mut query =
        Query::new(&format!("SELECT CAST(OCTET_LENGTH(e.body) AS {integer}) FROM event e WHERE e.id > "));
    rest(&mut query, since, after, limit);
    query
}

/// A query for rows that [`event`] reads.
pub(crate) fn part(since: Option<UtcMicros>, after: i64, limit: u32) -> Query {
    let mut query = Query::new("SELECT e.id, e.uid, e.kind, e.time, e.body, d.name, a.ip, s.name, g.uid");
    query.push(EVENTS);
    rest(&mut query, since, after, limit);
    query
}

fn rest(query: &mut Query, since: Option<UtcMicros>, after: i64, limit: u32) {
    query.bind(after);
    if let Some(since) = since {
        query.push(" AND e.time >= ").bind(since.as_micros());
    }
    query.push(" ORDER BY e.id LIMIT ").bind(limit);
}

pub(crate) fn event(row: &Row) -> Result<StoredEvent, StoreError> {
    let kind = column::kind(row.get(2)?)?;
    let (body_json, decky, session): (String, String, Option<String>) =
        (row.get(4)?, row.get(5)?, row.get(7)?);
    Ok(StoredEvent {
        key: row.get(0)?,
        event: Event {
            id: column::event_id(row.get(1)?)?,
            time: UtcMicros::from_micros(row.get(3)?),
            source_ip: column::ip(&row.get::<String>(6)?)?,
            decky: decky.into(),
            session: session.map(Into::into),
            body: super::event::body(kind, &body_json)?,
            body_json: body_json.into(),
        },
        identity: row.get::<Option<Vec<u8>>>(8)?.map(column::identity_id).transpose()?,
    })
}

fn tag(row: &Row) -> Result<StoredTag, StoreError> {
    let via: Option<String> = row.get(10)?;
    Ok(StoredTag {
        event: row.get(0)?,
        text: row.get(1)?,
        tag: Tag {
            id: column::tag_id(row.get(2)?)?,
            rule: RuleId::new(&row.get::<String>(3)?),
            rule_version: column::version(row.get(4)?)?,
            technique: column::technique(row.get(5)?)?,
            tactic: column::tactic(row.get(6)?)?,
            confidence: column::confidence(row.get(7)?)?,
            release: column::release(row.get(8)?)?,
            spans: column::json("tag.span", &row.get::<String>(9)?)?,
            via: via.map(|via| column::json("tag.via", &via)).transpose()?.unwrap_or_default(),
            evidence: None,
        },
        evidence: row.get(11)?,
    })
}

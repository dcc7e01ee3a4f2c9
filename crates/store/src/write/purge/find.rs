//! Which rows are old. Each query follows an index.

use super::Purged;
use crate::sql::{Query, Row};

/// What is deleted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum What {
    /// Of one technique, whose tags an index has by time.
    Tags(i64),
    /// To find: those without a session.
    Events,
    Sessions,
    Triggers,
    Attackers,
    DeadLetters,
}

/// The row after which to go on: its time and id.
#[derive(Debug, Clone, Copy)]
pub(super) struct After(i64, i64);

impl After {
    /// From a row of id and time. None from a row of an id alone: what is found so is deleted, and not found again.
    pub(super) fn of(row: &Row) -> Result<Option<Self>, sqlx::Error> {
        let time: Option<i64> = row.get(1)?;
        Ok(match time {
            Some(time) => Some(Self(time, row.get(0)?)),
            None => None,
        })
    }
}

impl What {
    pub(super) const ALL: [Self; 6] =
        [Self::Tags(0), Self::Events, Self::Sessions, Self::Triggers, Self::Attackers, Self::DeadLetters];

    /// A query for ids, and the times to go on after.
    pub(super) fn find(self, before: i64, after: Option<After>, rows: u32) -> Query {
        let mut query;
        match self {
            Self::Tags(technique) => {
                query = Query::new("SELECT id, NULL FROM tag WHERE technique = ");
                query.bind(technique).push(" AND created_at < ").bind(before).push(" ORDER BY created_at");
            }
            Self::Events => {
                query = Query::new("SELECT id, time FROM event WHERE session IS NULL AND time < ");
                query.bind(before);
                behind(&mut query, "time", after);
            }
            Self::Sessions => {
                query = Query::new("SELECT id, first_seen FROM session WHERE last_seen < ");
                query.bind(before).push(" AND first_seen < ").bind(before);
                behind(&mut query, "first_seen", after);
            }
            Self::Attackers => {
                query = Query::new("SELECT id, last_seen FROM attacker WHERE last_seen < ");
                query.bind(before);
                behind(&mut query, "last_seen", after);
            }
            Self::Triggers => {
                query = Query::new("SELECT id, NULL FROM canary_trigger WHERE occurred_at < ");
                query.bind(before).push(" ORDER BY occurred_at");
            }
            Self::DeadLetters => {
                query = Query::new("SELECT id, NULL FROM dead_letter WHERE seen_at < ");
                query.bind(before).push(" ORDER BY id");
            }
        }
        query.push(" LIMIT ").bind(rows);
        query
    }

    /// A query for how many there are; the time follows.
    pub(super) const fn counted(self) -> &'static str {
        match self {
            Self::Tags(_) => {
                "SELECT COUNT(*) FROM (SELECT DISTINCT technique FROM rollup_scope WHERE scope = 0 AND subject = 0) k
                 JOIN tag t ON t.technique = k.technique WHERE t.created_at < "
            }
            Self::Events => "SELECT COUNT(*) FROM event WHERE time < ",
            Self::Sessions => "SELECT COUNT(*) FROM session WHERE last_seen < ",
            Self::Attackers => "SELECT COUNT(*) FROM attacker WHERE last_seen < ",
            Self::Triggers => "SELECT COUNT(*) FROM canary_trigger WHERE occurred_at < ",
            Self::DeadLetters => "SELECT COUNT(*) FROM dead_letter WHERE seen_at < ",
        }
    }

    pub(super) const fn of(self, done: &mut Purged) -> &mut u64 {
        match self {
            Self::Tags(_) => &mut done.tags,
            Self::Events => &mut done.events,
            Self::Sessions => &mut done.sessions,
            Self::Attackers => &mut done.attackers,
            Self::Triggers => &mut done.canary_triggers,
            Self::DeadLetters => &mut done.dead_letters,
        }
    }
}

/// The next technique of which there are tags from before.
pub(super) fn technique(before: i64, after: i64) -> Query {
    let mut query =
        Query::new("SELECT technique FROM rollup_scope WHERE scope = 0 AND subject = 0 AND first_seen < ");
    query.bind(before).push(" AND technique > ").bind(after).push(" ORDER BY technique LIMIT 1");
    query
}

/// Sessions that began before.
pub(super) fn begun(before: i64, after: Option<After>, rows: u32) -> Query {
    let mut query = Query::new("SELECT id, first_seen FROM session WHERE first_seen < ");
    query.bind(before);
    behind(&mut query, "first_seen", after);
    query.push(" LIMIT ").bind(rows);
    query
}

/// Events of a session.
pub(super) fn events_of(session: i64, before: i64, after: Option<After>, rows: u32) -> Query {
    let mut query = Query::new("SELECT id, time FROM event WHERE session = ");
    query.bind(session).push(" AND time < ").bind(before);
    behind(&mut query, "time", after);
    query.push(" LIMIT ").bind(rows);
    query
}

fn behind(query: &mut Query, time: &str, after: Option<After>) {
    if let Some(After(last, id)) = after {
        query.push(&format!(" AND {time} >= ")).bind(last).push(&format!(" AND ({time} > ")).bind(last);
        query.push(" OR id > ").bind(id).push(")");
    }
    query.push(&format!(" ORDER BY {time}, id"));
}

//! Counting some techniques anew, when many of their tags have changed at once.

use std::collections::BTreeMap;

use sqlx::Error;

use super::add::{INTO_DAY, row};
use super::cell::{DAY, Sum};
use super::expected::{Table, rebuild};
use crate::sql::{Dialect, Query, Row, Tx, Value};

/// A row of `rollup_day`: day, decky, kind, tactic, technique.
type Key = [i64; 5];

/// What must be known before tags change: days may remember more tags than there are.
pub(crate) struct Remembered {
    /// Whose tags change; none means all.
    techniques: Vec<i64>,
    /// The last day that remembers purged tags, and what the tags of those days say before the change.
    history: Option<(i64, BTreeMap<Key, Sum>)>,
}

impl Remembered {
    /// Before tags of these techniques change; those that they will have belong to them. None means all techniques.
    pub(crate) async fn of(tx: &mut Tx<'_>, techniques: &[i64]) -> Result<Self, Error> {
        let known = tx.first(&Query::new("SELECT day FROM rollup_history WHERE id = 1")).await?;
        let history = match known.map(|row| row.get::<i64>(0)).transpose()? {
            Some(day) => Some((day, days(tx, techniques, day).await?)),
            None => None,
        };
        Ok(Self { techniques: techniques.to_vec(), history })
    }

    /// Makes the rollups of these techniques anew from the tags, while nobody else writes. Days that remember purged tags
    /// gain and lose what the tags did.
    pub(crate) async fn recount(self, tx: &mut Tx<'_>) -> Result<(), Error> {
        let last = self.history.as_ref().map(|(day, _)| *day);
        for table in Table::ALL {
            rebuild(tx, table, last, &self.techniques).await?;
        }
        let Some((day, before)) = self.history else { return Ok(()) };
        let after = days(tx, &self.techniques, day).await?;
        let keys = before.keys().chain(after.keys().filter(|key| !before.contains_key(*key)));
        for key in keys {
            let (was, is) = (before.get(key), after.get(key));
            if was != is {
                remember(tx, *key, was.map_or(0, |was| was.tags), is).await?;
            }
        }
        Ok(())
    }
}

/// One row of which the tags said so many before, and say this now.
async fn remember(tx: &mut Tx<'_>, key: Key, was: i64, is: Option<&Sum>) -> Result<(), Error> {
    let mut own = Query::new(" WHERE day = ");
    own.bind(key[0]).push(" AND decky = ").bind(key[1]).push(" AND kind = ").bind(key[2]);
    own.push(" AND tactic = ").bind(key[3]).push(" AND technique = ").bind(key[4]);
    let integer = tx.dialect().integer();
    let mut sum = Query::new(&format!(
        "SELECT CAST(COALESCE(SUM(tags), 0) AS {integer}), MIN(first_seen), MAX(last_seen), MAX(confidence_max)
         FROM rollup_day"
    ));
    sum.append(&own);
    let known = tx.first(&sum).await?.ok_or(Error::RowNotFound)?;
    let tags: i64 = known.get(0)?;
    let mut left = is.copied();
    if tags > 0 {
        let known =
            Sum { tags: tags - was, first: known.get(1)?, last: known.get(2)?, confidence: known.get(3)? };
        left = Some(is.map_or(known, |is| Sum {
            tags: known.tags + is.tags,
            first: known.first.min(is.first),
            last: known.last.max(is.last),
            confidence: known.confidence.max(is.confidence),
        }));
    }
    let mut forget = Query::new("DELETE FROM rollup_day");
    forget.append(&own);
    tx.run(&forget).await?;
    if let Some(left) = left.filter(|left| left.tags > 0) {
        let mut insert = Query::new(INTO_DAY);
        insert.list(row(&[key[0], key[1], key[2], key[3], key[4], 0], left));
        tx.run(&insert).await?;
    }
    Ok(())
}

/// What the tags of these techniques say of the days up to one.
async fn days(tx: &mut Tx<'_>, techniques: &[i64], last: i64) -> Result<BTreeMap<Key, Sum>, Error> {
    let divided = if tx.dialect() == Dialect::MySql { "DIV" } else { "/" };
    let mut query = Query::new(&format!(
        "SELECT day, decky, kind, tactic, technique, COUNT(*), MIN(created_at), MAX(created_at), MAX(confidence)
         FROM (SELECT created_at {divided} {DAY} AS day, COALESCE(decky, 0) AS decky, kind, tactic, technique,
                      created_at, confidence FROM tag WHERE created_at < "
    ));
    query.bind((last + 1) * DAY);
    if !techniques.is_empty() {
        query.push(" AND technique IN ").list(techniques.iter().map(|code| Value::from(*code)));
    }
    query.push(") d GROUP BY day, decky, kind, tactic, technique");
    let rows = tx.all(&query).await?;
    let read = |row: &Row| -> Result<(Key, Sum), Error> {
        let key = [row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?];
        let (tags, first, last) = (row.get(5)?, row.get(6)?, row.get(7)?);
        Ok((key, Sum { tags, first, last, confidence: row.get(8)? }))
    };
    rows.iter().map(read).collect()
}

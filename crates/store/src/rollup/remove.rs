//! Counting tags that are gone.

use sqlx::Error;

use super::add::{INTO_DAY, INTO_SCOPE, row};
use super::cell::{Cells, DAY, Day, Place, Sum, scope};
use super::projection::Projections;
use super::recount::recount_place;
use crate::sql::{Query, Tx};

/// What becomes of the counts by day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Days {
    /// They go with the tags.
    Remove,
    /// They stay.
    Keep,
}

/// Takes tags out of the rollups that are deleted from `tag` already, while nobody else writes. The times and the
/// confidence of a row are looked up again only where a tag that is gone was at the edge; looking up follows an index
/// and ends at the first tag that fits.
pub(crate) async fn remove(tx: &mut Tx<'_>, cells: &Cells, days: Days) -> Result<(), Error> {
    if cells.is_empty() {
        return Ok(());
    }
    let projections = Projections::of(tx, cells).await?;
    // By scope: attackers before the identities and campaigns that are counted from them.
    for (place, gone) in cells.places(&projections) {
        let rows = Rows::of_place(place);
        let Some(known) = rows.sum(tx).await? else { continue };
        if matches!(place.scope, scope::IDENTITY | scope::CAMPAIGN) && touches(&known, &gone) {
            recount_place(tx, &place).await?;
        } else {
            rows.shrink(tx, known, gone).await?;
        }
    }
    if days == Days::Keep {
        return Ok(());
    }
    for (day, gone) in cells.days() {
        let rows = Rows::of_day(day);
        if let Some(known) = rows.sum(tx).await? {
            rows.shrink(tx, known, gone).await?;
        }
    }
    Ok(())
}

fn touches(known: &Sum, gone: &Sum) -> bool {
    gone.tags >= known.tags
        || gone.first <= known.first
        || gone.last >= known.last
        || gone.confidence >= known.confidence
}

/// The rows of one key, one for each shard, and the tags that they count.
struct Rows {
    table: &'static str,
    into: &'static str,
    key: Vec<i64>,
    /// ` WHERE ...` for the rows.
    own: Query,
    /// ` FROM tag WHERE ...` for the tags.
    tags: Query,
}

impl Rows {
    fn of_place(place: Place) -> Self {
        let Place { scope, subject, tactic, technique, release } = place;
        let mut rows = Query::new(" WHERE scope = ");
        rows.bind(scope).push(" AND subject = ").bind(subject).push(" AND tactic = ").bind(tactic);
        rows.push(" AND technique = ").bind(technique).push(" AND attack_release = ").bind(release);
        // The sum keeps the index that begins with the technique for the fleet, whose order the others walk in vain.
        let mut tags = Query::new(" FROM tag WHERE ");
        match scope {
            scope::ATTACKER => _ = tags.push("attacker = ").bind(subject).push(" AND technique + 0 = "),
            scope::SESSION => _ = tags.push("session = ").bind(subject).push(" AND technique + 0 = "),
            _ => _ = tags.push("technique = "),
        }
        tags.bind(technique).push(" AND tactic = ").bind(tactic).push(" AND attack_release = ").bind(release);
        let key = vec![scope, subject, tactic, technique, release, 0];
        Self { table: "rollup_scope", into: INTO_SCOPE, key, own: rows, tags }
    }

    fn of_day(day: Day) -> Self {
        let Day { number: day, decky, kind, tactic, technique } = day;
        let mut rows = Query::new(" WHERE day = ");
        rows.bind(day).push(" AND decky = ").bind(decky).push(" AND kind = ").bind(kind);
        rows.push(" AND tactic = ").bind(tactic).push(" AND technique = ").bind(technique);
        let mut tags = Query::new(" FROM tag WHERE technique = ");
        tags.bind(technique).push(" AND tactic = ").bind(tactic).push(" AND kind = ").bind(kind);
        tags.push(" AND created_at >= ").bind(day * DAY).push(" AND created_at < ").bind((day + 1) * DAY);
        if decky == 0 {
            tags.push(" AND decky IS NULL");
        } else {
            tags.push(" AND decky = ").bind(decky);
        }
        let key = vec![day, decky, kind, tactic, technique, 0];
        Self { table: "rollup_day", into: INTO_DAY, key, own: rows, tags }
    }

    /// What the rows say; None when there are none.
    async fn sum(&self, tx: &mut Tx<'_>) -> Result<Option<Sum>, Error> {
        let integer = tx.dialect().integer();
        let mut query = Query::new(&format!(
            "SELECT CAST(SUM(tags) AS {integer}), MIN(first_seen), MAX(last_seen), MAX(confidence_max) FROM {}",
            self.table
        ));
        query.append(&self.own);
        let Some(row) = tx.first(&query).await? else { return Ok(None) };
        let Some(tags) = row.get::<Option<i64>>(0)? else { return Ok(None) };
        Ok(Some(Sum { tags, first: row.get(1)?, last: row.get(2)?, confidence: row.get(3)? }))
    }

    async fn shrink(&self, tx: &mut Tx<'_>, known: Sum, gone: Sum) -> Result<(), Error> {
        let mut left = Sum { tags: known.tags - gone.tags, ..known };
        if left.tags > 0 {
            if gone.first <= known.first {
                left.first = self.edge(tx, "").await?.unwrap_or(known.first);
            }
            if gone.last >= known.last {
                left.last = self.edge(tx, " DESC").await?.unwrap_or(known.last);
            }
            if gone.confidence >= known.confidence {
                left.confidence = self.surest(tx, known.confidence).await?;
            }
        }
        let mut forget = Query::new(&format!("DELETE FROM {}", self.table));
        forget.append(&self.own);
        tx.run(&forget).await?;
        if left.tags > 0 {
            let mut insert = Query::new(self.into);
            insert.list(row(&self.key, left));
            tx.run(&insert).await?;
        }
        Ok(())
    }

    async fn edge(&self, tx: &mut Tx<'_>, order: &str) -> Result<Option<i64>, Error> {
        let mut query = Query::new("SELECT created_at");
        query.append(&self.tags).push(" ORDER BY created_at").push(order).push(" LIMIT 1");
        tx.first(&query).await?.map(|row| row.get(0)).transpose()
    }

    /// The highest confidence that is left: as a rule another tag has the same.
    async fn surest(&self, tx: &mut Tx<'_>, known: f64) -> Result<f64, Error> {
        let mut same = Query::new("SELECT confidence");
        same.append(&self.tags).push(" AND confidence >= ").bind(known).push(" LIMIT 1");
        if let Some(row) = tx.first(&same).await? {
            return row.get(0);
        }
        let mut most = Query::new("SELECT MAX(confidence)");
        most.append(&self.tags);
        let row = tx.first(&most).await?;
        Ok(row.map(|row| row.get::<Option<f64>>(0)).transpose()?.flatten().unwrap_or(known))
    }
}

//! One transaction of a purge.

use std::time::{Duration, Instant};

use super::find::What;
use crate::rollup::{self, Cells, Counted, DAY, Days};
use crate::sql::chunk::padded;
use crate::sql::{Query, Tx, Value};
use crate::write::{Change, Stop};

/// Deletes those of these rows that are old still, and that nothing hangs on. Gives how many, and how long it took.
pub(super) struct Delete {
    pub(super) what: What,
    pub(super) keys: Vec<i64>,
    pub(super) before: i64,
    pub(super) keep_days: bool,
}

impl Change for Delete {
    type Done = (u64, Duration);
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(u64, Duration), Stop> {
        let begun = Instant::now();
        let deleted = self.delete(tx).await?;
        Ok((deleted, begun.elapsed()))
    }
}

impl Delete {
    async fn delete(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        let condition = match self.what {
            What::Tags(_) => return self.tags(tx).await,
            What::Events => return self.events(tx).await,
            What::Sessions => {
                "session WHERE last_seen < ? AND NOT EXISTS (SELECT 1 FROM event WHERE event.session = session.id)
                 AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.session = session.id) AND id IN "
            }
            What::Attackers => {
                "attacker WHERE last_seen < ? AND NOT EXISTS (SELECT 1 FROM session WHERE session.attacker = attacker.id)
                 AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.attacker = attacker.id)
                 AND NOT EXISTS (SELECT 1 FROM event WHERE event.session IS NULL AND event.attacker = attacker.id)
                 AND id IN "
            }
            What::Triggers => "canary_trigger WHERE occurred_at < ? AND id IN ",
            What::DeadLetters => "dead_letter WHERE seen_at < ? AND id IN ",
        };
        let mut query = Query::new("DELETE FROM ").with(self.before);
        query.push(condition).list(self.values());
        Ok(tx.run(&query).await?)
    }

    /// Of few different lengths: see `chunk.rs`.
    fn values(&self) -> Vec<Value> {
        padded(&self.keys).into_iter().map(Value::from).collect()
    }

    async fn tags(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        let mut find = Query::new("SELECT id, ");
        find.push(Counted::COLUMNS)
            .push(" FROM tag WHERE created_at < ")
            .bind(self.before)
            .push(" AND id IN ")
            .list(self.values());
        let (mut cells, mut keys) = (Cells::default(), Vec::new());
        for row in tx.all(&find).await? {
            cells.add(&Counted::read(&row, 1)?);
            keys.push(Value::from(row.get::<i64>(0)?));
        }
        if keys.is_empty() {
            return Ok(0);
        }
        let mut delete = Query::new("DELETE FROM tag WHERE id IN ");
        delete.list(padded(&keys));
        let deleted = tx.run(&delete).await?;
        let mut forget = Query::new("DELETE FROM tag_origin WHERE tag IN ");
        forget.list(padded(&keys));
        tx.run(&forget).await?;
        let days = if self.keep_days { Days::Keep } else { Days::Remove };
        rollup::remove(tx, &cells, days).await?;
        if self.keep_days {
            // Each time anew: another purge may have forgotten it since.
            remember(tx, (self.before - 1).div_euclid(DAY)).await?;
        }
        Ok(deleted)
    }

    /// Attackers and sessions count the events that are stored.
    async fn events(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        // Somebody may have tagged an old event since.
        let mut find = Query::new("SELECT id FROM event WHERE time < ");
        find.bind(self.before)
            .push(" AND id IN ")
            .list(self.values())
            .push(" AND NOT EXISTS (SELECT 1 FROM tag WHERE tag.event = event.id)");
        let mut keys = Vec::new();
        for row in tx.all(&find).await? {
            keys.push(Value::from(row.get::<i64>(0)?));
        }
        if keys.is_empty() {
            return Ok(0);
        }
        for (owner, commands) in [("attacker", ""), ("session", ", command_count = command_count - ?")] {
            let integer = tx.dialect().integer();
            let mut count = Query::new(&format!(
                "SELECT {owner}, COUNT(*), CAST(SUM(CASE WHEN kind = 0 THEN 1 ELSE 0 END) AS {integer}) FROM event
                 WHERE {owner} IS NOT NULL AND id IN "
            ));
            count.list(padded(&keys)).push(&format!(" GROUP BY {owner} ORDER BY {owner}"));
            for row in tx.all(&count).await? {
                let mut set =
                    Query::new(&format!("UPDATE {owner} SET event_count = event_count - ?{commands}"))
                        .with(row.get::<i64>(1)?);
                if !commands.is_empty() {
                    set = set.with(row.get::<i64>(2)?);
                }
                set.push(" WHERE id = ").bind(row.get::<i64>(0)?);
                tx.run(&set).await?;
            }
        }
        let mut delete = Query::new("DELETE FROM event WHERE id IN ");
        delete.list(padded(&keys));
        Ok(tx.run(&delete).await?)
    }
}

/// Days up to this one remember tags that are deleted.
async fn remember(tx: &mut Tx<'_>, day: i64) -> Result<(), Stop> {
    let known = tx.first(&Query::new("SELECT day FROM rollup_history WHERE id = 1")).await?;
    match known.map(|row| row.get::<i64>(0)).transpose()? {
        Some(known) if known >= day => {}
        Some(_) => _ = tx.run(&Query::new("UPDATE rollup_history SET day = ?").with(day)).await?,
        None => {
            tx.run(&Query::new("INSERT INTO rollup_history (id, day) VALUES (1, ?)").with(day)).await?;
        }
    }
    Ok(())
}

/// Forgets what days before this one remembered of tags that were deleted earlier.
pub(super) struct Forget {
    pub(super) day: i64,
}

impl Change for Forget {
    type Done = ();
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let known = tx.first(&Query::new("SELECT day FROM rollup_history WHERE id = 1")).await?;
        let Some(known) = known.map(|row| row.get::<i64>(0)).transpose()? else { return Ok(()) };
        rollup::recount_days_before(tx, self.day.min(known + 1)).await?;
        if known < self.day {
            tx.run(&Query::new("DELETE FROM rollup_history WHERE id = 1")).await?;
        }
        Ok(())
    }
}

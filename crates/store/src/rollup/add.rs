//! Counting tags that are new.

use sqlx::Error;

use super::cell::{Cells, Sum};
use super::projection::Projections;
use crate::sql::{Dialect, Tx, Value, chunk};

/// Adds new tags to the rollups, on rows of this shard.
pub(crate) async fn add(tx: &mut Tx<'_>, cells: &Cells, shard: i64) -> Result<(), Error> {
    if cells.is_empty() {
        return Ok(());
    }
    let projections = Projections::of(tx, cells).await?;
    let places = cells.places(&projections).into_iter().map(|(place, sum)| {
        let key = [place.scope, place.subject, place.tactic, place.technique, place.release, shard];
        row(&key, sum)
    });
    chunk::run(tx, chunk::upserts(INTO_SCOPE, places, &on_conflict(tx.dialect(), &SCOPE))).await?;
    let days = cells.days().into_iter().map(|(day, sum)| {
        let key = [day.number, day.decky, day.kind, day.tactic, day.technique, shard];
        row(&key, sum)
    });
    chunk::run(tx, chunk::upserts(INTO_DAY, days, &on_conflict(tx.dialect(), &BY_DAY))).await
}

pub(super) const INTO_SCOPE: &str = "
    INSERT INTO rollup_scope (scope, subject, tactic, technique, attack_release, shard, tags, first_seen, last_seen,
                              confidence_max) VALUES ";
pub(super) const INTO_DAY: &str = "
    INSERT INTO rollup_day (day, decky, kind, tactic, technique, shard, tags, first_seen, last_seen,
                            confidence_max) VALUES ";

/// What becomes of a row that is there: SQLite and PostgreSQL name its key, the others do not.
struct OnConflict {
    named: &'static str,
    unnamed: &'static str,
}

const SCOPE: OnConflict = OnConflict {
    named: "
    ON CONFLICT (scope, subject, tactic, technique, attack_release, shard) DO UPDATE SET
        tags = rollup_scope.tags + excluded.tags,
        first_seen = LEAST(rollup_scope.first_seen, excluded.first_seen),
        last_seen = GREATEST(rollup_scope.last_seen, excluded.last_seen),
        confidence_max = GREATEST(rollup_scope.confidence_max, excluded.confidence_max)",
    unnamed: GROWN,
};
const BY_DAY: OnConflict = OnConflict {
    named: "
    ON CONFLICT (day, decky, kind, tactic, technique, shard) DO UPDATE SET
        tags = rollup_day.tags + excluded.tags,
        first_seen = LEAST(rollup_day.first_seen, excluded.first_seen),
        last_seen = GREATEST(rollup_day.last_seen, excluded.last_seen),
        confidence_max = GREATEST(rollup_day.confidence_max, excluded.confidence_max)",
    unnamed: GROWN,
};
const GROWN: &str = "
    ON DUPLICATE KEY UPDATE tags = tags + VALUES(tags), first_seen = LEAST(first_seen, VALUES(first_seen)),
        last_seen = GREATEST(last_seen, VALUES(last_seen)),
        confidence_max = GREATEST(confidence_max, VALUES(confidence_max))";

fn on_conflict(dialect: Dialect, what: &OnConflict) -> String {
    match dialect {
        Dialect::MySql => what.unnamed.to_owned(),
        Dialect::Postgres => what.named.to_owned(),
        // Its scalar functions of these names.
        Dialect::Sqlite => what.named.replace("LEAST(", "min(").replace("GREATEST(", "max("),
    }
}

pub(super) fn row(key: &[i64], sum: Sum) -> Vec<Value> {
    let mut row: Vec<Value> = key.iter().map(|part| Value::from(*part)).collect();
    row.extend([sum.tags.into(), sum.first.into(), sum.last.into(), sum.confidence.into()]);
    row
}

//! Counting new tags, statement by statement: nothing is saved here by sending many rows at once.

use rusqlite::{CachedStatement, Connection, params};

use crate::rollup::{Cells, OF_ATTACKERS, OF_IDENTITIES, Projection, Projections};

const ADD_SCOPE: &str = "
    INSERT INTO rollup_scope (scope, subject, tactic, technique, attack_release, shard, tags, first_seen, last_seen,
                              confidence_max) VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9)
    ON CONFLICT DO UPDATE SET tags = tags + ?6, first_seen = min(first_seen, ?7), last_seen = max(last_seen, ?8),
                              confidence_max = max(confidence_max, ?9)";
const ADD_DAY: &str = "
    INSERT INTO rollup_day (day, decky, kind, tactic, technique, shard, tags, first_seen, last_seen, confidence_max)
    VALUES (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7, ?8, ?9)
    ON CONFLICT DO UPDATE SET tags = tags + ?6, first_seen = min(first_seen, ?7), last_seen = max(last_seen, ?8),
                              confidence_max = max(confidence_max, ?9)";

/// Adds new tags to the rollups.
pub(super) fn add(db: &Connection, cells: &Cells) -> rusqlite::Result<()> {
    if cells.is_empty() {
        return Ok(());
    }
    let projections = projections(db, cells)?;
    let mut add = db.prepare_cached(ADD_SCOPE)?;
    for (place, sum) in cells.places(&projections) {
        add.execute(params![
            place.scope,
            place.subject,
            place.tactic,
            place.technique,
            place.release,
            sum.tags,
            sum.first,
            sum.last,
            sum.confidence
        ])?;
    }
    let mut add = db.prepare_cached(ADD_DAY)?;
    for (day, sum) in cells.days() {
        add.execute(params![
            day.number,
            day.decky,
            day.kind,
            day.tactic,
            day.technique,
            sum.tags,
            sum.first,
            sum.last,
            sum.confidence
        ])?;
    }
    Ok(())
}

fn projections(db: &Connection, cells: &Cells) -> rusqlite::Result<Projections> {
    let mut found = Projections::default();
    let mut find = db.prepare_cached(&format!("{OF_ATTACKERS} = ?1"))?;
    for key in cells.attackers() {
        if let Some(projection) = projection(&mut find, key)? {
            found.attacker_learn(key, projection);
        }
    }
    let mut find = db.prepare_cached(&format!("{OF_IDENTITIES} = ?1"))?;
    for key in cells.identities() {
        if let Some(projection) = projection(&mut find, key)? {
            found.identity_learn(key, projection);
        }
    }
    Ok(found)
}

fn projection(find: &mut CachedStatement<'_>, key: i64) -> rusqlite::Result<Option<Projection>> {
    let mut rows = find.query([key])?;
    let Some(row) = rows.next()? else { return Ok(None) };
    Ok(Some(Projection { identity: row.get(1)?, campaign: row.get(2)? }))
}

//! The windows of a batch.

use std::collections::HashMap;

use rusqlite::Connection;
use vespid_model::UtcMicros;
use vespid_model::id::RuleId;

use super::anchors::Anchors;
use super::transaction::ready;
use crate::batch::{Batch, Committed};
use crate::dialect::windows::{Attackers, Slots, Writing, finish};
use crate::sql::{Dialect, Tx};
use crate::write::Stop;

/// The greatest key of an event; 0 where nobody asks.
pub(super) fn last_event(db: &Connection, batch: &Batch) -> rusqlite::Result<i64> {
    if batch.windows.is_none() {
        return Ok(0);
    }
    db.prepare_cached("SELECT coalesce(max(id), 0) FROM event")?.query_row([], |row| row.get(0))
}

/// Tags the windows that a stored batch changed. `made`: for each event, was it not there? `before`: the greatest key of
/// an event that was.
pub(super) fn tag(
    db: &mut Connection,
    anchors: &mut Anchors,
    registered: &HashMap<(RuleId, u32), i64>,
    (batch, made, before): (&Batch, &[bool], i64),
    done: &mut Committed,
) -> Result<(), Stop> {
    let Some(windows) = &batch.windows else { return Ok(()) };
    let cache = &mut anchors.windows;
    let is_new = |place: usize| made.get(place).is_some_and(|made| *made);
    let slots = Slots::of(batch, windows, (Dialect::Sqlite, cache), |place, _| is_new(place));
    if slots.is_empty() {
        return Ok(());
    }
    let mut attackers = Attackers::new();
    for ip in slots.addresses() {
        attackers.insert(ip, anchors.attacker(db, ip, UtcMicros::EARLIEST)?);
    }
    let shown = ready(async {
        let cache = &mut anchors.windows;
        Ok(slots.judge(&mut Tx::Sqlite(db), &*windows.judge, (&attackers, before), cache).await?)
    })?;
    shown.count(done);
    let mut ruled = Vec::with_capacity(shown.tags.len());
    for (ip, tag) in shown.tags {
        let rule = match registered.get(&(tag.rule.clone(), tag.rule_version)) {
            Some(rule) => *rule,
            None => anchors.rule(db, &tag.rule, tag.rule_version)?,
        };
        ruled.push((ip, tag, rule));
    }
    let now = batch.tagged_at.unwrap_or(UtcMicros::EARLIEST);
    let writing = Writing { alone: true, shard: 0, now };
    let written =
        ready(async { finish(&mut Tx::Sqlite(db), &attackers, (ruled, shown.full), writing).await })?;
    written.count(done, windows.again);
    Ok(())
}

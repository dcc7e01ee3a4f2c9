//! The windows of a batch.

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::event::Event;

use super::anchors::{Anchors, RuleName};
use super::commit::found;
use super::names::kept;
use crate::batch::{Batch, Committed};
use crate::dialect::windows::{Attackers, Cache, Slots, Writing, finish};
use crate::sql::{Query, Tx};
use crate::write::Stop;

/// The greatest key of an event; 0 where nobody asks. Others of these attackers, which are locked, have no greater one.
pub(super) async fn last_event(tx: &mut Tx<'_>, batch: &Batch) -> Result<i64, Error> {
    if batch.windows.is_none() {
        return Ok(0);
    }
    let last = tx.first(&Query::new("SELECT MAX(id) FROM event")).await?;
    Ok(last.map(|row| row.get::<Option<i64>>(0)).transpose()?.flatten().unwrap_or(0))
}

/// Tags the windows that a stored batch changed. `before`: the greatest key of an event that was there. Nothing is
/// remembered between batches: others store events too.
pub(super) async fn tag(
    tx: &mut Tx<'_>,
    anchors: &mut Anchors,
    (batch, is_new): (&Batch, impl Fn(&Event) -> bool),
    (attackers, before): (&Attackers, i64),
    done: &mut Committed,
) -> Result<(), Stop> {
    let Some(windows) = &batch.windows else { return Ok(()) };
    let mut cache = Cache::default();
    let slots = Slots::of(batch, windows, (tx.dialect(), &cache), |_, event| is_new(event));
    let shown = slots.judge(tx, &*windows.judge, (attackers, before), &mut cache).await?;
    shown.count(done);
    let tags = shown.tags;

    let dialect = tx.dialect();
    let name =
        |rule: &str, version| -> RuleName<'static> { (kept(dialect, rule).into_owned().into(), version) };
    let rules: Vec<_> = tags.iter().map(|(_, tag)| name(tag.rule.as_str(), tag.rule_version)).collect();
    anchors.learn_rules(tx, &rules).await?;
    let mut with_rules = Vec::with_capacity(tags.len());
    for ((ip, tag), rule) in tags.into_iter().zip(&rules) {
        with_rules.push((ip, tag, found(anchors.rule(rule))?));
    }
    let now = batch.tagged_at.unwrap_or(UtcMicros::EARLIEST);
    let writing = Writing { alone: anchors.alone, shard: anchors.shard, now };
    finish(tx, attackers, (with_rules, shown.full), writing).await?.count(done, windows.again);
    Ok(())
}

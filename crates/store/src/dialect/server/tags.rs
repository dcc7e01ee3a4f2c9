//! The tags of a batch.

use std::collections::HashMap;

use sqlx::Error;
use vespid_model::event::Event;
use vespid_model::{Tag, UtcMicros};

use super::anchors::{Anchors, RuleName};
use super::chunk;
use super::commit::{Uid, found};
use super::names::kept;
use crate::dialect::json;
use crate::sql::{Dialect, Query, Tx, Value};

/// A tag that is not there, with the keys of what it hangs on.
pub(super) struct New<'a> {
    pub(super) time: UtcMicros,
    pub(super) tag: &'a Tag,
    pub(super) event: i64,
    pub(super) attacker: i64,
    pub(super) session: Option<i64>,
}

/// What a stored tag says that another ATT&CK release, or another text of its rule, would say differently.
#[derive(Debug, PartialEq)]
pub(super) struct Said {
    rule: i64,
    tactic: i64,
    confidence: f64,
    release: i64,
    spans: String,
    via: Option<String>,
}

pub(super) fn rule(dialect: Dialect, tag: &Tag) -> RuleName<'_> {
    (kept(dialect, tag.rule.as_str()), tag.rule_version)
}

/// What those of these tags say that are there.
pub(super) async fn known<'a>(
    tx: &mut Tx,
    uids: impl Iterator<Item = &'a Uid> + Send,
) -> Result<HashMap<Uid, Said>, Error> {
    let before = "SELECT uid, rule, tactic, confidence, attack_release, span, via FROM tag WHERE uid IN ";
    let rows = chunk::all(tx, chunk::selects(before, uids.map(Value::from), "")).await?;
    rows.iter()
        .map(|row| {
            let uid = Uid::try_from(row.get::<Vec<u8>>(0)?).map_err(|_| Error::RowNotFound)?;
            let said = Said {
                rule: row.get(1)?,
                tactic: row.get(2)?,
                confidence: row.get(3)?,
                release: row.get(4)?,
                spans: row.get(5)?,
                via: row.get(6)?,
            };
            Ok((uid, said))
        })
        .collect()
}

/// Stores tags that are not there. Their rules are learnt.
pub(super) async fn insert(
    tx: &mut Tx,
    anchors: &Anchors,
    tags: &[New<'_>],
    now: UtcMicros,
) -> Result<(), Error> {
    let mut rows = Vec::with_capacity(tags.len());
    for new in tags {
        let said = said(tx.dialect(), anchors, new.tag)?;
        rows.push(vec![
            new.tag.id.as_bytes().into(),
            new.event.into(),
            new.attacker.into(),
            new.session.into(),
            said.rule.into(),
            new.tag.technique.code().into(),
            said.tactic.into(),
            said.confidence.into(),
            said.release.into(),
            new.time.as_micros().into(),
            now.as_micros().into(),
            said.spans.into(),
            said.via.into(),
        ]);
    }
    let into =
        "INSERT INTO tag (uid, event, attacker, session, rule, technique, tactic, confidence, attack_release,
                                 created_at, tagged_at, span, via) VALUES ";
    chunk::run(tx, chunk::inserts(into, rows.into_iter())).await
}

/// Changes those stored tags that say something else now; what was said last stands. Returns how many.
pub(super) async fn change(
    tx: &mut Tx,
    anchors: &Anchors,
    known: &HashMap<Uid, Said>,
    tags: &[(&Event, &Tag)],
    now: UtcMicros,
) -> Result<u64, Error> {
    let mut changed = 0;
    for (_, tag) in tags {
        let said = said(tx.dialect(), anchors, tag)?;
        if known.get(tag.id.as_bytes()) == Some(&said) {
            continue;
        }
        let set = Query::new(
            "UPDATE tag SET rule = ?, tactic = ?, confidence = ?, attack_release = ?, span = ?, via = ?, tagged_at = ?
             WHERE uid = ?",
        );
        let set = set.with(said.rule).with(said.tactic).with(said.confidence).with(said.release);
        tx.run(&set.with(said.spans).with(said.via).with(now.as_micros()).with(tag.id.as_bytes())).await?;
        changed += 1;
    }
    Ok(changed)
}

fn said(dialect: Dialect, anchors: &Anchors, tag: &Tag) -> Result<Said, Error> {
    Ok(Said {
        rule: found(anchors.rule(&rule(dialect, tag)))?,
        tactic: tag.tactic.code().into(),
        confidence: tag.confidence.get(),
        release: tag.release.code().into(),
        spans: json(&tag.spans),
        via: (!tag.via.is_empty()).then(|| json(&tag.via)),
    })
}

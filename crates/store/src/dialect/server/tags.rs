//! The tags of a batch.

use std::collections::HashMap;

use sqlx::Error;
use vespid_model::event::Event;
use vespid_model::{Tag, UtcMicros};

use super::anchors::{Anchors, RuleName};
use super::commit::{Uid, found};
use super::names::kept;
use crate::dialect::retag::{Said, retag};
use crate::rollup::{self, Cells, Counted};
use crate::sql::chunk;
use crate::sql::{Dialect, Tx, Value};
use crate::write::Stop;

/// A tag that is not there, with the keys of what it hangs on.
pub(super) struct New<'a> {
    pub(super) time: UtcMicros,
    pub(super) tag: &'a Tag,
    pub(super) event: i64,
    pub(super) kind: u8,
    pub(super) attacker: i64,
    pub(super) session: Option<i64>,
    pub(super) decky: i64,
}

pub(super) fn rule(dialect: Dialect, tag: &Tag) -> RuleName<'_> {
    (kept(dialect, tag.rule.as_str()), tag.rule_version)
}

/// Those of these tags that are there, with what they say; None for one that came without its event.
pub(super) async fn known<'a>(
    tx: &mut Tx<'_>,
    uids: impl Iterator<Item = &'a Uid> + Send,
) -> Result<HashMap<Uid, Option<Said>>, Error> {
    let before = format!("SELECT uid, event, {} FROM tag WHERE uid IN ", Said::COLUMNS);
    let rows = chunk::all(tx, chunk::selects(&before, uids.map(Value::from), "")).await?;
    rows.iter()
        .map(|row| {
            let uid = Uid::try_from(row.get::<Vec<u8>>(0)?).map_err(|_| Error::RowNotFound)?;
            let said = Said::read(row, 2)?;
            let event: Option<i64> = row.get(1)?;
            Ok((uid, event.map(|_| said)))
        })
        .collect()
}

/// Stores tags that are not there. Their rules are learnt.
pub(super) async fn insert(
    tx: &mut Tx<'_>,
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
            new.kind.into(),
            new.attacker.into(),
            new.session.into(),
            new.decky.into(),
            said.rule.into(),
            new.tag.technique.code().into(),
            said.tactic.into(),
            said.confidence.into(),
            said.release.into(),
            new.time.as_micros().into(),
            now.as_micros().into(),
            said.spans.into(),
            said.via.into(),
            said.evidence.into(),
        ]);
    }
    let into =
        "INSERT INTO tag (uid, event, kind, attacker, session, decky, rule, technique, tactic, confidence,
                          attack_release, created_at, tagged_at, span, via, evidence) VALUES ";
    chunk::run(tx, chunk::inserts(into, rows.into_iter())).await?;
    rollup::add(tx, &counted(tags), anchors.shard).await
}

fn counted(tags: &[New<'_>]) -> Cells {
    let mut cells = Cells::default();
    for new in tags {
        cells.add(&Counted {
            attacker: Some(new.attacker),
            identity: None,
            session: new.session,
            decky: Some(new.decky),
            kind: new.kind.into(),
            tactic: new.tag.tactic.code().into(),
            technique: new.tag.technique.code().into(),
            release: new.tag.release.code().into(),
            time: new.time.as_micros(),
            confidence: new.tag.confidence.get(),
        });
    }
    cells
}

/// Changes those stored tags that say something else now; what was said last stands. Returns how many.
pub(super) async fn change(
    tx: &mut Tx<'_>,
    anchors: &Anchors,
    known: &HashMap<Uid, Option<Said>>,
    tags: &[(&Event, &Tag)],
    now: UtcMicros,
) -> Result<u64, Stop> {
    let mut changed = Vec::new();
    for (_, tag) in tags {
        let said = said(tx.dialect(), anchors, tag)?;
        if known.get(tag.id.as_bytes()).and_then(Option::as_ref).is_some_and(|known| known != &said) {
            changed.push((*tag.id.as_bytes(), said));
        }
    }
    if changed.is_empty() {
        return Ok(0);
    }
    if !anchors.alone {
        return Err(Stop::Alone);
    }
    let count = changed.len() as u64;
    retag(tx, changed, now).await?;
    Ok(count)
}

fn said(dialect: Dialect, anchors: &Anchors, tag: &Tag) -> Result<Said, Error> {
    Ok(Said::of(tag, found(anchors.rule(&rule(dialect, tag)))?))
}

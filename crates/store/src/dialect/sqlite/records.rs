//! Tags without an event.

use std::collections::HashMap;

use rusqlite::{Connection, params};
use vespid_model::UtcMicros;

use super::anchors::Anchors;
use super::rollup;
use super::transaction::transaction;
use super::writer::Session;
use crate::error::StoreError;
use crate::record::{Checked, Inserted, Reason, Rejected};
use crate::rollup::{Cells, Counted};

const INSERT: &str = "
    INSERT INTO tag (uid, kind, attacker, identity, session, decky, rule, technique, tactic, confidence, attack_release,
                     created_at, tagged_at, span, source_id, evidence)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, '[]', ?14, ?15) ON CONFLICT (uid) DO NOTHING";

impl Session {
    pub(crate) fn records(&mut self, records: &[Checked], now: UtcMicros) -> Result<Inserted, StoreError> {
        self.anchors.trim();
        let (anchors, version) = (&mut self.anchors, &mut self.version);
        transaction(&mut self.connection, |db| {
            anchors.refresh(db, version)?;
            let (done, cells, sessions) = insert(db, anchors, records, now)?;
            widen(db, &sessions)?;
            rollup::add(db, &cells)?;
            // Counted for batches of events alone.
            let _ = anchors.take_new();
            Ok(done)
        })
    }
}

/// First and last time of the new tags of sessions.
type Times = HashMap<i64, (i64, i64)>;

fn insert(
    db: &Connection,
    anchors: &mut Anchors,
    records: &[Checked],
    now: UtcMicros,
) -> rusqlite::Result<(Inserted, Cells, Times)> {
    let (mut done, mut cells, mut times) = (Inserted::default(), Cells::default(), Times::new());
    let mut insert = db.prepare_cached(INSERT)?;
    for Checked { index, id, kind, rule, record } in records {
        let mut reject = |reason| done.rejected.push(Rejected { index: *index, reason });
        let attacker = match record.attacker {
            Some(id) => anchors.attacker_by_id(db, id)?.ok_or(Reason::UnknownAttacker).map(Some),
            None => Ok(None),
        };
        let identity = match record.identity {
            Some(id) => anchors.identity_by_id(db, id)?.ok_or(Reason::UnknownIdentity).map(Some),
            None => Ok(None),
        };
        let (attacker, identity) = match (attacker, identity) {
            (Ok(attacker), Ok(identity)) => (attacker, identity),
            (Err(reason), _) | (_, Err(reason)) => {
                reject(reason);
                continue;
            }
        };
        let decky = record.decky.as_deref().map(|name| anchors.decky(db, name)).transpose()?;
        let time = record.created_at;
        // A tag that is there already makes no session.
        if let Some(name) = &record.session
            && !anchors.session_exists(db, (decky, attacker), name)?
            && db.prepare_cached("SELECT 1 FROM tag WHERE uid = ?1")?.exists([id.as_bytes()])?
        {
            done.duplicate += 1;
            continue;
        }
        let session = record
            .session
            .as_deref()
            .map(|name| anchors.loose_session(db, (decky, attacker), name, time))
            .transpose()?;
        let counted = Counted {
            attacker,
            identity,
            session,
            decky,
            kind: kind.code().into(),
            tactic: record.tactic.code().into(),
            technique: record.technique.code().into(),
            release: record.release.code().into(),
            time: time.as_micros(),
            confidence: record.confidence,
        };
        let made = insert.execute(params![
            id.as_bytes(),
            counted.kind,
            attacker,
            identity,
            session,
            decky,
            anchors.rule(db, rule, record.rule_version)?,
            counted.technique,
            counted.tactic,
            counted.confidence,
            counted.release,
            counted.time,
            now.as_micros(),
            record.source_id,
            record.evidence
        ])?;
        if made == 0 {
            done.duplicate += 1;
            continue;
        }
        done.inserted += 1;
        cells.add(&counted);
        if let Some(session) = session {
            let (first, last) = times.entry(session).or_insert((counted.time, counted.time));
            (*first, *last) = ((*first).min(counted.time), (*last).max(counted.time));
        }
    }
    Ok((done, cells, times))
}

fn widen(db: &Connection, sessions: &Times) -> rusqlite::Result<()> {
    let mut widen = db.prepare_cached(
        "UPDATE session SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?3)
         WHERE id = ?1 AND (first_seen > ?2 OR last_seen < ?3)",
    )?;
    for (key, (first, last)) in sessions {
        widen.execute(params![key, first, last])?;
    }
    Ok(())
}

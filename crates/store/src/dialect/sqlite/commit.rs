//! One batch, one transaction.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{CachedStatement, Connection, params};
use vespid_model::event::Event;
use vespid_model::id::RuleId;
use vespid_model::tag::Tagged;
use vespid_model::{Confidence, SourceKind, Tag, UtcMicros};

use super::anchors::Anchors;
use super::rollup;
use super::transaction::{ready, transaction};
use super::writer::Session;
use crate::batch::{Batch, Committed, DeadLetter, Progress};
use crate::dialect::grown::Grown;
use crate::dialect::letter;
use crate::dialect::retag::{Said, retag};
use crate::dialect::sightings::{self, Seen};
use crate::error::StoreError;
use crate::rollup::{Cells, Counted};
use crate::sql::Tx;
use crate::write::leak;

impl Session {
    pub(crate) fn commit(&mut self, batch: &Batch) -> Result<Committed, StoreError> {
        self.anchors.trim();
        let (anchors, registered, version) = (&mut self.anchors, &self.registered, &mut self.version);
        let now = batch.tagged_at.unwrap_or(UtcMicros::EARLIEST);
        transaction(&mut self.connection, |db| {
            anchors.refresh(db, version)?;
            let before = super::windows::last_event(db, batch)?;
            let Stored { mut done, cells, changed, made, seen, leaks } =
                store(db, anchors, registered, batch, now)?;
            ready(async {
                let known = &mut anchors.observables;
                let tx = &mut Tx::Sqlite(db);
                sightings::store(tx, known, &seen, |key| Some(*key)).await?;
                leak::count_new(tx, &leaks).await
            })?;
            rollup::add(db, &cells)?;
            if !changed.is_empty() {
                ready(async { Ok(retag(&mut Tx::Sqlite(db), changed, now).await?) })?;
            }
            super::windows::tag(db, anchors, registered, (batch, &made, before), &mut done)?;
            Ok(done)
        })
    }
}

/// What is left to do when all rows are stored.
struct Stored<'a> {
    done: Committed,
    cells: Cells,
    changed: Vec<(Uid, Said)>,
    /// Which events were not there.
    made: Vec<bool>,
    seen: Seen<'a, i64>,
    /// The new ones of that kind, with their attackers.
    leaks: Vec<(&'a Event, i64)>,
}

fn store<'a>(
    db: &Connection,
    anchors: &mut Anchors,
    registered: &HashMap<(RuleId, u32), i64>,
    batch: &'a Batch,
    now: UtcMicros,
) -> Result<Stored<'a>, StoreError> {
    let mut work = Work {
        db,
        anchors,
        registered,
        insert_event: db.prepare_cached(INSERT_EVENT)?,
        insert_tag: db.prepare_cached(INSERT_TAG)?,
        done: Committed::default(),
        grown: Grown::default(),
        cells: Cells::default(),
        changed: BTreeMap::new(),
        made: Vec::with_capacity(batch.tagged.len()),
    };
    let (mut seen, mut leaks) = (Seen::default(), Vec::new());
    let mut observed = batch.observed.iter().peekable();
    for (place, Tagged { event, tags }) in batch.tagged.iter().enumerate() {
        let (attacker, session) = work.store(event, tags, now)?;
        let shown = observed.next_if(|(of, _)| *of == place).map(|(_, shown)| shown.iter());
        if work.made.last() == Some(&true) {
            shown.into_iter().flatten().for_each(|it| seen.add(it, (attacker, session), event.time));
            if event.kind() == SourceKind::Ipv6Leak {
                leaks.push((event, attacker));
            }
        }
    }
    for letter in &batch.dead {
        work.dead_letter(letter, now)?;
    }
    work.grow()?;
    if let Some(Progress { source, from, to }) = batch.progress {
        let step = "UPDATE source_offset SET position = ?3, updated_at = ?4 WHERE id = ?1 AND position = ?2";
        db.prepare_cached(step)?.execute(params![source, from, to, now.as_micros()])?;
    }
    let new = work.anchors.take_new();
    let done = Committed { attackers_new: new.attackers, sessions_new: new.sessions, ..work.done };
    let changed = work.changed.into_iter().collect();
    Ok(Stored { done, cells: work.cells, changed, made: work.made, seen, leaks })
}

type Uid = [u8; 16];

const INSERT_EVENT: &str = "
    INSERT INTO event (uid, kind, time, decky, attacker, session, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
    ON CONFLICT (uid) DO NOTHING";
const INSERT_TAG: &str = "
    INSERT INTO tag (uid, event, kind, attacker, session, decky, rule, technique, tactic, confidence, attack_release,
                     created_at, tagged_at, span, via, evidence)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16) ON CONFLICT (uid) DO NOTHING";

/// Is this tag of an event, and from another ATT&CK release, or from a rule whose text changed? What was said last
/// stands.
const IS_CHANGED: &str = "
    SELECT 1 FROM tag
    WHERE uid = ?1 AND event IS NOT NULL AND (rule <> ?2 OR tactic <> ?3 OR confidence <> ?4 OR attack_release <> ?5
                                              OR span <> ?6 OR via IS NOT ?7 OR evidence IS NOT ?8)";

struct Work<'a> {
    db: &'a Connection,
    anchors: &'a mut Anchors,
    registered: &'a HashMap<(RuleId, u32), i64>,
    /// Kept for the whole batch: finding a statement again costs a good part of running it.
    insert_event: CachedStatement<'a>,
    insert_tag: CachedStatement<'a>,
    done: Committed,
    grown: Grown<i64, i64>,
    /// The new tags.
    cells: Cells,
    /// Tags that say something else now; of two with one id the last.
    changed: BTreeMap<Uid, Said>,
    /// For each event: was it not there?
    made: Vec<bool>,
}

/// The keys of what a tag hangs on.
#[derive(Clone, Copy)]
struct Keys {
    event: i64,
    attacker: i64,
    session: Option<i64>,
    decky: i64,
}

impl Work<'_> {
    /// Returns the keys of the event's attacker and session.
    fn store(
        &mut self,
        event: &Event,
        tags: &[Tag],
        now: UtcMicros,
    ) -> Result<(i64, Option<i64>), StoreError> {
        let decky = self.anchors.decky(self.db, &event.decky)?;
        let attacker = self.anchors.attacker(self.db, event.source_ip, event.time)?;
        let session = match &event.session {
            Some(name) => Some(self.anchors.session(self.db, (decky, attacker), name, event.time)?),
            None => None,
        };
        let inserted = self.insert_event.execute(params![
            event.id.as_bytes(),
            event.kind().code(),
            event.time.as_micros(),
            decky,
            attacker,
            session,
            event.body_json
        ])?;
        let made = (inserted == 1).then(|| self.db.last_insert_rowid());
        self.made.push(made.is_some());
        if made.is_some() {
            self.done.events_new += 1;
            self.grown.add(event, attacker, session);
        } else {
            self.done.events_duplicate += 1;
        }
        let mut key = made;
        for tag in tags {
            if tag.confidence < Confidence::FLOOR {
                self.done.tags_floored += 1;
                continue;
            }
            let event_key = match key {
                Some(key) => key,
                None => self.event_key(event)?,
            };
            key = Some(event_key);
            self.tag(event, Keys { event: event_key, attacker, session, decky }, tag, now)?;
        }
        Ok((attacker, session))
    }

    fn event_key(&self, event: &Event) -> rusqlite::Result<i64> {
        let mut find = self.db.prepare_cached("SELECT id FROM event WHERE uid = ?1")?;
        find.query_row([event.id.as_bytes()], |row| row.get(0))
    }

    fn tag(&mut self, event: &Event, keys: Keys, tag: &Tag, now: UtcMicros) -> Result<(), StoreError> {
        let rule = match self.registered.get(&(tag.rule.clone(), tag.rule_version)) {
            Some(rule) => *rule,
            None => self.anchors.rule(self.db, &tag.rule, tag.rule_version)?,
        };
        let said = Said::of(tag, rule);
        let made = self.insert_tag.execute(params![
            tag.id.as_bytes(),
            keys.event,
            event.kind().code(),
            keys.attacker,
            keys.session,
            keys.decky,
            rule,
            tag.technique.code(),
            said.tactic,
            said.confidence,
            said.release,
            event.time.as_micros(),
            now.as_micros(),
            said.spans,
            said.via,
            said.evidence
        ])?;
        if made == 1 {
            self.done.tags_new += 1;
            self.cells.add(&Counted {
                attacker: Some(keys.attacker),
                identity: None,
                session: keys.session,
                decky: Some(keys.decky),
                kind: event.kind().code().into(),
                tactic: said.tactic,
                technique: tag.technique.code().into(),
                release: said.release,
                time: event.time.as_micros(),
                confidence: said.confidence,
            });
            return Ok(());
        }
        let uid = tag.id.as_bytes();
        let values = params![
            uid,
            rule,
            said.tactic,
            said.confidence,
            said.release,
            said.spans,
            said.via,
            said.evidence
        ];
        if self.db.prepare_cached(IS_CHANGED)?.exists(values)? {
            self.done.tags_changed += u64::from(self.changed.insert(*uid, said).is_none());
        } else {
            self.done.tags_duplicate += 1;
        }
        Ok(())
    }

    fn dead_letter(&mut self, letter: &DeadLetter, now: UtcMicros) -> Result<(), StoreError> {
        let made = self
            .db
            .prepare_cached(
                "INSERT INTO dead_letter (source, position, length, reason, detail, excerpt, seen_at, uid)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8) ON CONFLICT DO NOTHING",
            )?
            .execute(params![
                letter.source,
                letter.position,
                letter.length,
                letter.reason,
                letter.detail,
                letter.excerpt,
                now.as_micros(),
                letter::uid(letter)
            ])?;
        self.done.dead_new += made as u64;
        Ok(())
    }

    fn grow(&self) -> Result<(), StoreError> {
        let mut attackers = self.db.prepare_cached(
            "UPDATE attacker SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?3),
                                 event_count = event_count + ?4 WHERE id = ?1",
        )?;
        for (key, growth) in &self.grown.attackers {
            attackers.execute(params![
                key,
                growth.first.as_micros(),
                growth.last.as_micros(),
                growth.events
            ])?;
        }
        let mut sessions = self.db.prepare_cached(
            "UPDATE session SET first_seen = min(first_seen, ?2), last_seen = max(last_seen, ?3),
                                event_count = event_count + ?4, command_count = command_count + ?5,
                                service = coalesce(min(service, ?6), service, ?6),
                                client_version = coalesce(min(client_version, ?7), client_version, ?7),
                                hassh = coalesce(min(hassh, ?8), hassh, ?8),
                                login = coalesce(min(login, ?9), login, ?9) WHERE id = ?1",
        )?;
        for (key, (growth, facts)) in &self.grown.sessions {
            sessions.execute(params![
                key,
                growth.first.as_micros(),
                growth.last.as_micros(),
                growth.events,
                facts.commands,
                facts.service,
                facts.client_version,
                facts.hassh,
                facts.login
            ])?;
        }
        Ok(())
    }
}

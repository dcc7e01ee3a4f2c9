//! Other tags for events that are stored.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::ops::AddAssign;

use sqlx::Error;
use vespid_model::id::{EventId, RuleId};
use vespid_model::{Confidence, Tag, UtcMicros};

use super::{Change, Stop, keys};
use crate::dialect::retag::Said;
use crate::error::StoreError;
use crate::rollup::{self, Cells, Counted, Days};
use crate::sql::{Query, Row, Tx, Value, chunk};
use crate::store::Store;

/// What the rules say of a stored event now.
#[derive(Debug, Clone, PartialEq)]
pub struct Retagged {
    /// The store's number of the event.
    pub key: i64,
    /// Its id: the number may have gone to another event meanwhile, which is left alone then.
    pub event: EventId,
    /// All its tags, each with the store's number of its rule's text.
    pub tags: Vec<(Tag, i64)>,
}

/// What became of the tags of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Replaced {
    /// Tags that were not there.
    pub added: u64,
    /// Tags that are gone.
    pub removed: u64,
    /// Tags that say something else, or are of another text of their rule.
    pub changed: u64,
    /// Tags that were there as they are.
    pub kept: u64,
}

impl AddAssign for Replaced {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.removed += other.removed;
        self.changed += other.changed;
        self.kept += other.kept;
    }
}

impl Store {
    /// Gives these events these tags and no others, but for those of the `spared` rules and those that came without
    /// their event, in one transaction, while other writers wait. Tags below the confidence floor are not stored.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn event_tags_replace(
        &self,
        events: Vec<Retagged>,
        spared: &[RuleId],
        now: UtcMicros,
    ) -> Result<Replaced, StoreError> {
        self.change(Replace { events, spared: spared.to_vec(), now }).await
    }
}

struct Replace {
    events: Vec<Retagged>,
    spared: Vec<RuleId>,
    now: UtcMicros,
}

type Uid = [u8; 16];

/// A stored tag.
struct Stored {
    id: i64,
    event: i64,
    said: Said,
    counted: Counted,
}

/// What an event's tags hang on, and when it happened.
#[derive(Clone, Copy)]
struct Anchor {
    key: i64,
    kind: i64,
    attacker: i64,
    session: Option<i64>,
    decky: i64,
    time: i64,
}

impl Change for Replace {
    type Done = Replaced;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Replaced, Stop> {
        let anchors = self.anchors(tx).await?;
        let mut stored = self.stored(tx, anchors.keys().copied()).await?;
        let mut work = Work::default();
        for Retagged { key, tags, .. } in &self.events {
            let Some(anchor) = anchors.get(key) else { continue };
            for (tag, text) in tags.iter().filter(|(tag, _)| tag.confidence >= Confidence::FLOOR) {
                work.tag(*anchor, tag, *text, &mut stored);
            }
        }
        work.remove(stored);
        let done = work.write(tx, self.now).await?;
        Ok(done)
    }
}

impl Replace {
    async fn anchors(&self, tx: &mut Tx<'_>) -> Result<BTreeMap<i64, Anchor>, Error> {
        let wanted: HashMap<i64, &Uid> =
            self.events.iter().map(|event| (event.key, event.event.as_bytes())).collect();
        let find = "SELECT id, kind, attacker, session, decky, time, uid FROM event WHERE id IN ";
        let values = wanted.keys().map(|key| Value::from(*key));
        let mut anchors = BTreeMap::new();
        for row in chunk::all(tx, chunk::selects(find, values, "")).await? {
            let (key, uid) = (row.get(0)?, keys::sixteen(row.get(6)?)?);
            if wanted.get(&key).is_some_and(|wanted| **wanted == uid) {
                let (kind, attacker, session) = (row.get(1)?, row.get(2)?, row.get(3)?);
                let (decky, time) = (row.get(4)?, row.get(5)?);
                anchors.insert(key, Anchor { key, kind, attacker, session, decky, time });
            }
        }
        Ok(anchors)
    }

    /// The tags of these events, but those that are spared.
    async fn stored(
        &self,
        tx: &mut Tx<'_>,
        events: impl Iterator<Item = i64> + Send,
    ) -> Result<HashMap<Uid, Stored>, Error> {
        let mut spared = Query::new("SELECT id FROM rule WHERE name IN ");
        spared.list(self.spared.iter().map(|rule| Value::from(rule.as_str())));
        let spared: HashSet<i64> = if self.spared.is_empty() {
            HashSet::new()
        } else {
            tx.all(&spared).await?.iter().map(|row| row.get(0)).collect::<Result<_, _>>()?
        };
        let find = format!(
            "SELECT uid, id, event, {}, {} FROM tag WHERE event IN ",
            Said::COLUMNS,
            Counted::COLUMNS
        );
        let mut stored = HashMap::new();
        for row in chunk::all(tx, chunk::selects(&find, events.map(Value::from), "")).await? {
            let (uid, tag) = read(&row)?;
            if !spared.contains(&tag.said.rule) {
                stored.insert(uid, tag);
            }
        }
        Ok(stored)
    }
}

fn read(row: &Row) -> Result<(Uid, Stored), Error> {
    let said = Said::read(row, 3)?;
    let counted = Counted::read(row, 10)?;
    Ok((keys::sixteen(row.get(0)?)?, Stored { id: row.get(1)?, event: row.get(2)?, said, counted }))
}

/// What is to be written.
#[derive(Default)]
struct Work {
    done: Replaced,
    new: BTreeMap<Uid, (Anchor, i64, Said)>,
    changed: Vec<(Uid, Said)>,
    gone: Vec<i64>,
    /// Events whose tags are other ones now.
    events: HashSet<i64>,
    /// What is counted no more, and what is.
    old_cells: Cells,
    new_cells: Cells,
}

impl Work {
    fn tag(&mut self, anchor: Anchor, tag: &Tag, text: i64, stored: &mut HashMap<Uid, Stored>) {
        let said = Said::of(tag, text);
        let Some(known) = stored.remove(tag.id.as_bytes()) else {
            self.new.insert(*tag.id.as_bytes(), (anchor, tag.technique.code().into(), said));
            return;
        };
        if known.said == said {
            self.done.kept += 1;
            return;
        }
        self.done.changed += 1;
        self.events.insert(anchor.key);
        self.old_cells.add(&known.counted);
        let (tactic, release, confidence) = (said.tactic, said.release, said.confidence);
        self.new_cells.add(&Counted { tactic, release, confidence, ..known.counted });
        self.changed.push((*tag.id.as_bytes(), said));
    }

    /// What nobody says any more.
    fn remove(&mut self, stored: HashMap<Uid, Stored>) {
        for Stored { id, event, counted, .. } in stored.into_values() {
            self.gone.push(id);
            self.events.insert(event);
            self.old_cells.add(&counted);
        }
        self.done.removed = self.gone.len() as u64;
    }

    async fn write(mut self, tx: &mut Tx<'_>, now: UtcMicros) -> Result<Replaced, Error> {
        for part in self.gone.chunks(chunk::ROWS) {
            let mut delete = Query::new("DELETE FROM tag WHERE id IN ");
            delete.list(chunk::padded(part).into_iter().map(Value::from));
            tx.run(&delete).await?;
        }
        for (uid, said) in std::mem::take(&mut self.changed) {
            said.set(tx, &uid, now).await?;
        }
        self.insert(tx, now).await?;
        // What these tags were under other releases is no longer what they were.
        let events = self.events.iter().copied().collect::<Vec<_>>();
        for part in events.chunks(chunk::ROWS) {
            let mut forget = Query::new("DELETE FROM tag_origin WHERE event IN ");
            forget.list(chunk::padded(part).into_iter().map(Value::from));
            tx.run(&forget).await?;
        }
        rollup::remove(tx, &self.old_cells, Days::Remove).await?;
        rollup::add(tx, &self.new_cells, 0).await?;
        Ok(self.done)
    }

    /// Inserts what is new. A tag of the same id that came without its event stays.
    async fn insert(&mut self, tx: &mut Tx<'_>, now: UtcMicros) -> Result<(), Error> {
        for uid in keys::all(tx, "tag", self.new.keys().copied()).await?.keys() {
            self.new.remove(uid);
            self.done.kept += 1;
        }
        self.done.added = self.new.len() as u64;
        let mut rows = Vec::with_capacity(self.new.len());
        for (uid, (anchor, technique, said)) in std::mem::take(&mut self.new) {
            self.events.insert(anchor.key);
            self.new_cells.add(&Counted {
                attacker: Some(anchor.attacker),
                identity: None,
                session: anchor.session,
                decky: Some(anchor.decky),
                kind: anchor.kind,
                tactic: said.tactic,
                technique,
                release: said.release,
                time: anchor.time,
                confidence: said.confidence,
            });
            rows.push(vec![
                Value::from(&uid),
                anchor.key.into(),
                anchor.kind.into(),
                anchor.attacker.into(),
                anchor.session.into(),
                anchor.decky.into(),
                said.rule.into(),
                technique.into(),
                said.tactic.into(),
                said.confidence.into(),
                said.release.into(),
                anchor.time.into(),
                now.as_micros().into(),
                said.spans.into(),
                said.via.into(),
                said.evidence.into(),
            ]);
        }
        let into = "INSERT INTO tag (uid, event, kind, attacker, session, decky, rule, technique, tactic, confidence,
                              attack_release, created_at, tagged_at, span, via, evidence) VALUES ";
        chunk::run(tx, chunk::inserts(into, rows.into_iter())).await
    }
}

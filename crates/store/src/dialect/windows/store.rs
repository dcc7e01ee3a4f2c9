//! Storing what windows show.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;
use std::ops::Range;

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::window::{MAX_SECONDS, Window, WindowEvidence, WindowTag};

use super::place::{Placed, place};
use super::slots::{Attackers, Slot};
use crate::batch::Committed;
use crate::rollup::{self, Cells, Counted, Days};
use crate::sql::{Query, Row, Tx, Value, chunk};
use crate::write::Stop;

type Uid = [u8; 16];

/// Microseconds of the longest window.
const LONGEST: i64 = MAX_SECONDS.cast_signed() * 1_000_000;

/// How tags are written.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Writing {
    /// Does nobody else write meanwhile?
    pub(crate) alone: bool,
    /// Which rows of the rollups this writer counts on.
    pub(crate) shard: i64,
    pub(crate) now: UtcMicros,
}

/// How many tags were written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Written {
    pub(crate) new: u64,
    /// They said something else before.
    pub(crate) changed: u64,
    /// They say what they said.
    pub(crate) same: u64,
    /// They are gone: their windows do not show them any more.
    pub(crate) removed: u64,
}

impl Written {
    /// Adds it to what a batch did. `again`: are the batch's events counted that were there already? Otherwise a tag is
    /// the same because its window is larger than the batch.
    pub(crate) const fn count(self, done: &mut Committed, again: bool) {
        done.tags_duplicate += if again { self.same } else { 0 };
        done.tags_new += self.new;
        done.tags_changed += self.changed;
        done.tags_removed += self.removed;
    }
}

/// A stored tag of a window.
pub(crate) struct Stored {
    pub(crate) uid: Uid,
    /// The key of its rule's text.
    pub(crate) rule: i64,
    pub(crate) counted: Counted,
    evidence: String,
}

impl Stored {
    const COLUMNS: &str = "uid, rule, evidence";

    fn read(row: &Row) -> Result<Self, Error> {
        let uid = row.get::<Vec<u8>>(0)?.try_into().map_err(|_| Error::Decode("tag.uid".into()))?;
        Ok(Self { uid, rule: row.get(1)?, evidence: row.get(2)?, counted: Counted::read(row, 3)? })
    }

    /// What it was given for; None for a tag that is not one of a window.
    pub(crate) fn evidence(&self) -> Option<WindowEvidence> {
        WindowEvidence::from_json(&self.evidence)
    }

    /// Is a tag with this id the same in all else?
    pub(crate) fn says(&self, placed: &Placed) -> bool {
        self.says_with(placed, &placed.tag.evidence.to_json())
    }

    fn says_with(&self, placed: &Placed, evidence: &str) -> bool {
        self.rule == placed.rule && self.counted == placed.counted && self.evidence == evidence
    }
}

/// Stores what the windows of a batch show, each tag with the key of its rule. Of windows that are full it is looked up
/// what they no longer show.
pub(crate) async fn finish(
    tx: &mut Tx<'_>,
    attackers: &Attackers,
    (tags, full): (Vec<(IpAddr, WindowTag, i64)>, Vec<Slot>),
    writing: Writing,
) -> Result<Written, Stop> {
    let key = |ip: &IpAddr| attackers.get(ip).copied().ok_or(Error::RowNotFound);
    let mut gone = Vec::new();
    for slot in full {
        gone.extend(
            stored_of(tx, key(&slot.ip)?, slot.window.start..slot.window.end(), Some(slot.window)).await?,
        );
    }
    let mut placed = Vec::with_capacity(tags.len());
    for (ip, tag, rule) in tags {
        placed.push(place(tx, tag, (key(&ip)?, rule)).await?);
    }
    store(tx, placed, gone, writing).await
}

/// Stores these tags: new ones, and those that said something else. What was said last stands. `gone`: stored ones that
/// are to be deleted unless they are among them.
pub(crate) async fn store(
    tx: &mut Tx<'_>,
    tags: Vec<Placed>,
    gone: Vec<Stored>,
    writing: Writing,
) -> Result<Written, Stop> {
    // In the order of their ids, each once: see `plan.rs`.
    let tags: BTreeMap<Uid, Placed> =
        tags.into_iter().map(|placed| (*placed.tag.id.as_bytes(), placed)).collect();
    let gone: Vec<_> = gone.into_iter().filter(|stored| !tags.contains_key(&stored.uid)).collect();
    let known = known(tx, &tags).await?;
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for (uid, placed) in &tags {
        let evidence = placed.tag.evidence.to_json();
        match known.get(uid) {
            None => new.push((placed, evidence)),
            Some(stored) if stored.says_with(placed, &evidence) => {}
            Some(stored) => changed.push((stored, placed, evidence)),
        }
    }
    let takes_away = !changed.is_empty() || !gone.is_empty();
    if takes_away && !writing.alone {
        return Err(Stop::Alone);
    }
    let written = Written {
        new: new.len() as u64,
        same: (tags.len() - new.len() - changed.len()) as u64,
        changed: changed.len() as u64,
        removed: gone.len() as u64,
    };
    let (mut less, mut more) = (Cells::default(), Cells::default());
    for stored in &gone {
        less.add(&stored.counted);
        forget(tx, stored).await?;
    }
    // A row stays what it was: what the tag was under another ATT&CK release hangs on it.
    for (stored, placed, evidence) in changed {
        less.add(&stored.counted);
        more.add(&placed.counted);
        set(tx, placed, evidence, writing.now).await?;
    }
    rollup::remove(tx, &less, Days::Remove).await?;
    for (placed, _) in &new {
        more.add(&placed.counted);
    }
    insert(tx, new, writing.now).await?;
    rollup::add(tx, &more, writing.shard).await?;
    Ok(written)
}

/// The stored tags of an attacker's windows that begin within this time; of this window alone, where one is given.
pub(crate) async fn stored_of(
    tx: &mut Tx<'_>,
    attacker: i64,
    begins: Range<UtcMicros>,
    only: Option<Window>,
) -> Result<Vec<Stored>, Error> {
    let mut find = Query::new("SELECT ");
    find.push(Stored::COLUMNS).push(", ").push(Counted::COLUMNS).push(" FROM tag WHERE attacker = ");
    // A tag's time lies in its window.
    let longest = only.map_or(LONGEST, |only| only.length);
    let last = only.map_or(begins.end, |only| only.start).as_micros().saturating_add(longest);
    find.bind(attacker).push(" AND created_at >= ").bind(begins.start.as_micros());
    find.push(" AND created_at < ").bind(last);
    find.push(" AND event IS NULL");
    let mut found = Vec::new();
    for row in tx.all(&find).await? {
        let stored = Stored::read(&row)?;
        let window = stored.evidence().map(|evidence| evidence.window());
        let is_one =
            |window: &Window| begins.contains(&window.start) && only.is_none_or(|only| only == *window);
        if window.as_ref().is_some_and(is_one) {
            found.push(stored);
        }
    }
    Ok(found)
}

async fn known(tx: &mut Tx<'_>, tags: &BTreeMap<Uid, Placed>) -> Result<HashMap<Uid, Stored>, Error> {
    let before =
        format!("SELECT {}, {} FROM tag WHERE event IS NULL AND uid IN ", Stored::COLUMNS, Counted::COLUMNS);
    let rows = chunk::all(tx, chunk::selects(&before, tags.keys().map(Value::from), "")).await?;
    rows.iter().map(|row| Stored::read(row).map(|stored| (stored.uid, stored))).collect()
}

/// Deletes a tag, and what it was under other releases.
async fn forget(tx: &mut Tx<'_>, stored: &Stored) -> Result<(), Error> {
    for column in ["tag", "survivor"] {
        let of = format!("DELETE FROM tag_origin WHERE {column} = (SELECT id FROM tag WHERE uid = ");
        let mut origins = Query::new(&of);
        origins.bind(&stored.uid).push(")");
        tx.run(&origins).await?;
    }
    tx.run(&Query::new("DELETE FROM tag WHERE uid = ?").with(&stored.uid)).await?;
    Ok(())
}

/// Lets a stored tag say this.
async fn set(tx: &mut Tx<'_>, placed: &Placed, evidence: String, now: UtcMicros) -> Result<(), Error> {
    let Counted { session, decky, tactic, release, time, confidence, .. } = placed.counted;
    let set = Query::new(
        "UPDATE tag SET session = ?, decky = ?, rule = ?, tactic = ?, confidence = ?, attack_release = ?, created_at = ?,
                        tagged_at = ?, evidence = ? WHERE uid = ?",
    );
    let set = set.with(session).with(decky).with(placed.rule).with(tactic).with(confidence).with(release);
    let set = set.with(time).with(now.as_micros()).with(evidence).with(placed.tag.id.as_bytes());
    tx.run(&set).await?;
    Ok(())
}

async fn insert(tx: &mut Tx<'_>, tags: Vec<(&Placed, String)>, now: UtcMicros) -> Result<(), Error> {
    let rows = tags.into_iter().map(|(placed, evidence)| {
        let Counted { attacker, session, decky, kind, tactic, technique, release, time, confidence, .. } =
            placed.counted;
        vec![
            placed.tag.id.as_bytes().into(),
            kind.into(),
            attacker.into(),
            session.into(),
            decky.into(),
            placed.rule.into(),
            technique.into(),
            tactic.into(),
            confidence.into(),
            release.into(),
            time.into(),
            now.as_micros().into(),
            "[]".into(),
            Value::from(&*placed.tag.source_id),
            evidence.into(),
        ]
    });
    let into = "INSERT INTO tag (uid, kind, attacker, session, decky, rule, technique, tactic, confidence, attack_release,
                                 created_at, tagged_at, span, source_id, evidence) VALUES ";
    chunk::run(tx, chunk::inserts(into, rows)).await
}

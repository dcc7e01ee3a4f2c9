//! One batch, one transaction.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::net::IpAddr;

use sqlx::Error;
use vespid_model::event::Event;
use vespid_model::{SourceKind, Tag, UtcMicros};

use super::anchors::{Anchors, SessionName};
use super::names::{self, kept};
use super::plan::Plan;
use super::writer::Work;
use super::{attackers, letters, sessions, tags, windows};
use crate::batch::{Batch, Committed, Progress};
use crate::dialect::grown::Grown;
use crate::dialect::sightings::{self, Seen};
use crate::error::StoreError;
use crate::sql::chunk;
use crate::sql::{Dialect, Query, Tx, Value};
use crate::write::{Stop, leak};

pub(super) type Uid = [u8; 16];

impl Work for Batch {
    type Done = Committed;

    fn check(&self) -> Result<(), StoreError> {
        names::check(self)
    }

    async fn run(&self, tx: &mut Tx<'_>, anchors: &mut Anchors) -> Result<Committed, Stop> {
        anchors.trim();
        let now = self.tagged_at.unwrap_or(UtcMicros::EARLIEST);
        let plan = Plan::new(self);
        let mut done = Committed { tags_floored: plan.floored, ..Committed::default() };

        let deckies: Vec<_> = plan.events.iter().map(|event| kept(tx.dialect(), &event.decky)).collect();
        anchors.learn_deckies(tx, &deckies).await?;
        let (ips, made) = attackers::lock(tx, &plan.events).await?;
        done.attackers_new = made;

        // What is there cannot change any more: its attackers are locked.
        let before = windows::last_event(tx, self).await?;
        let mut events = keys(tx, "event", plan.events.iter().map(|event| event.id.as_bytes())).await?;
        let known = tags::known(tx, plan.tags.iter().map(|(_, tag)| tag.id.as_bytes())).await?;
        let new: Vec<&Event> =
            plan.events.iter().filter(|event| !events.contains_key(event.id.as_bytes())).copied().collect();
        let (known_tags, new_tags): (Vec<(&Event, &Tag)>, Vec<_>) =
            plan.tags.iter().partition(|(_, tag)| known.contains_key(tag.id.as_bytes()));
        done.events_new = new.len() as u64;
        done.events_duplicate = (self.tagged.len() - new.len()) as u64;
        done.tags_new = new_tags.len() as u64;

        let named = Named { dialect: tx.dialect(), ips };
        let is_new: HashSet<&Uid> = new.iter().map(|event| event.id.as_bytes()).collect();
        let mut grown = Grown::default();
        for event in &new {
            let (_, attacker, session) = named.event(anchors, event)?;
            grown.add(event, attacker, session);
        }
        attackers::grow(tx, &grown.attackers).await?;
        let mut wanted = BTreeSet::new();
        for event in new.iter().chain(new_tags.iter().map(|(event, _)| event)) {
            wanted.extend(named.event(anchors, event)?.2);
        }
        done.sessions_new = sessions::store(tx, anchors, &wanted, &grown.sessions).await?;

        insert_events(tx, anchors, &named, &new).await?;
        let leaks = new.iter().filter(|event| event.kind() == SourceKind::Ipv6Leak);
        let leaks = leaks.map(|event| Ok((*event, named.event(anchors, event)?.1)));
        leak::count_new(tx, &leaks.collect::<Result<Vec<_>, Error>>()?).await?;
        let seen = seen(self, anchors, &named, &is_new)?;
        sightings::store(tx, &mut sightings::Keys::default(), &seen, |name| anchors.session(name)).await?;
        let tagged: BTreeSet<&Uid> = new_tags.iter().map(|(event, _)| event.id.as_bytes()).collect();
        let unknown = tagged.into_iter().filter(|uid| !events.contains_key(*uid)).collect::<Vec<_>>();
        events.extend(keys(tx, "event", unknown.into_iter()).await?);
        let rules: Vec<_> = plan.tags.iter().map(|(_, tag)| tags::rule(named.dialect, tag)).collect();
        anchors.learn_rules(tx, &rules).await?;
        let mut anchored = Vec::with_capacity(new_tags.len());
        for (event, tag) in new_tags {
            let (decky, attacker, session) = named.event(anchors, event)?;
            let (event_key, session) =
                (found(events.get(event.id.as_bytes()).copied())?, session_key(anchors, session.as_ref())?);
            anchored.push(tags::New {
                time: event.time,
                tag,
                event: event_key,
                kind: event.kind().code(),
                attacker,
                session,
                decky,
            });
        }
        tags::insert(tx, anchors, &anchored, now).await?;
        done.tags_changed = tags::change(tx, anchors, &known, &known_tags, now).await?;
        done.tags_duplicate = plan.tag_count - done.tags_new - done.tags_changed;

        let is_new = |event: &Event| is_new.contains(event.id.as_bytes());
        windows::tag(tx, anchors, (self, is_new), (&named.ips, before), &mut done).await?;

        // First the input's row, which letters refer to: the other order is a circle when two write of one input.
        if let Some(Progress { source, from, to }) = self.progress {
            let step = "UPDATE source_offset SET position = ?, updated_at = ? WHERE id = ? AND position = ?";
            tx.run(&Query::new(step).with(to).with(now.as_micros()).with(source).with(from)).await?;
        }
        done.dead_new = letters::store(tx, &self.dead, now).await?;
        Ok(done)
    }
}

/// What the new events show, each once.
fn seen<'a>(
    batch: &'a Batch,
    anchors: &Anchors,
    named: &Named,
    is_new: &HashSet<&Uid>,
) -> Result<Seen<'a, SessionName<'a>>, Error> {
    let (mut seen, mut counted) = (Seen::default(), HashSet::new());
    for (place, shown) in &batch.observed {
        let Some(event) = batch.tagged.get(*place).map(|tagged| &tagged.event) else { continue };
        if is_new.contains(event.id.as_bytes()) && counted.insert(event.id) {
            let (_, attacker, session) = named.event(anchors, event)?;
            shown.iter().for_each(|it| seen.add(it, (attacker, session.clone()), event.time));
        }
    }
    Ok(seen)
}

/// Where the keys of an event's anchors are.
struct Named {
    dialect: Dialect,
    ips: HashMap<IpAddr, i64>,
}

impl Named {
    /// The keys of decky and attacker, and the session by name.
    fn event<'a>(
        &self,
        anchors: &Anchors,
        event: &'a Event,
    ) -> Result<(i64, i64, Option<SessionName<'a>>), Error> {
        let decky = found(anchors.decky(&kept(self.dialect, &event.decky)))?;
        let attacker = found(self.ips.get(&event.source_ip).copied())?;
        let session = event.session.as_deref().map(|name| (decky, attacker, kept(self.dialect, name)));
        Ok((decky, attacker, session))
    }
}

/// A row that was found or made a moment ago in the same transaction.
pub(super) fn found(key: Option<i64>) -> Result<i64, Error> {
    key.ok_or(Error::RowNotFound)
}

fn session_key(anchors: &Anchors, session: Option<&SessionName<'_>>) -> Result<Option<i64>, Error> {
    session.map(|name| found(anchors.session(name))).transpose()
}

/// The integer keys of those of these rows that are there.
pub(super) async fn keys<'a>(
    tx: &mut Tx<'_>,
    table: &str,
    uids: impl Iterator<Item = &'a Uid> + Send,
) -> Result<HashMap<Uid, i64>, Error> {
    let before = format!("SELECT uid, id FROM {table} WHERE uid IN ");
    let rows = chunk::all(tx, chunk::selects(&before, uids.map(Value::from), "")).await?;
    rows.iter()
        .map(|row| {
            let uid = Uid::try_from(row.get::<Vec<u8>>(0)?).map_err(|_| Error::RowNotFound)?;
            Ok((uid, row.get(1)?))
        })
        .collect()
}

async fn insert_events(
    tx: &mut Tx<'_>,
    anchors: &Anchors,
    named: &Named,
    events: &[&Event],
) -> Result<(), Error> {
    let mut anchored = Vec::with_capacity(events.len());
    for event in events {
        let (decky, attacker, session) = named.event(anchors, event)?;
        anchored.push((*event, decky, attacker, session_key(anchors, session.as_ref())?));
    }
    let rows = anchored.iter().map(|(event, decky, attacker, session)| {
        vec![
            event.id.as_bytes().into(),
            event.kind().code().into(),
            event.time.as_micros().into(),
            (*decky).into(),
            (*attacker).into(),
            (*session).into(),
            Value::from(&*event.body_json),
        ]
    });
    chunk::run(
        tx,
        chunk::inserts("INSERT INTO event (uid, kind, time, decky, attacker, session, body) VALUES ", rows),
    )
    .await
}

//! What a batch's new events show of those behind them.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use foldhash::fast::RandomState;
use sqlx::Error;
use vespid_model::{Observable, ObservableKind, UtcMicros};

use super::grown::Growth;
use crate::sql::{Dialect, Query, Tx, Value, chunk};

type Uid = [u8; 16];

/// The keys of observables. What is remembered is right as long as nobody deletes one, which nobody does.
pub(crate) type Keys = HashMap<Uid, i64, RandomState>;

/// What was seen with whom, and in which sessions. `S` is what a session is known by.
pub(crate) struct Seen<'a, S> {
    of: HashMap<&'a Observable, Of<S>, RandomState>,
}

struct Of<S> {
    attackers: HashMap<i64, Growth, RandomState>,
    sessions: BTreeSet<S>,
}

impl<S> Default for Seen<'_, S> {
    fn default() -> Self {
        Self { of: HashMap::default() }
    }
}

impl<'a, S: Ord> Seen<'a, S> {
    /// Counts one new event.
    pub(crate) fn add(
        &mut self,
        observable: &'a Observable,
        (attacker, session): (i64, Option<S>),
        time: UtcMicros,
    ) {
        let none = || Of { attackers: HashMap::default(), sessions: BTreeSet::new() };
        let of = self.of.entry(observable).or_insert_with(none);
        of.attackers.entry(attacker).or_insert_with(Growth::none).add(Some(time));
        if is_kept_by_session(observable.kind()) {
            of.sessions.extend(session);
        }
    }
}

/// What one attacker hardly has in common with another by chance.
const fn is_kept_by_session(kind: ObservableKind) -> bool {
    use ObservableKind as Kind;
    matches!(
        kind,
        Kind::Payload
            | Kind::Url
            | Kind::Host
            | Kind::SshKey
            | Kind::Wallet
            | Kind::EmailAddress
            | Kind::Domain
            | Kind::InterfaceId
    )
}

/// Stores it. `session` tells a session's key. In the order of the ids, so that writers queue and make no circle.
pub(crate) async fn store<S: Sync>(
    tx: &mut Tx<'_>,
    known: &mut Keys,
    seen: &Seen<'_, S>,
    session: impl Fn(&S) -> Option<i64> + Send,
) -> Result<(), Error> {
    if seen.of.is_empty() {
        return Ok(());
    }
    let of: BTreeMap<Uid, (&Observable, &Of<S>)> =
        seen.of.iter().map(|(observable, of)| (*observable.id().as_bytes(), (*observable, of))).collect();
    learn(tx, known, &of).await?;
    let key = |uid: &Uid| known.get(uid).copied().ok_or(Error::RowNotFound);

    let (mut sightings, mut in_sessions) = (BTreeMap::new(), BTreeSet::new());
    for (uid, (_, of)) in &of {
        let key = key(uid)?;
        sightings.extend(of.attackers.iter().map(|(attacker, growth)| ((key, *attacker), growth)));
        in_sessions.extend(of.sessions.iter().filter_map(&session).map(|session| (session, key)));
    }
    let rows = sightings.into_iter().map(|((key, attacker), growth)| {
        let (first, last) = (growth.first.as_micros(), growth.last.as_micros());
        vec![key.into(), attacker.into(), growth.events.into(), first.into(), last.into()]
    });
    let into = "INSERT INTO sighting (observable, attacker, event_count, first_seen, last_seen) VALUES ";
    chunk::run(tx, chunk::upserts(into, rows, counted(tx.dialect()))).await?;
    let rows = in_sessions.into_iter().map(|(session, key)| vec![session.into(), key.into()]);
    let into = "INSERT INTO session_observable (session, observable) VALUES ";
    chunk::run(tx, chunk::upserts(into, rows, there(tx.dialect()))).await
}

/// Learns the keys of these observables, and makes rows for new ones.
async fn learn<S>(
    tx: &mut Tx<'_>,
    known: &mut Keys,
    of: &BTreeMap<Uid, (&Observable, &Of<S>)>,
) -> Result<(), Error> {
    for make in [false, true] {
        let unknown: Vec<_> = of.iter().filter(|(uid, _)| !known.contains_key(*uid)).collect();
        if unknown.is_empty() {
            break;
        }
        if make {
            let rows = unknown.iter().map(|(uid, (observable, _))| {
                vec![(*uid).into(), observable.kind().code().into(), Value::from(observable.value())]
            });
            let into = "INSERT INTO observable (uid, kind, value) VALUES ";
            chunk::run(tx, chunk::inserts(into, rows)).await?;
        }
        let find = "SELECT uid, id FROM observable WHERE uid IN ";
        let uids: Vec<Query> = chunk::selects(find, unknown.iter().map(|(uid, _)| Value::from(*uid)), "");
        for row in chunk::all(tx, uids).await? {
            let uid = Uid::try_from(row.get::<Vec<u8>>(0)?).map_err(|_| Error::RowNotFound)?;
            known.insert(uid, row.get(1)?);
        }
    }
    Ok(())
}

/// A sighting that is there grows.
const fn counted(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => {
            "
    ON DUPLICATE KEY UPDATE event_count = event_count + VALUES(event_count),
        first_seen = LEAST(first_seen, VALUES(first_seen)), last_seen = GREATEST(last_seen, VALUES(last_seen))"
        }
        Dialect::Postgres => {
            "
    ON CONFLICT (observable, attacker) DO UPDATE SET event_count = sighting.event_count + excluded.event_count,
        first_seen = LEAST(sighting.first_seen, excluded.first_seen),
        last_seen = GREATEST(sighting.last_seen, excluded.last_seen)"
        }
        Dialect::Sqlite => {
            "
    ON CONFLICT (observable, attacker) DO UPDATE SET event_count = event_count + excluded.event_count,
        first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
        }
    }
}

/// A row that is there says all.
const fn there(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::MySql => " ON DUPLICATE KEY UPDATE session = VALUES(session)",
        Dialect::Postgres | Dialect::Sqlite => " ON CONFLICT (session, observable) DO NOTHING",
    }
}

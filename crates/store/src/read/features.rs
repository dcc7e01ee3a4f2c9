//! What clustering looks at.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use vespid_model::features::{Features, Stay};
use vespid_model::id::AttackerId;
use vespid_model::{Observable, ObservableKind, UtcMicros};

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row, Value};

/// Observables of one kind that are read of one attacker: those of the smallest ids, which are hashes, so that the same
/// ones are read whatever came first. Clustering keeps fewer, and counts what it leaves out. A list of passwords may have
/// millions.
const MOST: u32 = 600;
/// Observables of sessions that are read of one attacker.
const MOST_OF_SESSIONS: u32 = 20_000;

/// An attacker as far as it is known whether it changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AttackerVersion {
    /// The store's own key.
    pub key: i64,
    /// Its id.
    pub id: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// Events counted so far: whoever has new ones has more.
    pub events: u64,
}

impl Store {
    /// Every attacker, by key.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_versions(&self) -> Result<Vec<AttackerVersion>, StoreError> {
        let mut found = Vec::new();
        let query = Query::new("SELECT id, uid, event_count, ip FROM attacker ORDER BY id");
        self.pool
            .each(&query, |row: Row| {
                let (key, id) = (row.get(0)?, column::attacker_id(row.get(1)?)?);
                let ip = column::ip(&row.get::<String>(3)?)?;
                found.push(AttackerVersion { key, id, ip, events: column::count(row.get(2)?) });
                Ok::<_, StoreError>(true)
            })
            .await?;
        Ok(found)
    }

    /// What was observed with these attackers, some hundred at a time, by key.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn features(&self, keys: &[i64]) -> Result<Vec<Features>, StoreError> {
        let mut all = BTreeMap::new();
        for row in
            self.of("SELECT id, uid, first_seen, last_seen FROM attacker WHERE id IN ", keys, "").await?
        {
            let features = Features {
                attacker: column::attacker_id(row.get(1)?)?,
                first_seen: UtcMicros::from_micros(row.get(2)?),
                last_seen: UtcMicros::from_micros(row.get(3)?),
                observables: Vec::new(),
                sessions: Vec::new(),
                stays: Vec::new(),
            };
            all.insert(row.get::<i64>(0)?, features);
        }
        let seen = "SELECT attacker, kind, value FROM (SELECT s.attacker, o.kind, o.value, ROW_NUMBER() OVER
                    (PARTITION BY s.attacker, o.kind ORDER BY o.uid) AS place FROM sighting s
                    JOIN observable o ON o.id = s.observable WHERE s.attacker IN ";
        for row in self.of(seen, keys, &format!(") k WHERE place <= {MOST}")).await? {
            if let Some(features) = all.get_mut(&row.get(0)?) {
                features.observables.push(column::observable(row.get(1)?, &row.get::<String>(2)?)?);
            }
        }
        for (attacker, sets) in self.together(keys).await? {
            if let Some(features) = all.get_mut(&attacker) {
                features.sessions = sets.into_iter().map(|set| set.into_iter().collect()).collect();
            }
        }
        self.stays(keys, &mut all).await?;
        Ok(all.into_values().collect())
    }

    /// For each attacker what was seen together in one session, with its client; equal sets once.
    async fn together(
        &self,
        keys: &[i64],
    ) -> Result<BTreeMap<i64, BTreeSet<BTreeSet<Observable>>>, StoreError> {
        let query = "SELECT attacker, id, kind, value, hassh, client_version FROM (
                     SELECT s.attacker, s.id, o.kind, o.value, s.hassh, s.client_version, ROW_NUMBER() OVER
                     (PARTITION BY s.attacker ORDER BY o.uid, s.first_seen, s.name) AS place FROM session s
                     JOIN session_observable i ON i.session = s.id JOIN observable o ON o.id = i.observable
                     WHERE s.attacker IN ";
        let mut sessions: BTreeMap<(i64, i64), BTreeSet<Observable>> = BTreeMap::new();
        let end = format!(") k WHERE place <= {MOST_OF_SESSIONS}");
        for row in self.of(query, keys, &end).await? {
            let set = sessions.entry((row.get(0)?, row.get(1)?)).or_default();
            set.insert(column::observable(row.get(2)?, &row.get::<String>(3)?)?);
            for (column, kind) in [(4, ObservableKind::Hassh), (5, ObservableKind::Client)] {
                let client = row.get::<Option<String>>(column)?;
                set.extend(client.and_then(|client| Observable::new(kind, &client)));
            }
        }
        let mut found: BTreeMap<i64, BTreeSet<_>> = BTreeMap::new();
        for ((attacker, _), set) in sessions {
            found.entry(attacker).or_default().insert(set);
        }
        Ok(found)
    }

    /// When each attacker was on which decoy, and with what it began and ended. Of tags at one time the first tactic in
    /// order of numbers counts, so that it is the same on every database.
    async fn stays(&self, keys: &[i64], all: &mut BTreeMap<i64, Features>) -> Result<(), StoreError> {
        let query = "SELECT t.attacker, d.name, t.tactic, MIN(t.created_at), MAX(t.created_at) FROM tag t
                     JOIN decky d ON d.id = t.decky WHERE t.attacker IN ";
        let end = " GROUP BY t.attacker, d.name, t.tactic ORDER BY t.attacker, d.name, t.tactic";
        for row in self.of(query, keys, end).await? {
            let Some(features) = all.get_mut(&row.get(0)?) else { continue };
            let (decky, tactic) = (row.get::<String>(1)?, column::tactic(row.get(2)?)?);
            let (first, last) = (UtcMicros::from_micros(row.get(3)?), UtcMicros::from_micros(row.get(4)?));
            match features.stays.last_mut().filter(|stay| *stay.decky == *decky) {
                None => features.stays.push(Stay {
                    decky: decky.into(),
                    first,
                    last,
                    begins: Some(tactic),
                    ends: Some(tactic),
                }),
                Some(stay) => {
                    if first < stay.first {
                        (stay.first, stay.begins) = (first, Some(tactic));
                    }
                    if last > stay.last {
                        (stay.last, stay.ends) = (last, Some(tactic));
                    }
                }
            }
        }
        Ok(())
    }

    /// The rows of a query that goes on with keys.
    async fn of(&self, before: &str, keys: &[i64], after: &str) -> Result<Vec<Row>, StoreError> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let mut query = Query::new(before);
        query.list(keys.iter().map(|key| Value::from(*key))).push(after);
        Ok(self.pool.all(&query).await?)
    }
}

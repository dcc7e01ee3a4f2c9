//! What attackers typed, to be tagged once more.

use std::collections::VecDeque;
use std::net::IpAddr;

use serde_json::{Map, Value, json};
use vespid_model::body::Body;
use vespid_model::id::{AttackerId, EventId, IdentityId};
use vespid_model::{SourceKind, UtcMicros};

use super::commands_text::{Decoded, Entries};
use super::fields::Fields;
use super::{column, page};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Value as Bound};

/// Commands of one item.
const MOST: u32 = 1000;
/// Attackers that are looked up at once.
const ATTACKERS: u32 = 256;

/// Some of an attacker's commands.
#[derive(Debug, Clone, PartialEq)]
pub struct CommandsItem {
    /// The attacker.
    pub attacker: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// The identity that it is linked to, which may be merged into another.
    pub identity: Option<IdentityId>,
    /// Time of its last event.
    pub last_seen: UtcMicros,
    /// The commands, at most 1000: as they stand in its profile, else `{service, decky, command, timestamp}`.
    pub commands: Vec<Map<String, Value>>,
    /// What should have been commands and cannot be read as such: what and where.
    pub malformed: Vec<String>,
}

/// Commands by attacker; holds a thousand of them and one profile's text in memory, and no transaction.
#[derive(Debug)]
pub struct AttackerCommands {
    store: Store,
    since: UtcMicros,
    /// The last attacker that was looked up.
    after: Option<(UtcMicros, AttackerId)>,
    attackers: VecDeque<Attacker>,
    current: Option<Current>,
    malformed: u64,
}

#[derive(Debug, Clone)]
struct Attacker {
    key: i64,
    id: AttackerId,
    ip: IpAddr,
    identity: Option<IdentityId>,
    last_seen: UtcMicros,
}

/// The attacker whose commands are being given.
#[derive(Debug)]
struct Current {
    attacker: Attacker,
    /// What is left of its profile.
    profile: Entries,
    /// The last of its events that was given.
    after: Option<(UtcMicros, EventId)>,
    /// Was anything given?
    given: bool,
}

impl Store {
    /// What the attackers typed that were seen from this time on: attackers by last time, then id; of each the commands
    /// in its profile, then those of its events by time, then id. An attacker with many commands comes in several
    /// items, one after the other; one with none comes once.
    pub fn attacker_commands_since(&self, since: UtcMicros) -> AttackerCommands {
        AttackerCommands {
            store: self.clone(),
            since,
            after: None,
            attackers: VecDeque::new(),
            current: None,
            malformed: 0,
        }
    }
}

impl AttackerCommands {
    /// The next item; None at the end.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read; asking again goes on where it stopped.
    pub async fn next(&mut self) -> Result<Option<CommandsItem>, StoreError> {
        loop {
            if self.current.is_none() && !self.begin().await? {
                return Ok(None);
            }
            let Some(current) = &mut self.current else { return Ok(None) };
            let found = match current.profile.read(MOST as usize) {
                Some(found) => found,
                None => current.events(&self.store).await?,
            };
            let (empty, attacker) = (found.len() == 0, current.attacker.clone());
            let first = !std::mem::replace(&mut current.given, true);
            if empty {
                self.current = None;
            }
            if first || !empty {
                self.malformed += found.malformed.len() as u64;
                return Ok(Some(attacker.item(found)));
            }
        }
    }

    /// How much of what was given could not be read as a command.
    pub const fn malformed(&self) -> u64 {
        self.malformed
    }

    /// Turns to the next attacker; false at the end.
    async fn begin(&mut self) -> Result<bool, StoreError> {
        if self.attackers.is_empty() {
            self.attackers = self.store.attackers_since(self.since, self.after).await?.into();
            self.after = self.attackers.back().map(|last| (last.last_seen, last.id)).or(self.after);
        }
        let Some(attacker) = self.attackers.front() else { return Ok(false) };
        let mut query = Query::new("SELECT commands FROM attacker_profile WHERE attacker = ");
        query.bind(attacker.key);
        let row = self.store.pool.first(&query).await?;
        let text = row.map(|row| row.get::<Option<String>>(0)).transpose()?.flatten().unwrap_or_default();
        if let Some(attacker) = self.attackers.pop_front() {
            let profile = Entries::of(text);
            self.current = Some(Current { attacker, profile, after: None, given: false });
        }
        Ok(true)
    }
}

impl Store {
    async fn attackers_since(
        &self,
        since: UtcMicros,
        after: Option<(UtcMicros, AttackerId)>,
    ) -> Result<Vec<Attacker>, StoreError> {
        let mut query = Query::new(
            "SELECT a.id, a.uid, a.ip, i.uid, a.last_seen FROM attacker a LEFT JOIN identity i ON i.id = a.identity
             WHERE a.last_seen >= ",
        );
        query.bind(after.map_or(since, |(time, _)| time.max(since)).as_micros());
        if let Some((time, id)) = after {
            query.push(" AND (a.last_seen > ").bind(time.as_micros());
            query.push(" OR a.uid > ").bind(id.as_bytes()).push(")");
        }
        query.push(" ORDER BY a.last_seen, a.uid LIMIT ").bind(ATTACKERS);
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                let mut row = Fields::of(row);
                Ok(Attacker {
                    key: row.get()?,
                    id: row.id("attacker.uid", AttackerId::from_bytes)?,
                    ip: column::ip(&row.get::<String>()?)?,
                    identity: row.maybe_id("identity.uid", IdentityId::from_bytes)?,
                    last_seen: row.time()?,
                })
            })
            .collect()
    }
}

impl Attacker {
    fn item(self, found: Decoded) -> CommandsItem {
        let Self { id, ip, identity, last_seen, .. } = self;
        let Decoded { commands, malformed } = found;
        CommandsItem { attacker: id, ip, identity, last_seen, commands, malformed }
    }
}

impl Current {
    /// The next of its events, none at the end.
    async fn events(&mut self, store: &Store) -> Result<Decoded, StoreError> {
        // An index finds events by session, those without one too.
        let part = |from: &str, column: &str| {
            let mut part = Query::new("SELECT e.id, e.time, e.uid, OCTET_LENGTH(e.body) AS size FROM ");
            part.push(from).push(" AND e.kind = ").bind(SourceKind::Command.code());
            part.push(&format!(" AND {column} = ")).bind(self.attacker.key);
            if let Some((time, id)) = self.after {
                let time = time.as_micros();
                part.push(" AND e.time >= ").bind(time).push(" AND (e.time > ").bind(time);
                part.push(" OR e.uid > ").bind(id.as_bytes()).push(")");
            }
            part
        };
        let mut query = Query::new("SELECT CAST(size AS ");
        query.push(store.pool.dialect().integer()).push("), id, time, uid FROM (");
        query.append(&part("session s JOIN event e ON e.session = s.id WHERE 1 = 1", "s.attacker"));
        query.push(" UNION ALL ");
        query.append(&part("event e WHERE e.session IS NULL", "e.attacker"));
        query.push(") c ORDER BY time, uid LIMIT ").bind(MOST);
        let rows = store.pool.all(&query).await?;
        let rows = &rows[..page::fitting(&rows)? as usize];
        let Some(last) = rows.last() else { return Ok(Decoded::default()) };
        let after = (UtcMicros::from_micros(last.get(2)?), column::event_id(last.get(3)?)?);
        let keys: Vec<i64> = rows.iter().map(|row| row.get(1)).collect::<Result<_, _>>()?;
        let found = commands(store, &keys).await?;
        self.after = Some(after);
        Ok(found)
    }
}

/// The commands of these events.
async fn commands(store: &Store, keys: &[i64]) -> Result<Decoded, StoreError> {
    let mut query = Query::new(
        "SELECT s.service, d.name, e.body, e.time, e.uid FROM event e JOIN decky d ON d.id = e.decky
         LEFT JOIN session s ON s.id = e.session WHERE e.id IN ",
    );
    query.list(keys.iter().map(|key| Bound::from(*key))).push(" ORDER BY e.time, e.uid");
    let mut found = Decoded::default();
    for row in store.pool.all(&query).await? {
        let mut row = Fields::of(&row);
        let (service, decky, body): (Option<String>, String, String) = (row.get()?, row.get()?, row.get()?);
        let (time, id) = (row.time()?, row.id("event.uid", EventId::from_bytes)?);
        match Body::from_json(SourceKind::Command, &body) {
            Ok(Body::Command(command)) => {
                let object = json!({
                    "service": service,
                    "decky": decky,
                    "command": command.command_text,
                    "timestamp": time.to_string(),
                });
                if let Value::Object(object) = object {
                    found.commands.push(object);
                }
            }
            _ => found.malformed.push(format!("event {id} holds no command")),
        }
    }
    Ok(found)
}

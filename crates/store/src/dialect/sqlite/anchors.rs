//! Names and ids to integer keys, remembered between batches.

use std::net::IpAddr;

use foldhash::HashMap;
use rusqlite::{Connection, OptionalExtension, params};
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, IdentityId, RuleId};

use crate::dialect::sightings;
use crate::dialect::windows::Cache;

/// Keys are forgotten all at once beyond this many: attackers choose how many there are.
const REMEMBERED: usize = 100_000;

#[derive(Default)]
pub(crate) struct Anchors {
    deckies: HashMap<Box<str>, i64>,
    attackers: HashMap<IpAddr, i64>,
    /// By decky and attacker (0: none), then by name: a look-up needs no copy of the name.
    sessions: HashMap<(i64, i64), HashMap<Box<str>, i64>>,
    session_count: usize,
    rules: HashMap<(RuleId, u32), i64>,
    attackers_by_id: HashMap<AttackerId, i64>,
    identities_by_id: HashMap<IdentityId, i64>,
    pub(super) observables: sightings::Keys,
    /// What is known of windows: right while nobody else writes, as the keys are.
    pub(super) windows: Cache,
    /// Rows made since the last [`Anchors::take_new`].
    new: New,
}

/// How many rows were made.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct New {
    pub(super) attackers: u64,
    pub(super) sessions: u64,
}

impl Anchors {
    pub(super) fn take_new(&mut self) -> New {
        std::mem::take(&mut self.new)
    }

    /// Forgets the keys of rows that others may have deleted since. Inside a transaction nobody else can.
    pub(super) fn refresh(&mut self, db: &Connection, known: &mut i64) -> rusqlite::Result<()> {
        let version = db.pragma_query_value(None, "data_version", |row| row.get(0))?;
        if version != *known {
            *self = Self::default();
            *known = version;
        }
        Ok(())
    }

    /// Forgets everything when there is too much of it.
    pub(super) fn trim(&mut self) {
        let known = self.attackers.len()
            + self.attackers_by_id.len()
            + self.identities_by_id.len()
            + self.observables.len();
        if known + self.session_count + self.deckies.len() > REMEMBERED {
            *self = Self { new: self.new, ..Self::default() };
        }
    }

    pub(super) fn decky(&mut self, db: &Connection, name: &str) -> rusqlite::Result<i64> {
        if let Some(key) = self.deckies.get(name) {
            return Ok(*key);
        }
        db.prepare_cached("INSERT INTO decky (name) VALUES (?1) ON CONFLICT DO NOTHING")?.execute([name])?;
        let key =
            db.prepare_cached("SELECT id FROM decky WHERE name = ?1")?.query_row([name], |row| row.get(0))?;
        self.deckies.insert(name.into(), key);
        Ok(key)
    }

    pub(super) fn attacker(&mut self, db: &Connection, ip: IpAddr, time: UtcMicros) -> rusqlite::Result<i64> {
        if let Some(key) = self.attackers.get(&ip) {
            return Ok(*key);
        }
        let text = ip.to_string();
        let made = db
            .prepare_cached(
                "INSERT INTO attacker (uid, ip, first_seen, last_seen) VALUES (?1, ?2, ?3, ?3) ON CONFLICT DO NOTHING",
            )?
            .execute(params![AttackerId::derive(ip).as_bytes(), text, time.as_micros()])?;
        self.new.attackers += made as u64;
        let key = db
            .prepare_cached("SELECT id FROM attacker WHERE ip = ?1")?
            .query_row([text], |row| row.get(0))?;
        self.attackers.insert(ip, key);
        Ok(key)
    }

    pub(super) fn session(
        &mut self,
        db: &Connection,
        (decky, attacker): (i64, i64),
        name: &str,
        time: UtcMicros,
    ) -> rusqlite::Result<i64> {
        if let Some(key) = self.session_known((decky, attacker), name) {
            return Ok(key);
        }
        let made = db
            .prepare_cached(
                "INSERT INTO session (decky, name, attacker, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![decky, name, attacker, time.as_micros()])?;
        self.new.sessions += made as u64;
        let key = match made {
            0 => db
                .prepare_cached("SELECT id FROM session WHERE name = ?1 AND decky = ?2 AND attacker = ?3")?
                .query_row(params![name, decky, attacker], |row| row.get(0))?,
            _ => db.last_insert_rowid(),
        };
        self.session_learn((decky, attacker), name, key);
        Ok(key)
    }

    /// Is the key of this session remembered, or its row there?
    pub(super) fn session_exists(
        &self,
        db: &Connection,
        (decky, attacker): (Option<i64>, Option<i64>),
        name: &str,
    ) -> rusqlite::Result<bool> {
        if self.session_known((decky.unwrap_or(0), attacker.unwrap_or(0)), name).is_some() {
            return Ok(true);
        }
        db.prepare_cached("SELECT 1 FROM session WHERE name = ?1 AND decky IS ?2 AND attacker IS ?3")?
            .exists(params![name, decky, attacker])
    }

    fn session_known(&self, of: (i64, i64), name: &str) -> Option<i64> {
        self.sessions.get(&of)?.get(name).copied()
    }

    fn session_learn(&mut self, of: (i64, i64), name: &str, key: i64) {
        self.session_count += 1;
        self.sessions.entry(of).or_default().insert(name.into(), key);
    }

    /// The session that a tag without an event names, which may not say where or whose.
    pub(super) fn loose_session(
        &mut self,
        db: &Connection,
        (decky, attacker): (Option<i64>, Option<i64>),
        name: &str,
        time: UtcMicros,
    ) -> rusqlite::Result<i64> {
        if let (Some(decky), Some(attacker)) = (decky, attacker) {
            return self.session(db, (decky, attacker), name, time);
        }
        let of = (decky.unwrap_or(0), attacker.unwrap_or(0));
        if let Some(key) = self.session_known(of, name) {
            return Ok(key);
        }
        let found = db
            .prepare_cached(
                "SELECT id FROM session WHERE name = ?1 AND decky IS ?2 AND attacker IS ?3 LIMIT 1",
            )?
            .query_row(params![name, decky, attacker], |row| row.get(0))
            .optional()?;
        let key = match found {
            Some(key) => key,
            None => db
                .prepare_cached(
                    "INSERT INTO session (decky, name, attacker, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)
                     RETURNING id",
                )?
                .query_row(params![decky, name, attacker, time.as_micros()], |row| row.get(0))?,
        };
        self.session_learn(of, name, key);
        Ok(key)
    }

    /// None where no such attacker is stored.
    pub(super) fn attacker_by_id(
        &mut self,
        db: &Connection,
        id: AttackerId,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(key) = self.attackers_by_id.get(&id) {
            return Ok(Some(*key));
        }
        let key = db
            .prepare_cached("SELECT id FROM attacker WHERE uid = ?1")?
            .query_row([id.as_bytes()], |row| row.get(0))
            .optional()?;
        self.attackers_by_id.extend(key.map(|key| (id, key)));
        Ok(key)
    }

    /// None where no such identity is stored.
    pub(super) fn identity_by_id(
        &mut self,
        db: &Connection,
        id: IdentityId,
    ) -> rusqlite::Result<Option<i64>> {
        if let Some(key) = self.identities_by_id.get(&id) {
            return Ok(Some(*key));
        }
        let key = db
            .prepare_cached("SELECT id FROM identity WHERE uid = ?1")?
            .query_row([id.as_bytes()], |row| row.get(0))
            .optional()?;
        self.identities_by_id.extend(key.map(|key| (id, key)));
        Ok(key)
    }

    /// The key of a rule that is not registered: its newest text, else a row that only names it.
    pub(super) fn rule(&mut self, db: &Connection, name: &RuleId, version: u32) -> rusqlite::Result<i64> {
        let known = (name.clone(), version);
        if let Some(key) = self.rules.get(&known) {
            return Ok(*key);
        }
        let find = "SELECT id FROM rule WHERE name = ?1 AND version = ?2 ORDER BY id DESC LIMIT 1";
        let find = || {
            db.prepare_cached(find)?.query_row(params![name.as_str(), version], |row| row.get(0)).optional()
        };
        let key = match find()? {
            Some(key) => key,
            None => db
                .prepare_cached(
                    "INSERT INTO rule (name, version, title, description, source_path, yaml, digest)
                     VALUES (?1, ?2, ?1, '', '', '', x'') RETURNING id",
                )?
                .query_row(params![name.as_str(), version], |row| row.get(0))?,
        };
        self.rules.insert(known, key);
        Ok(key)
    }
}

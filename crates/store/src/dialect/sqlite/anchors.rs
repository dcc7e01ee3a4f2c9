//! Names and ids to integer keys, remembered between batches.

use std::collections::HashMap;
use std::net::IpAddr;

use rusqlite::{Connection, OptionalExtension, params};
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, RuleId};

/// Keys are forgotten all at once beyond this many: attackers choose how many there are.
const REMEMBERED: usize = 100_000;

#[derive(Default)]
pub(crate) struct Anchors {
    deckies: HashMap<Box<str>, i64>,
    attackers: HashMap<IpAddr, i64>,
    /// By decky and attacker, then by name: a look-up needs no copy of the name.
    sessions: HashMap<(i64, i64), HashMap<Box<str>, i64>>,
    session_count: usize,
    rules: HashMap<(RuleId, u32), i64>,
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

    /// Forgets everything when there is too much of it.
    pub(super) fn trim(&mut self) {
        if self.attackers.len() + self.session_count + self.deckies.len() > REMEMBERED {
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
        if let Some(key) = self.sessions.get(&(decky, attacker)).and_then(|names| names.get(name)) {
            return Ok(*key);
        }
        let made = db
            .prepare_cached(
                "INSERT INTO session (decky, name, attacker, first_seen, last_seen) VALUES (?1, ?2, ?3, ?4, ?4)
                 ON CONFLICT DO NOTHING",
            )?
            .execute(params![decky, name, attacker, time.as_micros()])?;
        self.new.sessions += made as u64;
        let key = db
            .prepare_cached("SELECT id FROM session WHERE name = ?1 AND decky = ?2 AND attacker = ?3")?
            .query_row(params![name, decky, attacker], |row| row.get(0))?;
        self.session_count += 1;
        self.sessions.entry((decky, attacker)).or_default().insert(name.into(), key);
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

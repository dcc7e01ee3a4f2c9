//! Names to integer keys, remembered between batches. Attackers' keys are not: their rows are locked in each batch
//! anyhow, which tells the keys.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};

use sqlx::Error;

use crate::sql::chunk;
use crate::sql::{Tx, Value};

/// Keys are forgotten all at once beyond this many: attackers choose how many there are.
const REMEMBERED: usize = 100_000;

/// A session by the keys of its decky and attacker, and its name.
pub(super) type SessionName<'a> = (i64, i64, Cow<'a, str>);
/// A rule by its name and version.
pub(super) type RuleName<'a> = (Cow<'a, str>, u32);

#[derive(Debug, Default)]
pub(crate) struct Anchors {
    deckies: HashMap<Box<str>, i64>,
    /// By decky and attacker, then by name: a look-up needs no copy of the name.
    sessions: HashMap<(i64, i64), HashMap<Box<str>, i64>>,
    session_count: usize,
    rules: HashMap<Box<str>, HashMap<u32, i64>>,
    /// The keys of the texts in use, which stay known whatever fails.
    registered: HashMap<Box<str>, HashMap<u32, i64>>,
    /// Does nobody else write during this transaction?
    pub(super) alone: bool,
    /// Which rows of the rollups this writer counts on.
    pub(super) shard: i64,
}

impl Anchors {
    pub(super) fn on(shard: i64) -> Self {
        Self { shard, ..Self::default() }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.deckies.is_empty() && self.sessions.is_empty() && self.rules.is_empty()
    }

    /// Forgets everything when there is too much of it.
    pub(super) fn trim(&mut self) {
        if self.session_count + self.deckies.len() > REMEMBERED {
            *self = self.registered();
        }
    }

    /// The texts in use alone.
    pub(super) fn registered(&self) -> Self {
        Self { registered: self.registered.clone(), alone: self.alone, shard: self.shard, ..Self::default() }
    }

    pub(super) fn register(&mut self, name: &str, version: u32, key: i64) {
        self.registered.entry(name.into()).or_default().insert(version, key);
    }

    pub(super) fn decky(&self, name: &str) -> Option<i64> {
        self.deckies.get(name).copied()
    }

    pub(super) fn session(&self, (decky, attacker, name): &SessionName<'_>) -> Option<i64> {
        self.sessions.get(&(*decky, *attacker))?.get(&**name).copied()
    }

    pub(super) fn session_learn(&mut self, decky: i64, attacker: i64, name: String, key: i64) {
        if self.sessions.entry((decky, attacker)).or_default().insert(name.into(), key).is_none() {
            self.session_count += 1;
        }
    }

    pub(super) fn rule(&self, (name, version): &RuleName<'_>) -> Option<i64> {
        let key = |known: &HashMap<Box<str>, HashMap<u32, i64>>| known.get(&**name)?.get(version).copied();
        key(&self.registered).or_else(|| key(&self.rules))
    }

    /// Learns the keys of these deckies; makes rows for new ones.
    pub(super) async fn learn_deckies(
        &mut self,
        tx: &mut Tx<'_>,
        names: &[Cow<'_, str>],
    ) -> Result<(), Error> {
        // Twice: once for those that are there, once for those that were made.
        for made in [false, true] {
            let unknown: BTreeSet<&str> =
                names.iter().map(|name| &**name).filter(|name| self.decky(name).is_none()).collect();
            if unknown.is_empty() {
                return Ok(());
            }
            if made {
                let rows = unknown.iter().map(|name| vec![Value::from(*name)]);
                chunk::run(tx, chunk::inserts("INSERT INTO decky (name) VALUES ", rows)).await?;
            }
            let values = unknown.iter().map(|name| Value::from(*name));
            for row in chunk::all(tx, chunk::selects("SELECT name, id FROM decky WHERE name IN ", values, ""))
                .await?
            {
                self.deckies.insert(row.get::<String>(0)?.into(), row.get(1)?);
            }
        }
        Ok(())
    }

    /// Learns the keys of rules that are not registered: their newest texts, else rows that only name them.
    pub(super) async fn learn_rules(&mut self, tx: &mut Tx<'_>, rules: &[RuleName<'_>]) -> Result<(), Error> {
        for made in [false, true] {
            let unknown: BTreeSet<&RuleName<'_>> =
                rules.iter().filter(|rule| self.rule(rule).is_none()).collect();
            if unknown.is_empty() {
                return Ok(());
            }
            if made {
                let rows = unknown.iter().map(|(name, version)| {
                    let empty = || Value::from("");
                    vec![
                        Value::from(&**name),
                        (*version).into(),
                        Value::from(&**name),
                        empty(),
                        empty(),
                        empty(),
                        Value::from(&[][..]),
                    ]
                });
                let into =
                    "INSERT INTO rule (name, version, title, description, source_path, yaml, digest) VALUES ";
                chunk::run(tx, chunk::inserts(into, rows)).await?;
            }
            let names: BTreeSet<&str> = unknown.iter().map(|(name, _)| &**name).collect();
            let values = names.into_iter().map(Value::from);
            for row in chunk::all(
                tx,
                chunk::selects("SELECT name, version, id FROM rule WHERE name IN ", values, " ORDER BY id"),
            )
            .await?
            {
                let version = u32::try_from(row.get::<i64>(1)?).unwrap_or(u32::MAX);
                self.rules.entry(row.get::<String>(0)?.into()).or_default().insert(version, row.get(2)?);
            }
        }
        Ok(())
    }
}

//! Tags counted by everything that any rollup tells apart.

use std::collections::BTreeMap;

use foldhash::HashMap;

use super::projection::Projections;
use crate::sql::Row;

/// Microseconds of a day.
pub(crate) const DAY: i64 = 86_400_000_000;

/// What of a tag is counted: integer keys as stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Cell {
    pub(crate) attacker: Option<i64>,
    pub(crate) identity: Option<i64>,
    pub(crate) session: Option<i64>,
    pub(crate) decky: Option<i64>,
    pub(crate) kind: i64,
    pub(crate) tactic: i64,
    pub(crate) technique: i64,
    pub(crate) release: i64,
    day: i64,
}

/// A tag as it is counted.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Counted {
    pub(crate) attacker: Option<i64>,
    pub(crate) identity: Option<i64>,
    pub(crate) session: Option<i64>,
    pub(crate) decky: Option<i64>,
    pub(crate) kind: i64,
    pub(crate) tactic: i64,
    pub(crate) technique: i64,
    pub(crate) release: i64,
    pub(crate) time: i64,
    pub(crate) confidence: f64,
}

/// How many tags, from when to when, the surest of them.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sum {
    pub(crate) tags: i64,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) confidence: f64,
}

/// Whose row of `rollup_scope`. In the order in which rows are written, so that writers do not wait in a circle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Place {
    pub(crate) scope: i64,
    pub(crate) subject: i64,
    pub(crate) tactic: i64,
    pub(crate) technique: i64,
    pub(crate) release: i64,
}

/// Which row of `rollup_day`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Day {
    pub(crate) number: i64,
    pub(crate) decky: i64,
    pub(crate) kind: i64,
    pub(crate) tactic: i64,
    pub(crate) technique: i64,
}

/// `rollup_scope.scope`.
pub(crate) mod scope {
    pub(crate) const FLEET: i64 = 0;
    pub(crate) const ATTACKER: i64 = 1;
    pub(crate) const IDENTITY: i64 = 2;
    pub(crate) const CAMPAIGN: i64 = 3;
    pub(crate) const SESSION: i64 = 4;
}

/// Tags of one transaction.
#[derive(Debug, Default)]
pub(crate) struct Cells(HashMap<Cell, Sum>);

impl Counted {
    /// The columns of `tag` that [`Self::read`] reads.
    pub(crate) const COLUMNS: &str =
        "attacker, identity, session, decky, kind, tactic, technique, attack_release, created_at, confidence";

    /// From a row that has [`Self::COLUMNS`] from this place on.
    pub(crate) fn read(row: &Row, from: usize) -> Result<Self, sqlx::Error> {
        Ok(Self {
            attacker: row.get(from)?,
            identity: row.get(from + 1)?,
            session: row.get(from + 2)?,
            decky: row.get(from + 3)?,
            kind: row.get(from + 4)?,
            tactic: row.get(from + 5)?,
            technique: row.get(from + 6)?,
            release: row.get(from + 7)?,
            time: row.get(from + 8)?,
            confidence: row.get(from + 9)?,
        })
    }
}

impl Sum {
    fn merge(&mut self, other: Self) {
        self.tags += other.tags;
        self.first = self.first.min(other.first);
        self.last = self.last.max(other.last);
        self.confidence = self.confidence.max(other.confidence);
    }
}

impl Cells {
    pub(crate) fn add(&mut self, tag: &Counted) {
        let cell = Cell {
            attacker: tag.attacker,
            identity: tag.identity,
            session: tag.session,
            decky: tag.decky,
            kind: tag.kind,
            tactic: tag.tactic,
            technique: tag.technique,
            release: tag.release,
            day: tag.time.div_euclid(DAY),
        };
        let one = Sum { tags: 1, first: tag.time, last: tag.time, confidence: tag.confidence };
        self.0.entry(cell).and_modify(|sum| sum.merge(one)).or_insert(one);
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The attackers that tags hang on, each once, in order.
    pub(crate) fn attackers(&self) -> Vec<i64> {
        sorted(self.0.keys().filter_map(|cell| cell.attacker))
    }

    /// The identities that tags hang on themselves, each once, in order.
    pub(crate) fn identities(&self) -> Vec<i64> {
        sorted(self.0.keys().filter_map(|cell| cell.identity))
    }

    /// The sums by row of `rollup_scope`. A tag counts once for an identity, however it belongs to it.
    pub(crate) fn places(&self, projections: &Projections) -> BTreeMap<Place, Sum> {
        let mut places = BTreeMap::new();
        for (cell, sum) in &self.0 {
            let mut add = |scope, subject: Option<i64>| {
                let Some(subject) = subject else { return };
                let Cell { tactic, technique, release, .. } = *cell;
                let place = Place { scope, subject, tactic, technique, release };
                places.entry(place).and_modify(|known: &mut Sum| known.merge(*sum)).or_insert(*sum);
            };
            add(scope::FLEET, Some(0));
            add(scope::ATTACKER, cell.attacker);
            add(scope::SESSION, cell.session);
            let by_attacker = projections.attacker(cell.attacker);
            let own = projections.identity(cell.identity);
            add(scope::IDENTITY, by_attacker.identity);
            add(scope::IDENTITY, own.identity.filter(|_| own.identity != by_attacker.identity));
            add(scope::CAMPAIGN, by_attacker.campaign);
            add(scope::CAMPAIGN, own.campaign.filter(|_| own.campaign != by_attacker.campaign));
        }
        places
    }

    /// The sums by row of `rollup_day`.
    pub(crate) fn days(&self) -> BTreeMap<Day, Sum> {
        let mut days = BTreeMap::new();
        for (cell, sum) in &self.0 {
            let Cell { day, kind, tactic, technique, .. } = *cell;
            let day = Day { number: day, decky: cell.decky.unwrap_or(0), kind, tactic, technique };
            days.entry(day).and_modify(|known: &mut Sum| known.merge(*sum)).or_insert(*sum);
        }
        days
    }
}

fn sorted(keys: impl Iterator<Item = i64>) -> Vec<i64> {
    let mut keys: Vec<i64> = keys.collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}

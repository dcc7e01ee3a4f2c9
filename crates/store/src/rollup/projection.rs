//! To which identity and campaign an attacker's tags, and an identity's own, belong.

use std::collections::HashMap;

use sqlx::Error;

use super::cell::Cells;
use crate::sql::{Row, Tx, Value, chunk};

/// The ends of all pointers; None where nothing is pointed to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Projection {
    pub(crate) identity: Option<i64>,
    pub(crate) campaign: Option<i64>,
}

/// Of the attackers and identities of some tags.
#[derive(Debug, Default)]
pub(crate) struct Projections {
    attackers: HashMap<i64, Projection>,
    identities: HashMap<i64, Projection>,
}

/// The attackers with their projections; a condition on `a.id` follows.
pub(crate) const OF_ATTACKERS: &str = "
    SELECT a.id, g.id, c.root FROM attacker a JOIN identity i ON i.id = a.identity JOIN identity g ON g.id = i.root
    LEFT JOIN campaign c ON c.id = g.campaign WHERE a.id";
/// The same for identities; a condition on `i.id` follows.
pub(crate) const OF_IDENTITIES: &str = "
    SELECT i.id, g.id, c.root FROM identity i JOIN identity g ON g.id = i.root
    LEFT JOIN campaign c ON c.id = g.campaign WHERE i.id";

impl Projections {
    pub(crate) async fn of(tx: &mut Tx<'_>, cells: &Cells) -> Result<Self, Error> {
        let mut found = Self::default();
        for (into, select, keys) in [
            (&mut found.attackers, OF_ATTACKERS, cells.attackers()),
            (&mut found.identities, OF_IDENTITIES, cells.identities()),
        ] {
            let values = keys.into_iter().map(Value::from);
            for row in chunk::all(tx, chunk::selects(&format!("{select} IN "), values, "")).await? {
                let (key, projection) = projection(&row)?;
                into.insert(key, projection);
            }
        }
        Ok(found)
    }

    pub(crate) fn attacker_learn(&mut self, key: i64, projection: Projection) {
        self.attackers.insert(key, projection);
    }

    pub(crate) fn identity_learn(&mut self, key: i64, projection: Projection) {
        self.identities.insert(key, projection);
    }

    pub(super) fn attacker(&self, key: Option<i64>) -> Projection {
        key.and_then(|key| self.attackers.get(&key)).copied().unwrap_or_default()
    }

    pub(super) fn identity(&self, key: Option<i64>) -> Projection {
        key.and_then(|key| self.identities.get(&key)).copied().unwrap_or_default()
    }
}

fn projection(row: &Row) -> Result<(i64, Projection), Error> {
    Ok((row.get(0)?, Projection { identity: row.get(1)?, campaign: row.get(2)? }))
}

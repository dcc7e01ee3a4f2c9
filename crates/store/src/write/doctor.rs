//! Do the rollups say what the tags say?

use std::fmt;

use crate::error::StoreError;
use crate::rollup::{Table, doubted, rebuild};
use crate::sql::{Pool, Query, Row, Tx};
use crate::store::Store;
use crate::write::{Change, Stop};

/// A row of the rollups that differs from the tags.
#[derive(Debug, Clone, PartialEq)]
pub struct Doubt {
    /// The part: `fleet`, `attacker`, `identity`, `campaign`, `session` or `day`.
    pub part: &'static str,
    /// The columns of the row's key, with their stored values.
    pub key: Vec<(&'static str, i64)>,
    /// What the tags say; None where there are none.
    pub expected: Option<Tally>,
    /// What the rollup says; None where it has no row.
    pub found: Option<Tally>,
}

/// A count of tags.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tally {
    /// How many.
    pub tags: i64,
    /// The first event time, in microseconds since 1970.
    pub first: i64,
    /// The last.
    pub last: i64,
    /// The highest confidence.
    pub confidence: f64,
}

impl fmt::Display for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.part)?;
        for (column, value) in &self.key {
            write!(f, " {column}={value}")?;
        }
        for (who, tally) in [("the tags say", self.expected), ("the rollup says", self.found)] {
            match tally {
                Some(it) => {
                    let Tally { tags, first, last, confidence } = it;
                    write!(f, "; {who} {tags} from {first} to {last}, at most {confidence}")?;
                }
                None => write!(f, "; {who} nothing")?,
            }
        }
        Ok(())
    }
}

impl Store {
    /// Compares the rollups with a GROUP BY over the tags; at most `limit` differences of each part, ordered by part,
    /// then key. Reads all tags, while others may write. Days that remember purged tags may say more than the tags.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn doctor(&self, limit: u32) -> Result<Vec<Doubt>, StoreError> {
        let mut doubts = Vec::new();
        for table in Table::ALL {
            let history = history(&self.pool).await?;
            let query = doubted(table, self.pool.dialect(), history, limit);
            for row in self.pool.all(&query).await? {
                doubts.push(doubt(table, &row)?);
            }
        }
        Ok(doubts)
    }

    /// Makes the rollups anew from the tags, in one transaction, while other writers wait. Days that remember purged
    /// tags stay as they are.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn doctor_repair(&self) -> Result<(), StoreError> {
        self.change(Repair).await
    }
}

/// The last day that remembers purged tags.
const HISTORY: &str = "SELECT day FROM rollup_history WHERE id = 1";

async fn history(pool: &Pool) -> Result<Option<i64>, sqlx::Error> {
    pool.first(&Query::new(HISTORY)).await?.map(|row| row.get(0)).transpose()
}

struct Repair;

impl Change for Repair {
    type Done = ();
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let history = tx.first(&Query::new(HISTORY)).await?.map(|row| row.get(0)).transpose()?;
        for table in Table::ALL {
            rebuild(tx, table, history, &[]).await?;
        }
        Ok(())
    }
}

fn doubt(table: Table, row: &Row) -> Result<Doubt, StoreError> {
    let columns: Vec<&'static str> = table.key().split(", ").collect();
    let mut key = Vec::with_capacity(columns.len());
    for (place, column) in columns.iter().enumerate() {
        key.push((*column, row.get(place)?));
    }
    // Each sum as expected, then as found.
    let tally = |of: usize| -> Result<Option<Tally>, StoreError> {
        let sum = |place: usize| row.get::<i64>(columns.len() + 2 * place + of);
        let tally = Tally {
            tags: sum(0)?,
            first: sum(1)?,
            last: sum(2)?,
            confidence: row.get(columns.len() + 6 + of)?,
        };
        Ok((tally.tags != 0).then_some(tally))
    };
    Ok(Doubt { part: table.name(), key, expected: tally(0)?, found: tally(1)? })
}

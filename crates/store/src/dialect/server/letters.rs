//! Dead letters.

use std::collections::{BTreeMap, HashSet};

use sqlx::Error;
use vespid_model::UtcMicros;

use crate::batch::DeadLetter;
use crate::dialect::letter::uid;
use crate::sql::chunk::{self, ROWS, padded};
use crate::sql::{Query, Tx, Value};

/// What makes a letter one, in the order of the index.
type Key = (i64, u64, [u8; 16]);

/// Stores those that are not there; returns how many.
pub(super) async fn store(tx: &mut Tx<'_>, letters: &[DeadLetter], now: UtcMicros) -> Result<u64, Error> {
    let mut new: BTreeMap<Key, &DeadLetter> = BTreeMap::new();
    for letter in letters {
        new.entry((letter.source, letter.position, uid(letter))).or_insert(letter);
    }
    for key in known(tx, &new).await? {
        new.remove(&key);
    }
    let rows = new.iter().map(|((source, position, uid), letter)| {
        vec![
            (*source).into(),
            (*position).into(),
            letter.length.into(),
            letter.reason.into(),
            Value::from(&*letter.detail),
            Value::from(&*letter.excerpt),
            uid.into(),
            now.as_micros().into(),
        ]
    });
    let into =
        "INSERT INTO dead_letter (source, position, length, reason, detail, excerpt, uid, seen_at) VALUES ";
    chunk::run(tx, chunk::inserts(into, rows)).await?;
    Ok(new.len() as u64)
}

/// All letters at the places of these.
async fn known(tx: &mut Tx<'_>, letters: &BTreeMap<Key, &DeadLetter>) -> Result<HashSet<Key>, Error> {
    let mut places: BTreeMap<i64, Vec<u64>> = BTreeMap::new();
    for (source, position, _) in letters.keys() {
        places.entry(*source).or_default().push(*position);
    }
    let mut known = HashSet::new();
    for (source, mut positions) in places {
        positions.dedup();
        for chunk in positions.chunks(ROWS) {
            let mut query = Query::new("SELECT position, uid FROM dead_letter WHERE source = ");
            query.bind(source).push(" AND position IN ").list(padded(chunk).into_iter().map(Value::from));
            for row in tx.all(&query).await? {
                let position = row.get::<i64>(0)?.cast_unsigned();
                let uid = row.get::<Vec<u8>>(1)?.try_into().map_err(|_| Error::RowNotFound)?;
                known.insert((source, position, uid));
            }
        }
    }
    Ok(known)
}

//! The rows of attackers.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;

use sqlx::Error;
use vespid_model::event::Event;
use vespid_model::id::AttackerId;

use super::sessions::by_id;
use crate::dialect::grown::Growth;
use crate::sql::chunk::{self, FEW, padded};
use crate::sql::{Dialect, Query, Tx, Value};

/// The attackers of these events, made where they are new, and how many were made. Their rows are locked until the
/// transaction ends: whoever writes of the same attackers waits here, before holding anything that others wait for.
pub(super) async fn lock(tx: &mut Tx<'_>, events: &[&Event]) -> Result<(HashMap<IpAddr, i64>, u64), Error> {
    let first = events.iter().map(|event| (event.source_ip, event.time.as_micros()));
    let wanted: HashMap<IpAddr, i64> = first.collect();
    let lock = match tx.dialect() {
        // Rows that refer to them may be made by others all the same.
        Dialect::Postgres => " ORDER BY ip FOR NO KEY UPDATE",
        _ => " ORDER BY ip FOR UPDATE",
    };
    let mut keys = HashMap::new();
    let mut made = 0;
    for make in [false, true] {
        let unknown: BTreeSet<IpAddr> = wanted.keys().filter(|ip| !keys.contains_key(*ip)).copied().collect();
        if unknown.is_empty() {
            break;
        }
        if make {
            made = unknown.len() as u64;
            let rows = unknown.iter().map(|ip| {
                let time = Value::from(wanted[ip]);
                vec![AttackerId::derive(*ip).as_bytes().into(), ip.to_string().into(), time.clone(), time]
            });
            chunk::run(
                tx,
                chunk::inserts("INSERT INTO attacker (uid, ip, first_seen, last_seen) VALUES ", rows),
            )
            .await?;
        }
        let values = unknown.iter().map(|ip| Value::from(ip.to_string()));
        let rows =
            chunk::all(tx, chunk::selects("SELECT ip, id FROM attacker WHERE ip IN ", values, lock)).await?;
        for row in rows {
            let ip = row.get::<String>(0)?.parse().map_err(|error| Error::Decode(Box::new(error)))?;
            keys.insert(ip, row.get(1)?);
        }
    }
    Ok((keys, made))
}

/// Adds what the new events say.
pub(super) async fn grow(tx: &mut Tx<'_>, grown: &HashMap<i64, Growth>) -> Result<(), Error> {
    let mut rows: Vec<_> = grown.iter().map(|(key, growth)| (*key, growth)).collect();
    rows.sort_by_key(|(key, _)| *key);
    for chunk in rows.chunks(FEW) {
        let chunk = &padded(chunk);
        let mut query = Query::new("UPDATE attacker SET first_seen = LEAST(first_seen, ");
        by_id(&mut query, chunk, |growth| growth.first.as_micros().into());
        query.push("), last_seen = GREATEST(last_seen, ");
        by_id(&mut query, chunk, |growth| growth.last.as_micros().into());
        query.push("), event_count = event_count + ");
        by_id(&mut query, chunk, |growth| growth.events.into());
        query.push(" WHERE id IN ").list(chunk.iter().map(|(key, _)| Value::from(*key)));
        tx.run(&query).await?;
    }
    Ok(())
}

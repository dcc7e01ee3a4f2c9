//! The rows of sessions.

use std::collections::{BTreeSet, HashMap};

use sqlx::Error;

use super::anchors::{Anchors, SessionName};
use crate::dialect::grown::{Facts, Growth};
use crate::sql::chunk::{self, FEW, padded};
use crate::sql::{Dialect, Query, Tx, Value};

type Grown<'a> = HashMap<SessionName<'a>, (Growth, Facts)>;

/// Learns the keys of these sessions, makes rows for new ones and adds to the others what the new events say. Returns
/// how many were made.
pub(super) async fn store(
    tx: &mut Tx<'_>,
    anchors: &mut Anchors,
    names: &BTreeSet<SessionName<'_>>,
    grown: &Grown<'_>,
) -> Result<u64, Error> {
    learn(tx, anchors, names.iter().filter(|name| anchors.session(name).is_none()).collect()).await?;
    let new: Vec<_> = names.iter().filter(|name| anchors.session(name).is_none()).collect();
    let mut old: Vec<_> =
        grown.iter().filter_map(|(name, grown)| Some((anchors.session(name)?, grown))).collect();
    old.sort_by_key(|(key, _)| *key);

    // A session that is not there has no events there: all of them are in this batch.
    let rows = new.iter().filter_map(|name| {
        let (decky, attacker, text) = name;
        let (growth, facts) = grown.get(*name)?;
        Some(vec![
            Value::from(*decky),
            Value::from(&**text),
            Value::from(*attacker),
            growth.first.as_micros().into(),
            growth.last.as_micros().into(),
            growth.events.into(),
            facts.commands.into(),
            facts.service.clone().into(),
            facts.client_version.clone().into(),
            facts.hassh.clone().into(),
            facts.login.clone().into(),
        ])
    });
    let into = "INSERT INTO session (decky, name, attacker, first_seen, last_seen, event_count, command_count, service,
                                     client_version, hassh, login) VALUES ";
    chunk::run(tx, chunk::inserts(into, rows)).await?;
    grow(tx, &old).await?;
    let made = new.len() as u64;
    learn(tx, anchors, new).await?;
    Ok(made)
}

async fn learn(tx: &mut Tx<'_>, anchors: &mut Anchors, names: Vec<&SessionName<'_>>) -> Result<(), Error> {
    for chunk in names.chunks(FEW) {
        for row in tx.all(&named(tx.dialect(), &padded(chunk))).await? {
            anchors.session_learn(row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        }
    }
    Ok(())
}

/// Asked as MariaDB is, PostgreSQL takes what all conditions share, a decky or an attacker, and reads all its sessions;
/// asked as PostgreSQL is, MariaDB does not understand.
fn named(dialect: Dialect, names: &[&SessionName<'_>]) -> Query {
    let mut query = Query::new("SELECT s.decky, s.attacker, s.name, s.id FROM ");
    if dialect == Dialect::Postgres {
        let row = |(decky, attacker, name): &SessionName<'_>| {
            [Value::from(&**name), Value::from(*decky), Value::from(*attacker)]
        };
        query.push("(VALUES ").rows(names.iter().map(|name| row(name)));
        query.push(") k (name, decky, attacker) JOIN session s ON s.name = k.name AND s.decky = k.decky");
        query.push(" AND s.attacker = k.attacker");
        return query;
    }
    query.push("session s WHERE ");
    for (place, (decky, attacker, name)) in names.iter().enumerate() {
        query.push(if place == 0 { "(s.name = " } else { " OR (s.name = " }).bind(&**name);
        query.push(" AND s.decky = ").bind(*decky).push(" AND s.attacker = ").bind(*attacker).push(")");
    }
    query
}

async fn grow(tx: &mut Tx<'_>, rows: &[(i64, &(Growth, Facts))]) -> Result<(), Error> {
    type Text = fn(&Facts) -> &Option<String>;
    const TEXTS: [(&str, Text); 4] = [
        ("service", |facts| &facts.service),
        ("client_version", |facts| &facts.client_version),
        ("hassh", |facts| &facts.hassh),
        ("login", |facts| &facts.login),
    ];
    for chunk in rows.chunks(FEW) {
        let chunk = &padded(chunk);
        let mut query = Query::new("UPDATE session SET first_seen = LEAST(first_seen, ");
        by_id(&mut query, chunk, |(growth, _)| growth.first.as_micros().into());
        query.push("), last_seen = GREATEST(last_seen, ");
        by_id(&mut query, chunk, |(growth, _)| growth.last.as_micros().into());
        query.push("), event_count = event_count + ");
        by_id(&mut query, chunk, |(growth, _)| growth.events.into());
        query.push(", command_count = command_count + ");
        by_id(&mut query, chunk, |(_, facts)| facts.commands.into());
        for (column, text) in TEXTS {
            // Whether LEAST of a value and NULL is the value or NULL depends on the server.
            let value = |(_, facts): &(Growth, Facts)| Value::from(text(facts).clone());
            query.push(&format!(", {column} = COALESCE(LEAST({column}, "));
            by_id(&mut query, chunk, value);
            query.push(&format!("), {column}, "));
            by_id(&mut query, chunk, value);
            query.push(")");
        }
        query.push(" WHERE id IN ").list(chunk.iter().map(|(key, _)| Value::from(*key)));
        tx.run(&query).await?;
    }
    Ok(())
}

/// Adds the value that belongs to a row's id.
pub(super) fn by_id<T>(query: &mut Query, rows: &[(i64, &T)], value: impl Fn(&T) -> Value) {
    query.push("CASE id");
    for (key, of) in rows {
        query.push(" WHEN ").bind(*key).push(" THEN ").bind(value(of));
    }
    query.push(" END");
}

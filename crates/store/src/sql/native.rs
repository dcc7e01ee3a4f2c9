//! Queries on SQLite's writing thread.

use rusqlite::{Connection, Statement, params_from_iter, types};

use super::query::{Query, Value};
use super::row::Row;

/// All rows.
pub(super) fn all(connection: &Connection, query: &Query) -> Result<Vec<Row>, sqlx::Error> {
    #[cfg(test)]
    super::watched::see(&query.text);
    let read = |statement: &mut Statement<'_>| -> rusqlite::Result<Vec<Row>> {
        let columns = statement.column_count();
        let rows = statement.query_map(params_from_iter(query.values.iter().map(native)), |row| {
            (0..columns).map(|place| row.get(place)).collect::<rusqlite::Result<_>>().map(Row::Native)
        })?;
        rows.collect()
    };
    connection.prepare_cached(&query.text).and_then(|mut statement| read(&mut statement)).map_err(handed_on)
}

/// Runs a statement; returns how many rows it changed.
pub(super) fn run(connection: &Connection, query: &Query) -> Result<u64, sqlx::Error> {
    #[cfg(test)]
    super::watched::see(&query.text);
    let rows = connection
        .prepare_cached(&query.text)
        .and_then(|mut statement| statement.execute(params_from_iter(query.values.iter().map(native))))
        .map_err(handed_on)?;
    Ok(rows as u64)
}

fn native(value: &Value) -> types::Value {
    match value.clone() {
        Value::Int(it) => it.into(),
        Value::Real(it) => it.into(),
        Value::Text(it) => it.into(),
        Value::Bytes(it) => it.into(),
    }
}

/// Work that runs on every database has the servers' kind of error.
fn handed_on(error: rusqlite::Error) -> sqlx::Error {
    sqlx::Error::AnyDriverError(Box::new(error))
}

/// What [`handed_on`] hid.
pub(crate) fn taken_back(error: sqlx::Error) -> Result<rusqlite::Error, sqlx::Error> {
    match error {
        sqlx::Error::AnyDriverError(inner) => match inner.downcast() {
            Ok(native) => Ok(*native),
            Err(other) => Err(sqlx::Error::AnyDriverError(other)),
        },
        other => Err(other),
    }
}

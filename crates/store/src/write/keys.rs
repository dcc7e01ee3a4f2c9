//! Ids to integer keys.

use std::collections::HashMap;

use sqlx::Error;
use uuid::Uuid;

use super::Stop;
use crate::dialect::server;
use crate::error::StoreError;
use crate::sql::{Dialect, Query, Tx, Value, chunk};

/// The end of a query whose rows are to stay as they are until the transaction ends. SQLite has one writer anyway.
pub(super) fn locked(tx: &Tx<'_>) -> &'static str {
    if tx.dialect() == Dialect::Sqlite { "" } else { " FOR UPDATE" }
}

/// The key of the row with this id; None when there is none.
pub(super) async fn find(tx: &mut Tx<'_>, table: &str, id: &[u8; 16]) -> Result<Option<i64>, Error> {
    let mut query = Query::new(&format!("SELECT id FROM {table} WHERE uid = "));
    query.bind(id);
    tx.first(&query).await?.map(|row| row.get(0)).transpose()
}

/// The key of a row that must be there; `noun` is what it is called when it is not.
pub(super) async fn known(
    tx: &mut Tx<'_>,
    (table, noun): (&str, &'static str),
    id: &[u8; 16],
) -> Result<i64, Stop> {
    Ok(find(tx, table, id).await?.ok_or_else(|| unknown(noun, id))?)
}

/// The keys of those of these ids that are there.
pub(super) async fn all(
    tx: &mut Tx<'_>,
    table: &str,
    ids: impl IntoIterator<Item = [u8; 16]>,
) -> Result<HashMap<[u8; 16], i64>, Error> {
    let values = ids.into_iter().map(|id| Value::from(&id));
    let find = chunk::selects(&format!("SELECT uid, id FROM {table} WHERE uid IN "), values, "");
    chunk::all(tx, find).await?.iter().map(|row| Ok((sixteen(row.get(0)?)?, row.get(1)?))).collect()
}

/// What is looked up by is not too long for this database.
pub(super) fn fits(tx: &Tx<'_>, noun: &'static str, name: &str) -> Result<(), StoreError> {
    if tx.dialect() == Dialect::Sqlite { Ok(()) } else { server::fits(noun, name) }
}

pub(super) fn unknown(noun: &'static str, id: &[u8; 16]) -> StoreError {
    StoreError::Unknown { noun, id: Uuid::from_bytes(*id).to_string() }
}

pub(super) fn sixteen(bytes: Vec<u8>) -> Result<[u8; 16], Error> {
    bytes.try_into().map_err(|_| Error::Decode("an id that has not sixteen bytes".into()))
}

/// Sets one column of all these rows.
pub(super) async fn set(
    tx: &mut Tx<'_>,
    (table, column): (&str, &str),
    value: Value,
    keys: &[i64],
) -> Result<(), Error> {
    for part in keys.chunks(chunk::ROWS) {
        let mut query = Query::new(&format!("UPDATE {table} SET {column} = "));
        query.bind(value.clone()).push(" WHERE id IN ");
        query.list(chunk::padded(part).into_iter().map(Value::from));
        tx.run(&query).await?;
    }
    Ok(())
}

/// The keys of a query over these rows, which has one column.
pub(super) async fn of(tx: &mut Tx<'_>, select: &str, keys: &[i64]) -> Result<Vec<i64>, Error> {
    let values = keys.iter().map(|key| Value::from(*key));
    let rows = chunk::all(tx, chunk::selects(select, values, "")).await?;
    rows.iter().map(|row| row.get(0)).collect()
}

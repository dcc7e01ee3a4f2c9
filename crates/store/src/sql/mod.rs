//! Queries that are written once for every database: a text with `?` for each value, and rows read by position.

mod pool;
mod query;
mod row;

pub(crate) use pool::{Dialect, Pool, Tx, without_nul};
pub(crate) use query::{Query, Value};
pub(crate) use row::Row;

//! Queries that are written once for every database: a text with `?` for each value, and rows read by position.

pub(crate) mod chunk;
mod native;
mod pool;
mod query;
mod row;

pub(crate) use native::taken_back;
#[cfg(test)]
pub(crate) use pool::watched;
pub(crate) use pool::{Dialect, Pool, Tx, without_nul};
pub(crate) use query::{Query, Value};
pub(crate) use row::{Column, Row};

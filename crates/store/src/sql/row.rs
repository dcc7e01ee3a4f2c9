//! Rows of any database, read by position.

use rusqlite::types::FromSql;
use sqlx::mysql::{MySql, MySqlRow};
use sqlx::postgres::{PgRow, Postgres};
use sqlx::sqlite::{Sqlite, SqliteRow};
use sqlx::{Decode, Row as _, Type};

/// One row.
#[derive(Debug)]
pub(crate) enum Row {
    Sqlite(SqliteRow),
    /// Read on SQLite's writing thread.
    Native(Vec<rusqlite::types::Value>),
    MySql(MySqlRow),
    Postgres(PgRow),
}

/// What a column can be read as: `i64`, `f64`, `String`, `Vec<u8>` and options of them.
pub(crate) trait Column:
    FromSql
    + for<'r> Decode<'r, Sqlite>
    + Type<Sqlite>
    + for<'r> Decode<'r, MySql>
    + Type<MySql>
    + for<'r> Decode<'r, Postgres>
    + Type<Postgres>
{
}

impl<T> Column for T where
    T: FromSql
        + for<'r> Decode<'r, Sqlite>
        + Type<Sqlite>
        + for<'r> Decode<'r, MySql>
        + Type<MySql>
        + for<'r> Decode<'r, Postgres>
        + Type<Postgres>
{
}

impl Row {
    /// The column at this place.
    pub(crate) fn get<T: Column>(&self, place: usize) -> Result<T, sqlx::Error> {
        match self {
            Self::Sqlite(row) => row.try_get(place),
            Self::Native(values) => {
                let value = values
                    .get(place)
                    .ok_or_else(|| sqlx::Error::ColumnIndexOutOfBounds { index: place, len: values.len() })?;
                T::column_result(value.into()).map_err(|error| sqlx::Error::Decode(Box::new(error)))
            }
            Self::MySql(row) => row.try_get(place),
            Self::Postgres(row) => row.try_get(place),
        }
    }
}

//! Values as the source has them: SQLite's have a type each, MySQL gives all as texts.

use sqlx::mysql::MySqlRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, TypeInfo as _, ValueRef as _};

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    Null,
    Int(i64),
    Real(f64),
    Text(String),
    Bytes(Vec<u8>),
    /// A text that is no UTF-8.
    Broken(Vec<u8>),
}

impl Cell {
    pub(super) fn of_sqlite(row: &SqliteRow, place: usize) -> Result<Self, sqlx::Error> {
        let value = row.try_get_raw(place)?;
        if value.is_null() {
            return Ok(Self::Null);
        }
        Ok(match value.type_info().name() {
            "INTEGER" => Self::Int(row.try_get_unchecked(place)?),
            "REAL" => Self::Real(row.try_get_unchecked(place)?),
            "TEXT" => match row.try_get_unchecked(place) {
                Ok(text) => Self::Text(text),
                Err(_) => Self::Broken(row.try_get_unchecked(place)?),
            },
            _ => Self::Bytes(row.try_get_unchecked(place)?),
        })
    }

    /// Of a column that was cast to a text.
    pub(super) fn of_mysql(row: &MySqlRow, place: usize) -> Result<Self, sqlx::Error> {
        Ok(row.try_get_unchecked::<Option<String>, _>(place)?.map_or(Self::Null, Self::Text))
    }

    /// As it is shown to people.
    pub(super) fn shown(&self) -> String {
        match self {
            Self::Null => "NULL".to_owned(),
            Self::Int(value) => value.to_string(),
            Self::Real(value) => value.to_string(),
            Self::Text(text) => text.chars().take(80).collect(),
            Self::Bytes(bytes) | Self::Broken(bytes) => {
                String::from_utf8_lossy(bytes).chars().take(80).collect()
            }
        }
    }
}

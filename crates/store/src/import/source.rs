//! The foreign database: only read, in one snapshot, a page of rows at a time by primary key.

use std::collections::HashSet;
use std::sync::Arc;

use sqlx::mysql::MySql;
use sqlx::sqlite::Sqlite;
use sqlx::{
    Arguments, AssertSqlSafe, Connection, Database, Encode, Executor, MySqlConnection, SqliteConnection, Type,
};

use super::cell::Cell;
use super::connect;
use super::line::Line;
use crate::error::StoreError;
use crate::read::page;
use crate::url::{Address, Server, address};

/// A table of DECNET: of its columns those that are read, the primary key first.
pub(super) struct Table {
    pub(super) name: &'static str,
    pub(super) columns: &'static [&'static str],
    /// Those that may be large.
    pub(super) large: &'static [&'static str],
    /// Rows of a page.
    pub(super) rows: u32,
}

/// A column that holds bytes; all others hold numbers and texts.
const BYTES: &str = "kd_digraph_simhash";
pub(super) enum Source {
    Sqlite(SqliteConnection),
    MySql(MySqlConnection),
}

/// A table while it is read.
pub(super) struct Reading {
    table: &'static Table,
    columns: Arc<[&'static str]>,
    after: Option<Cell>,
}

impl Source {
    pub(super) async fn open(url: &str) -> Result<Self, StoreError> {
        let mut source = match address(url)? {
            Address::Sqlite(path) => Self::Sqlite(connect::sqlite(&path).await?),
            Address::MySql(Server { options, shown }) => {
                let failed = |error| StoreError::Open { database: shown.clone(), error };
                Self::MySql(connect::mysql(*options).await.map_err(failed)?)
            }
            Address::Postgres(_) => {
                return Err(StoreError::BadUrl {
                    scheme: "postgres".to_owned(),
                    why: "DECNET's data are in SQLite or MySQL",
                });
            }
        };
        let snapshot = match &mut source {
            Self::Sqlite(connection) => connection.execute("BEGIN").await.map(drop),
            Self::MySql(connection) => {
                connection.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY").await.map(drop)
            }
        };
        snapshot.map_err(StoreError::Source)?;
        Ok(source)
    }

    /// Does it have the tables of DECNET? Those of Vespid's own databases are views.
    pub(super) async fn is_decnet(&mut self) -> Result<bool, StoreError> {
        let has = !self.columns("attackers").await?.is_empty() || !self.columns("ttp_tag").await?.is_empty();
        Ok(has && self.columns("source_offset").await?.is_empty())
    }

    pub(super) async fn close(self) {
        // Nothing was written: there is nothing to lose.
        let _ = match self {
            Self::Sqlite(connection) => connection.close().await,
            Self::MySql(connection) => connection.close().await,
        };
    }

    /// Begins to read a table; also the columns that it has not. None when there is no such table.
    pub(super) async fn read(
        &mut self,
        table: &'static Table,
    ) -> Result<Option<(Reading, Vec<&'static str>)>, StoreError> {
        let there = self.columns(table.name).await?;
        if !table.columns.first().is_some_and(|key| there.contains(*key)) {
            return Ok(None);
        }
        let (columns, missing): (Vec<_>, Vec<_>) =
            table.columns.iter().copied().partition(|column| there.contains(*column));
        Ok(Some((Reading { table, columns: columns.into(), after: None }, missing)))
    }

    /// The next rows; none at the end. The large values of a page stay within a bound, unless one row has more.
    pub(super) async fn page(&mut self, reading: &mut Reading) -> Result<Vec<Line>, StoreError> {
        let Reading { table, columns, after } = reading;
        let key = table.columns[0];
        let condition = match after {
            None => String::new(),
            Some(Cell::Null) => format!(" WHERE {key} IS NOT NULL"),
            // Bytes come behind all texts.
            Some(Cell::Broken(_)) => format!(" WHERE {key} > CAST(? AS TEXT)"),
            Some(_) => format!(" WHERE {key} > ?"),
        };
        let large: Vec<String> = columns
            .iter()
            .filter(|column| table.large.contains(column))
            .map(|column| format!("COALESCE(OCTET_LENGTH({column}), 0)"))
            .collect();
        let mut limit = table.rows;
        if !large.is_empty() {
            let size = self.selected(&format!("({})", large.join(" + ")));
            let query = format!("SELECT {size} FROM {}{condition} ORDER BY {key} LIMIT {limit}", table.name);
            let sizes = self.lines(query, after.as_ref(), &["size"].into()).await?;
            let sizes: Vec<i64> = sizes.iter().filter_map(|line| line.maybe_int("size").ok()?).collect();
            limit = page::first(&sizes);
        }
        let select: Vec<String> = columns.iter().map(|column| self.selected(column)).collect();
        let (select, from) = (select.join(", "), table.name);
        let query = format!("SELECT {select} FROM {from}{condition} ORDER BY {key} LIMIT {limit}");
        let lines = self.lines(query, after.as_ref(), columns).await?;
        if let Some(last) = lines.last() {
            *after = last.cells.first().cloned();
        }
        Ok(lines)
    }

    /// Addresses that several attackers have, or may have: those of IPv6 have several spellings.
    pub(super) async fn shared_addresses(&mut self) -> Result<Vec<String>, StoreError> {
        let ip = self.selected("ip");
        let query = format!("SELECT {ip} FROM attackers GROUP BY ip HAVING COUNT(*) > 1 OR ip LIKE '%:%'");
        let lines = self.lines(query, None, &["ip"].into()).await?;
        Ok(lines.iter().filter_map(|line| line.text("ip").ok()).collect())
    }

    async fn columns(&mut self, table: &'static str) -> Result<HashSet<String>, StoreError> {
        const SQLITE: &str = "SELECT name FROM pragma_table_info(?)";
        const MYSQL: &str = "SELECT CAST(column_name AS CHAR) FROM information_schema.columns
                             WHERE table_schema = DATABASE() AND table_name = ?";
        let names: Result<Vec<String>, _> = match self {
            Self::Sqlite(connection) => sqlx::query_scalar(SQLITE).bind(table).fetch_all(connection).await,
            Self::MySql(connection) => sqlx::query_scalar(MYSQL).bind(table).fetch_all(connection).await,
        };
        Ok(names.map_err(StoreError::Source)?.into_iter().collect())
    }

    /// MySQL's types are many; their texts are what DECNET reads, a FLOAT's six digits too.
    fn selected(&self, column: &str) -> String {
        match self {
            Self::Sqlite(_) => column.to_owned(),
            Self::MySql(_) if column == BYTES => format!("HEX({column})"),
            Self::MySql(_) => format!("CAST({column} AS CHAR)"),
        }
    }

    async fn lines(
        &mut self,
        query: String,
        after: Option<&Cell>,
        columns: &Arc<[&'static str]>,
    ) -> Result<Vec<Line>, StoreError> {
        let cells = self.cells(query, after, columns.len()).await.map_err(StoreError::Source)?;
        Ok(cells.into_iter().map(|cells| Line { columns: Arc::clone(columns), cells }).collect())
    }

    async fn cells(
        &mut self,
        query: String,
        after: Option<&Cell>,
        columns: usize,
    ) -> Result<Vec<Vec<Cell>>, sqlx::Error> {
        let query = AssertSqlSafe(query);
        let places = 0..columns;
        match self {
            Self::Sqlite(connection) => {
                let rows = sqlx::query_with(query, key::<Sqlite>(after)?).fetch_all(connection).await?;
                rows.iter().map(|row| places.clone().map(|at| Cell::of_sqlite(row, at)).collect()).collect()
            }
            Self::MySql(connection) => {
                let rows = sqlx::query_with(query, key::<MySql>(after)?).fetch_all(connection).await?;
                rows.iter().map(|row| places.clone().map(|at| Cell::of_mysql(row, at)).collect()).collect()
            }
        }
    }
}

/// The key after which a page begins, as it was read.
fn key<DB: Database>(after: Option<&Cell>) -> Result<DB::Arguments, sqlx::Error>
where
    DB::Arguments: Arguments<Database = DB>,
    i64: for<'q> Encode<'q, DB> + Type<DB>,
    f64: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> &'q str: Encode<'q, DB> + Type<DB>,
    for<'q> &'q [u8]: Encode<'q, DB> + Type<DB>,
{
    let mut arguments = DB::Arguments::default();
    match after {
        None | Some(Cell::Null) => Ok(()),
        Some(Cell::Int(value)) => arguments.add(*value),
        Some(Cell::Real(value)) => arguments.add(*value),
        Some(Cell::Text(text)) => arguments.add(text.as_str()),
        Some(Cell::Bytes(bytes) | Cell::Broken(bytes)) => arguments.add(bytes.as_slice()),
    }
    .map_err(sqlx::Error::Encode)?;
    Ok(arguments)
}

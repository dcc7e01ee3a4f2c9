//! Connections to any database.

use std::borrow::Cow;

use futures_util::TryStreamExt;
use sqlx::database::HasStatementCache;
use sqlx::mysql::{MySql, MySqlPool, MySqlQueryResult};
use sqlx::postgres::{PgPool, PgQueryResult, Postgres};
use sqlx::sqlite::{Sqlite, SqlitePool, SqliteQueryResult};
use sqlx::{Arguments, AssertSqlSafe, Database, Encode, Executor, IntoArguments, Transaction, Type};

use super::native;
use super::query::{Query, Value};
use super::row::Row;

/// Which database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Sqlite,
    MySql,
    Postgres,
}

impl Dialect {
    /// What to cast a sum to: sums are decimals on servers.
    pub(crate) const fn integer(self) -> &'static str {
        match self {
            Self::MySql => "SIGNED",
            Self::Sqlite | Self::Postgres => "BIGINT",
        }
    }
}

/// Connections of one database. Clones share them.
#[derive(Debug, Clone)]
pub(crate) enum Pool {
    Sqlite(SqlitePool),
    MySql(MySqlPool),
    Postgres(PgPool),
}

/// A transaction. One on a server is rolled back when it is dropped.
pub(crate) enum Tx<'a> {
    /// The writing thread's connection; the thread begins and ends the transaction. Nothing here ever waits.
    Sqlite(&'a mut rusqlite::Connection),
    /// A connection that only reads.
    SqliteLook(Transaction<'static, Sqlite>),
    MySql(Transaction<'static, MySql>),
    Postgres(Transaction<'static, Postgres>),
}

impl Pool {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) => Dialect::Sqlite,
            Self::MySql(_) => Dialect::MySql,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// A transaction for who only looks, on a database that need not be writable. It ends when it is dropped.
    pub(crate) async fn look(&self) -> Result<Tx<'static>, sqlx::Error> {
        Ok(match self {
            Self::Sqlite(pool) => Tx::SqliteLook(pool.begin().await?),
            Self::MySql(pool) => Tx::MySql(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }

    /// Waits for what is being read and closes the connections.
    pub(crate) async fn close(&self) {
        match self {
            Self::Sqlite(pool) => pool.close().await,
            Self::MySql(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// All rows.
    pub(crate) async fn all(&self, query: &Query) -> Result<Vec<Row>, sqlx::Error> {
        let text = query.text_for(self.dialect());
        #[cfg(test)]
        watched::see(&text);
        Ok(match self {
            Self::Sqlite(pool) => collect(all(pool, text, query, true).await?, Row::Sqlite),
            Self::MySql(pool) => collect(all(pool, text, query, true).await?, Row::MySql),
            Self::Postgres(pool) => collect(all(pool, text, query, true).await?, Row::Postgres),
        })
    }

    /// The first row, None when there is none.
    pub(crate) async fn first(&self, query: &Query) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.all(query).await?.into_iter().next())
    }

    /// The first row of a query that always has one.
    pub(crate) async fn one(&self, query: &Query) -> Result<Row, sqlx::Error> {
        self.first(query).await?.ok_or(sqlx::Error::RowNotFound)
    }
}

impl Pool {
    /// Hands over row after row as they come, until `each` says no.
    pub(crate) async fn each<E: From<sqlx::Error>>(
        &self,
        query: &Query,
        mut each: impl FnMut(Row) -> Result<bool, E> + Send,
    ) -> Result<(), E> {
        let text = query.text_for(self.dialect());
        #[cfg(test)]
        watched::see(&text);
        match self {
            Self::Sqlite(pool) => self::each(pool, text, query, |row| each(Row::Sqlite(row))).await,
            Self::MySql(pool) => self::each(pool, text, query, |row| each(Row::MySql(row))).await,
            Self::Postgres(pool) => self::each(pool, text, query, |row| each(Row::Postgres(row))).await,
        }
    }
}

impl Tx<'_> {
    pub(crate) const fn dialect(&self) -> Dialect {
        match self {
            Self::Sqlite(_) | Self::SqliteLook(_) => Dialect::Sqlite,
            Self::MySql(_) => Dialect::MySql,
            Self::Postgres(_) => Dialect::Postgres,
        }
    }

    /// All rows. PostgreSQL plans each time: a plan that it kept would be the one for the size that a table had when it
    /// was new, and read all of it.
    pub(crate) async fn all(&mut self, query: &Query) -> Result<Vec<Row>, sqlx::Error> {
        let text = query.text_for(self.dialect());
        Ok(match self {
            Self::Sqlite(connection) => native::all(connection, query)?,
            Self::SqliteLook(tx) => {
                #[cfg(test)]
                watched::see(&text);
                collect(all(&mut **tx, text, query, true).await?, Row::Sqlite)
            }
            Self::MySql(tx) => collect(all(&mut **tx, text, query, true).await?, Row::MySql),
            Self::Postgres(tx) => collect(all(&mut **tx, text, query, false).await?, Row::Postgres),
        })
    }

    /// The first row, None when there is none.
    pub(crate) async fn first(&mut self, query: &Query) -> Result<Option<Row>, sqlx::Error> {
        Ok(self.all(query).await?.into_iter().next())
    }

    /// Runs a statement; returns how many rows it found.
    pub(crate) async fn run(&mut self, query: &Query) -> Result<u64, sqlx::Error> {
        let text = query.text_for(self.dialect());
        match self {
            Self::Sqlite(connection) => native::run(connection, query),
            Self::SqliteLook(tx) => run(&mut **tx, text, query, SqliteQueryResult::rows_affected).await,
            Self::MySql(tx) => run(&mut **tx, text, query, MySqlQueryResult::rows_affected).await,
            Self::Postgres(tx) => run(&mut **tx, text, query, PgQueryResult::rows_affected).await,
        }
    }

    pub(crate) async fn commit(self) -> Result<(), sqlx::Error> {
        match self {
            Self::Sqlite(_) => Ok(()),
            Self::SqliteLook(tx) => tx.commit().await,
            Self::MySql(tx) => tx.commit().await,
            Self::Postgres(tx) => tx.commit().await,
        }
    }
}

/// A database whose values are bound as ours are.
trait Bindable: Database {
    /// What the database can hold of a text.
    fn text(text: &str) -> Cow<'_, str> {
        Cow::Borrowed(text)
    }
}

impl Bindable for Sqlite {}
impl Bindable for MySql {}
impl Bindable for Postgres {
    fn text(text: &str) -> Cow<'_, str> {
        without_nul(text)
    }
}

/// PostgreSQL's texts hold every character but NUL. U+FFFD stands for it.
pub(crate) fn without_nul(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { Cow::Owned(text.replace('\0', "\u{FFFD}")) } else { Cow::Borrowed(text) }
}

async fn all<'c, DB, E>(
    executor: E,
    text: String,
    query: &Query,
    keep: bool,
) -> Result<Vec<DB::Row>, sqlx::Error>
where
    DB: Bindable + HasStatementCache,
    E: Executor<'c, Database = DB>,
    DB::Arguments: Arguments<Database = DB> + IntoArguments<DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<f64>: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    // Every text is ours; what comes from elsewhere is a value.
    let statement = sqlx::query_with(AssertSqlSafe(text), arguments::<DB>(&query.values)?);
    statement.persistent(keep).fetch_all(executor).await
}

async fn each<'c, DB, X, E>(
    executor: X,
    text: String,
    query: &Query,
    mut each: impl FnMut(DB::Row) -> Result<bool, E> + Send,
) -> Result<(), E>
where
    E: From<sqlx::Error>,
    DB: Bindable + HasStatementCache,
    X: Executor<'c, Database = DB>,
    DB::Arguments: Arguments<Database = DB> + IntoArguments<DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<f64>: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    let statement = sqlx::query_with(AssertSqlSafe(text), arguments::<DB>(&query.values)?);
    let mut rows = statement.fetch(executor);
    while let Some(row) = rows.try_next().await? {
        if !each(row)? {
            break;
        }
    }
    Ok(())
}

async fn run<'c, DB, E>(
    executor: E,
    text: String,
    query: &Query,
    rows: impl Fn(&DB::QueryResult) -> u64,
) -> Result<u64, sqlx::Error>
where
    DB: Bindable,
    E: Executor<'c, Database = DB>,
    DB::Arguments: Arguments<Database = DB> + IntoArguments<DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<f64>: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    let statement = sqlx::query_with(AssertSqlSafe(text), arguments::<DB>(&query.values)?);
    Ok(rows(&statement.execute(executor).await?))
}

fn arguments<DB>(values: &[Value]) -> Result<DB::Arguments, sqlx::Error>
where
    DB: Bindable,
    DB::Arguments: Arguments<Database = DB>,
    Option<i64>: for<'q> Encode<'q, DB> + Type<DB>,
    Option<f64>: for<'q> Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q str>: Encode<'q, DB> + Type<DB>,
    for<'q> Option<&'q [u8]>: Encode<'q, DB> + Type<DB>,
{
    let mut arguments = DB::Arguments::default();
    for value in values {
        match value {
            Value::Int(it) => arguments.add(*it),
            Value::Real(it) => arguments.add(*it),
            Value::Text(it) => arguments.add(it.as_deref().map(DB::text).as_deref()),
            Value::Bytes(it) => arguments.add(it.as_deref()),
        }
        .map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn collect<T>(rows: Vec<T>, row: impl Fn(T) -> Row) -> Vec<Row> {
    rows.into_iter().map(row).collect()
}

/// What was asked of SQLite, for tests of how it is answered.
#[cfg(test)]
pub(crate) mod watched {
    use std::sync::Mutex;

    static TEXTS: Mutex<Vec<String>> = Mutex::new(Vec::new());

    pub(crate) fn see(text: &str) {
        if let Ok(mut texts) = TEXTS.lock()
            && !text.starts_with("EXPLAIN")
        {
            texts.push(text.to_owned());
        }
    }

    pub(crate) fn take() -> Vec<String> {
        TEXTS.lock().map(|mut texts| std::mem::take(&mut *texts)).unwrap_or_default()
    }
}

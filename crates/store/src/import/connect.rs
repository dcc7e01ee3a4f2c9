//! Connecting to the foreign database.

use std::path::Path;
use std::time::Duration;

use sqlx::mysql::MySqlConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor, MySqlConnection, SqliteConnection};

use crate::dialect::sqlite::may_not_write;
use crate::error::StoreError;

/// How long DECNET's own writing is waited for.
const BUSY: Duration = Duration::from_secs(30);

/// A file is never made, nor written. Where SQLite cannot even make the files that go with a journal, the file is read
/// alone, if no journal holds anything.
pub(super) async fn sqlite(path: &Path) -> Result<SqliteConnection, StoreError> {
    if !path.exists() {
        return Err(StoreError::NoSource(path.display().to_string()));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).busy_timeout(BUSY);
    let options = options.disable_statement_logging();
    let failed = |error| StoreError::Open { database: path.display().to_string(), error };
    match looked_into(&options).await.map_err(failed) {
        Err(error) if may_not_write(&error) && !has_journal(path) => {
            looked_into(&options.immutable(true)).await.map_err(failed)
        }
        opened => opened,
    }
}

/// Opening reads nothing yet.
async fn looked_into(options: &SqliteConnectOptions) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    connection.execute("SELECT COUNT(*) FROM sqlite_master").await?;
    Ok(connection)
}

fn has_journal(path: &Path) -> bool {
    ["-wal", "-journal"].iter().any(|end| {
        let mut journal = path.as_os_str().to_owned();
        journal.push(end);
        std::fs::metadata(&journal).is_ok_and(|journal| journal.len() > 0)
    })
}

pub(super) async fn mysql(options: MySqlConnectOptions) -> Result<MySqlConnection, sqlx::Error> {
    let options = options.charset("utf8mb4").disable_statement_logging();
    MySqlConnection::connect_with(&options).await
}

//! Opening a database file and migrating it.

use std::path::Path;
use std::time::Duration;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::error::StoreError;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
/// How long a connection waits for another's transaction.
pub(super) const BUSY: Duration = Duration::from_secs(30);

/// Opens the file, making it if needed, and returns a pool of connections that only read.
pub(crate) async fn open(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY);
    let failed = |error| StoreError::Open { path: path.to_path_buf(), error };
    let connection =
        SqliteConnection::connect_with(&options.clone().create_if_missing(true)).await.map_err(failed)?;
    migrate(connection).await?;
    Ok(SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "on")).await?)
}

/// Two processes may start at once: the immediate transaction is the lock, and the second finds the work done.
async fn migrate(mut connection: SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    transaction.commit().await?;
    connection.close().await?;
    Ok(())
}

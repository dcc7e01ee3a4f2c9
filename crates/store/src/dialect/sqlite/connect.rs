//! Opening a database file and migrating it.

use std::path::Path;
use std::time::{Duration, Instant};

use sqlx::migrate::{MigrateError, Migrator};
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, SqliteConnection, SqlitePool};

use crate::error::StoreError;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/sqlite");
/// How long a connection waits for another's transaction.
pub(super) const BUSY: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(5);

/// Opens the file, making it if needed, and returns a pool of connections that only read.
pub(crate) async fn open(path: &Path) -> Result<SqlitePool, StoreError> {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(true)
        .busy_timeout(BUSY);
    let failed = |error| StoreError::Open { database: path.display().to_string(), error };
    // A migration that makes a table anew drops the old one, and with foreign keys on the rows that point to it.
    let migrating = options.clone().create_if_missing(true).foreign_keys(false);
    let mut connection = SqliteConnection::connect_with(&migrating).await.map_err(failed)?;
    write_ahead(&mut connection).await.map_err(failed)?;
    migrate(&mut connection).await?;
    let pool =
        SqlitePoolOptions::new().max_connections(4).connect_with(options.pragma("query_only", "on")).await?;
    connection.close().await?;
    Ok(pool)
}

/// Opens a file for reading where it, or its folder, may not be written. SQLite then reads the file alone.
///
/// # Errors
/// [`StoreError::Journal`] when a journal beside it still holds something; [`StoreError::Open`] when it cannot be read.
pub(crate) async fn open_to_read(path: &Path) -> Result<SqlitePool, StoreError> {
    let mut journal = path.as_os_str().to_owned();
    journal.push("-wal");
    if std::fs::metadata(&journal).is_ok_and(|journal| journal.len() > 0) {
        return Err(StoreError::Journal(path.display().to_string()));
    }
    let options = SqliteConnectOptions::new().filename(path).read_only(true).immutable(true);
    let failed = |error| StoreError::Open { database: path.display().to_string(), error };
    SqlitePoolOptions::new().max_connections(4).connect_with(options).await.map_err(failed)
}

/// Is there a file that may not be written?
pub(crate) fn is_protected(path: &Path) -> bool {
    path.is_file() && std::fs::OpenOptions::new().append(true).open(path).is_err()
}

/// Is this about a file or folder that may not be written?
pub(crate) fn may_not_write(error: &StoreError) -> bool {
    let code = |error: &sqlx::Error| error.as_database_error()?.code()?.parse::<u32>().ok();
    let code = match error {
        StoreError::Open { error, .. }
        | StoreError::Read(error)
        | StoreError::Migrate(MigrateError::Execute(error)) => code(error),
        _ => None,
    };
    // SQLITE_READONLY and SQLITE_CANTOPEN; the low byte says so in their extended codes too.
    code.is_some_and(|code| matches!(code & 0xff, 8 | 14))
}

/// Write-ahead logging is a property of the file. Switching it on needs the file alone, and SQLite answers "locked"
/// to that at once, whatever the busy timeout, when two processes try: hence the waiting here.
async fn write_ahead(connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
    let begun = Instant::now();
    loop {
        match sqlx::query("PRAGMA journal_mode = WAL").execute(&mut *connection).await {
            Err(error) if locked(&error) && begun.elapsed() < BUSY => tokio::time::sleep(PAUSE).await,
            other => return other.map(drop),
        }
    }
}

/// `SQLITE_BUSY`; the low byte says so in its extended codes too.
fn locked(error: &sqlx::Error) -> bool {
    error
        .as_database_error()
        .and_then(|error| error.code()?.parse::<u32>().ok())
        .is_some_and(|code| code & 0xff == 5)
}

/// Two processes may start at once: the immediate transaction is the lock, and the second finds the work done.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await?;
    MIGRATIONS.run_direct(None, &mut *transaction, false).await?;
    Ok(transaction.commit().await?)
}

//! Opening a database on MariaDB or MySQL.

use sqlx::migrate::Migrator;
use sqlx::mysql::{MySqlConnectOptions, MySqlPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, MySqlConnection, MySqlPool};

use super::connect::{ACQUIRE, MIGRATING, PREPARED, READERS, Writing, in_time};
use super::writer::Writer;
use crate::error::StoreError;
use crate::sql::Pool;
use crate::url::Server;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/mysql");

/// A server may be set up to cut what is too long; the store would then hold what nobody said.
const SESSION: &str =
    "SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION,ERROR_FOR_DIVISION_BY_ZERO';
    SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED";

/// Migrates the database and opens it. Unless `make`, it must hold something of Vespid.
pub(crate) async fn open_mysql(
    database: Server<MySqlConnectOptions>,
    make: bool,
) -> Result<(Pool, Writer), StoreError> {
    let Server { options, shown } = database;
    let options = options.charset("utf8mb4").statement_cache_capacity(PREPARED).disable_statement_logging();
    let failed = |error| StoreError::Open { database: shown.clone(), error };
    let mut connection = in_time(MySqlConnection::connect_with(&options)).await.map_err(failed)?;
    connection.execute(SESSION).await.map_err(failed)?;
    if !make {
        let (tables,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'event'",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(failed)?;
        if tables == 0 {
            return Err(StoreError::Missing(shown));
        }
    }
    migrate(&mut connection).await?;
    connection.close().await?;

    let pool = |connections| -> MySqlPool {
        MySqlPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE)
            .after_connect(|connection, _| {
                Box::pin(async move { connection.execute(SESSION).await.map(drop) })
            })
            .connect_lazy_with(options.clone())
    };
    Ok((Pool::MySql(pool(READERS)), Writer::new(Writing::MySql(pool(1)))))
}

/// Two processes may start at once. sqlx's own lock is asked for with a negative timeout, which MariaDB answers with
/// NULL instead of a lock: hence this one, which ends with the connection if not before.
async fn migrate(connection: &mut MySqlConnection) -> Result<(), StoreError> {
    const NAME: &str = "CONCAT('vespid migration ', MD5(DATABASE()))";
    let lock = format!("SELECT GET_LOCK({NAME}, {})", MIGRATING.as_secs());
    let (locked,): (Option<i64>,) =
        sqlx::query_as(sqlx::AssertSqlSafe(lock)).fetch_one(&mut *connection).await?;
    if locked != Some(1) {
        return Err(StoreError::Migrating);
    }
    MIGRATIONS.run_direct(None, &mut *connection, false).await?;
    sqlx::query(sqlx::AssertSqlSafe(format!("DO RELEASE_LOCK({NAME})"))).execute(connection).await?;
    Ok(())
}

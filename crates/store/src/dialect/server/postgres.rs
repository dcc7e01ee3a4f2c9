//! Opening a database on PostgreSQL.

use sqlx::migrate::Migrator;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, Executor, PgConnection, PgPool};

use super::connect::{ACQUIRE, MIGRATING, PREPARED, READERS, Writing, in_time};
use super::writer::Writer;
use crate::error::StoreError;
use crate::sql::Pool;
use crate::url::Server;

static MIGRATIONS: Migrator = sqlx::migrate!("migrations/postgres");

const READING: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED";
/// What the writer looks up has an index, whatever the server thinks of a table that it has no statistics of.
const WRITING: &str = "SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED;
    SET SESSION enable_seqscan = off";

/// Migrates the database and opens it. Unless `make`, it must hold something of Vespid.
pub(crate) async fn open_postgres(
    database: Server<PgConnectOptions>,
    make: bool,
) -> Result<(Pool, Writer), StoreError> {
    let Server { options, shown } = database;
    let options = options.statement_cache_capacity(PREPARED).disable_statement_logging();
    let failed = |error| StoreError::Open { database: shown.clone(), error };
    let mut connection = in_time(PgConnection::connect_with(&options)).await.map_err(failed)?;
    let (encoding,): (String,) =
        sqlx::query_as("SHOW server_encoding").fetch_one(&mut connection).await.map_err(failed)?;
    if encoding != "UTF8" {
        return Err(StoreError::Encoding { database: shown, encoding });
    }
    if !make {
        let (tables,): (i64,) = sqlx::query_as(
            "SELECT COUNT(*) FROM information_schema.tables
             WHERE table_schema = current_schema() AND table_name = 'event'",
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

    let pool = |connections, session: &'static str| -> PgPool {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(ACQUIRE)
            .after_connect(move |connection, _| {
                Box::pin(async move { connection.execute(session).await.map(drop) })
            })
            .connect_lazy_with(options.clone())
    };
    let writer = Writer::new(Writing::Postgres(pool(1, WRITING)));
    Ok((Pool::Postgres(pool(READERS, READING)), writer))
}

/// Two processes may start at once: sqlx takes an advisory lock, and the second finds the work done.
async fn migrate(connection: &mut PgConnection) -> Result<(), StoreError> {
    match tokio::time::timeout(MIGRATING, MIGRATIONS.run_direct(None, connection, false)).await {
        Ok(done) => Ok(done?),
        Err(_) => Err(StoreError::Migrating),
    }
}

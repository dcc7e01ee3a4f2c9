//! What opening has in common on all servers.

use std::time::Duration;

use sqlx::mysql::MySqlPool;
use sqlx::postgres::PgPool;

use crate::sql::Tx;

/// Reads that run side by side.
pub(super) const READERS: u32 = 4;
/// How long a read waits for a connection.
pub(super) const ACQUIRE: Duration = Duration::from_secs(10);
/// Statements that a connection keeps prepared on the server: more than there are texts (see `chunk.rs`).
pub(super) const PREPARED: usize = 256;
/// How long a server may take to let us in, and another process to migrate.
const OPENING: Duration = Duration::from_secs(30);
pub(super) const MIGRATING: Duration = Duration::from_mins(1);

/// The writer's connection, which is made again when it breaks.
#[derive(Debug)]
pub(super) enum Writing {
    MySql(MySqlPool),
    Postgres(PgPool),
}

impl Writing {
    pub(super) async fn close(&self) {
        match self {
            Self::MySql(pool) => pool.close().await,
            Self::Postgres(pool) => pool.close().await,
        }
    }

    pub(super) async fn begin(&self) -> Result<Tx<'static>, sqlx::Error> {
        Ok(match self {
            Self::MySql(pool) => Tx::MySql(pool.begin().await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }
}

/// Connecting, but not for ever.
pub(super) async fn in_time<T>(
    connecting: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, sqlx::Error> {
    tokio::time::timeout(OPENING, connecting).await.map_err(|elapsed| sqlx::Error::Io(elapsed.into()))?
}

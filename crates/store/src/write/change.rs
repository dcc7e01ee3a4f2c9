//! Writes that are the same on every database.

use crate::dialect::{server, sqlite};
use crate::error::StoreError;
use crate::sql::{Tx, taken_back};
use crate::store::{Store, Writer};

/// What one transaction does, wherever.
pub(crate) trait Change: Send + Sync + 'static {
    /// What it changed.
    type Done: Send + 'static;

    /// Does it need to be alone? It must when it takes tags out of the rollups or changes whose they are; it then
    /// waits for the writers that are at work, and holds up the others until it is done.
    const ALONE: bool;

    /// Does it. Runs again from the start when the transaction was rolled back.
    fn run(&self, tx: &mut Tx<'_>) -> impl Future<Output = Result<Self::Done, Stop>> + Send;
}

/// Why a transaction is rolled back.
#[derive(Debug)]
pub(crate) enum Stop {
    /// The database says so.
    Database(sqlx::Error),
    /// Another writer must not be at work meanwhile, which shows only now: again, alone.
    Alone,
    /// We say so.
    Refused(StoreError),
}

impl From<sqlx::Error> for Stop {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

impl From<rusqlite::Error> for Stop {
    fn from(error: rusqlite::Error) -> Self {
        Self::Refused(error.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error)
    }
}

impl From<Stop> for StoreError {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refused(error) => error,
            Stop::Alone => Self::Stopped,
            Stop::Database(error) => match taken_back(error) {
                Ok(native) => Self::Write(native),
                Err(error) => Self::ServerWrite(error),
            },
        }
    }
}

impl Store {
    /// Makes a change and waits until it is committed.
    pub(crate) async fn change<C: Change>(&self, change: C) -> Result<C::Done, StoreError> {
        match self.writer()? {
            Writer::Sqlite(writer) => {
                writer.run(move |session: &mut sqlite::Session| session.change(&change)).await?.done().await
            }
            Writer::Server(writer) => writer.run(server::Changing(change)).await.done().await,
        }
    }
}

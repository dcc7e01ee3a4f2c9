//! One transaction of the writing thread.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use rusqlite::Connection;

use super::writer::Session;
use crate::error::StoreError;
use crate::sql::Tx;
use crate::write::{Change, Stop};

/// Runs the work and commits, or rolls back when it fails.
pub(super) fn transaction<T>(
    connection: &mut Connection,
    work: impl FnOnce(&mut Connection) -> Result<T, Stop>,
) -> Result<T, StoreError> {
    connection.execute_batch("BEGIN IMMEDIATE")?;
    let done = work(connection).and_then(|done| {
        connection.execute_batch("COMMIT")?;
        Ok(done)
    });
    if done.is_err() && !connection.is_autocommit() {
        // The first error is the one to tell.
        let _ = connection.execute_batch("ROLLBACK");
    }
    Ok(done?)
}

/// What a future gives that has nothing to wait for, as all have that use [`Tx::Sqlite`].
pub(super) fn ready<T>(future: impl Future<Output = Result<T, Stop>>) -> Result<T, Stop> {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(done) => done,
        Poll::Pending => Err(Stop::Refused(StoreError::Stopped)),
    }
}

impl Session {
    /// Makes a change that is the same everywhere. The only writer of a file is alone.
    pub(crate) fn change<C: Change>(&mut self, change: &C) -> Result<C::Done, StoreError> {
        self.forget();
        transaction(&mut self.connection, |connection| ready(change.run(&mut Tx::Sqlite(connection))))
    }
}

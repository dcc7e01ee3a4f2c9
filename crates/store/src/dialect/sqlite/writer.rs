//! The one thread that writes.

use std::collections::HashMap;
use std::path::Path;
use std::thread;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};
use tokio::sync::{mpsc, oneshot};

use vespid_model::id::RuleId;

use super::anchors::Anchors;
use super::connect::BUSY;
use crate::error::StoreError;
use crate::store::Ticket;

/// How long closing waits for those who read.
const CLOSING: Duration = Duration::from_secs(1);
/// Jobs that may wait while one runs. More would only hold memory.
const WAITING: usize = 1;

enum Job {
    Write(Box<dyn FnOnce(&mut Session) + Send>),
    /// Close the connection and say so.
    Close(oneshot::Sender<()>),
}

/// The way to the writing thread, which ends when it is closed or the last clone is dropped.
#[derive(Debug, Clone)]
pub(crate) struct Writer(mpsc::Sender<Job>);

/// The thread's connection, and the integer keys it remembers.
pub(crate) struct Session {
    pub(super) connection: Connection,
    pub(super) anchors: Anchors,
    /// The keys of the rules in use, by name and version.
    pub(super) registered: HashMap<(RuleId, u32), i64>,
    /// Changes when another connection has written.
    pub(super) version: i64,
}

impl Writer {
    pub(crate) fn start(path: &Path) -> Result<Self, StoreError> {
        let connection = connect(path)?;
        let (sender, mut jobs) = mpsc::channel::<Job>(WAITING);
        thread::Builder::new()
            .name("store-writer".to_owned())
            .spawn(move || {
                let mut session = Session {
                    connection,
                    anchors: Anchors::default(),
                    registered: HashMap::new(),
                    version: 0,
                };
                while let Some(job) = jobs.blocking_recv() {
                    match job {
                        Job::Write(write) => write(&mut session),
                        Job::Close(closed) => {
                            session.close();
                            // Whoever asked may have given up waiting.
                            let _ = closed.send(());
                            return;
                        }
                    }
                }
            })
            .map_err(|_| StoreError::Stopped)?;
        Ok(Self(sender))
    }

    /// Queues a write; waits for a place in the queue, not for the write.
    pub(crate) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Session) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<Ticket<T>, StoreError> {
        let (reply, ticket) = oneshot::channel();
        let write = Box::new(move |session: &mut Session| {
            let result = work(session);
            if result.is_err() {
                // Keys learnt in a transaction that was rolled back may not exist.
                session.anchors = Anchors::default();
            }
            // Whoever asked may have given up waiting; the write stands all the same.
            let _ = reply.send(result);
        });
        self.0.send(Job::Write(write)).await.map_err(|_| StoreError::Stopped)?;
        Ok(Ticket(ticket))
    }

    /// Waits for what is queued and closes the connection. Later writes fail.
    pub(crate) async fn close(&self) {
        let (closed, done) = oneshot::channel();
        if self.0.send(Job::Close(closed)).await.is_ok() {
            // A thread that is gone has closed its connection too.
            let _ = done.await;
        }
    }
}

impl Session {
    pub(super) fn forget(&mut self) {
        self.anchors = Anchors::default();
    }

    /// Moves what is in the journal to the database file, so that the file alone is the database. Somebody who reads
    /// for longer than this waits leaves that to the next one who closes.
    fn close(self) {
        let checkpoint = self
            .connection
            .busy_timeout(CLOSING)
            .and_then(|()| self.connection.pragma_update(None, "wal_checkpoint", "TRUNCATE"));
        // All is stored already, in the journal.
        let _ = checkpoint.is_ok();
    }
}

fn connect(path: &Path) -> Result<Connection, rusqlite::Error> {
    let connection = Connection::open_with_flags(
        path,
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX,
    )?;
    connection.busy_timeout(BUSY)?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    // At most 256 MiB of pages. With 64, the indexes of a million tags do not fit, and inserting takes half as long again.
    connection.pragma_update(None, "cache_size", -262_144)?;
    connection.pragma_update(None, "wal_autocheckpoint", 16_384)?;
    connection.set_prepared_statement_cache_capacity(32);
    Ok(connection)
}

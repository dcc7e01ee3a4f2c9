//! The store's front: opening, and the writes. The reads are in `read/`.

use tokio::sync::oneshot;

use crate::batch::{Batch, Committed, RuleText};
use crate::dialect::{server, sqlite};
use crate::error::StoreError;
use crate::sql::Pool;
use crate::url::{Address, address};

/// A database. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: Pool,
    /// None where the file may not be written.
    writer: Option<Writer>,
}

#[derive(Debug, Clone)]
pub(crate) enum Writer {
    Sqlite(sqlite::Writer),
    Server(server::Writer),
}

/// A write under way. Await it with [`Ticket::done`].
#[derive(Debug)]
#[must_use = "a write that nobody waits for may fail unseen"]
pub struct Ticket<T>(pub(crate) oneshot::Receiver<Result<T, StoreError>>);

impl<T> Ticket<T> {
    /// Waits until the transaction is committed.
    ///
    /// # Errors
    /// [`StoreError`] when it was rolled back.
    pub async fn done(self) -> Result<T, StoreError> {
        self.0.await.map_err(|_| StoreError::Stopped)?
    }
}

impl Store {
    /// Opens a database and brings its schema up to date. A file that is not there is made; a server's database must
    /// be there, and may be empty.
    ///
    /// # Errors
    /// [`StoreError`] when the address is unknown, the database cannot be opened or a migration fails.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        Self::at(address(url)?, true).await
    }

    /// Opens a database that must hold something of Vespid already. A file that may not be written can be read all the
    /// same.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Missing`].
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        Self::at(address(url)?, false).await
    }

    /// Waits for what is being written and closes the database; its other clones can no longer use it. With SQLite
    /// the file alone is the database then, unless another process has it open.
    pub async fn close(self) {
        match self.writer {
            // The last connection to a file tidies it up: that of the writer.
            Some(Writer::Sqlite(writer)) => {
                self.pool.close().await;
                writer.close().await;
            }
            Some(Writer::Server(writer)) => {
                writer.close().await;
                self.pool.close().await;
            }
            None => self.pool.close().await,
        }
    }

    pub(crate) fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)
    }

    async fn at(address: Address, make: bool) -> Result<Self, StoreError> {
        let (pool, writer) = match address {
            Address::Sqlite(path) => {
                if !make && !path.exists() {
                    return Err(StoreError::Missing(path.display().to_string()));
                }
                if sqlite::is_protected(&path) {
                    // Not even tried: SQLite would leave a journal of this user's, which locks the owner out.
                    if make {
                        return Err(StoreError::Protected(path.display().to_string()));
                    }
                    (Pool::Sqlite(sqlite::open_to_read(&path).await?), None)
                } else {
                    match sqlite::open(&path).await {
                        Err(error) if !make && sqlite::may_not_write(&error) => {
                            (Pool::Sqlite(sqlite::open_to_read(&path).await?), None)
                        }
                        opened => {
                            (Pool::Sqlite(opened?), Some(Writer::Sqlite(sqlite::Writer::start(&path)?)))
                        }
                    }
                }
            }
            Address::MySql(database) => {
                let (pool, writer) = server::open_mysql(database, make).await?;
                (pool, Some(Writer::Server(writer)))
            }
            Address::Postgres(database) => {
                let (pool, writer) = server::open_postgres(database, make).await?;
                (pool, Some(Writer::Server(writer)))
            }
        };
        Ok(Self { pool, writer })
    }

    /// Hands a batch to the writer; batches are stored in the order in which they are handed over. Waits while others
    /// are under way (one on a server, two on SQLite), so that memory stays flat.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the writer has ended.
    pub async fn submit(&self, batch: Batch) -> Result<Ticket<Committed>, StoreError> {
        match self.writer()? {
            Writer::Sqlite(writer) => writer.run(move |session| session.commit(&batch)).await,
            Writer::Server(writer) => Ok(writer.run(batch).await),
        }
    }

    /// Stores a batch.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed; nothing of it is stored then.
    pub async fn commit(&self, batch: Batch) -> Result<Committed, StoreError> {
        self.submit(batch).await?.done().await
    }

    /// Makes sure that the texts of these rules are stored: tags of batches to come are theirs. Returns the names of
    /// those that were known under the same version with another text, which its tags keep.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn rule_register(&self, rules: Vec<RuleText>) -> Result<Vec<String>, StoreError> {
        match self.writer()? {
            Writer::Sqlite(writer) => writer.run(move |session| session.rules(&rules)).await?.done().await,
            Writer::Server(writer) => writer.run(server::Rules(rules)).await.done().await,
        }
    }
}

//! The store's front: opening, and the writes. The reads are in `read/`.

use sqlx::SqlitePool;
use tokio::sync::oneshot;
use vespid_attack::Catalogue;
use vespid_model::UtcMicros;

use crate::batch::{Batch, Committed, RuleText, SourceOffset};
use crate::dialect::sqlite::{self, Writer};
use crate::error::StoreError;
use crate::url::sqlite_path;

/// A database. Clones share it.
#[derive(Debug, Clone)]
pub struct Store {
    pub(crate) pool: SqlitePool,
    /// None where the file may not be written.
    writer: Option<Writer>,
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
    /// Opens a database, makes it if it is not there, and brings its schema up to date.
    ///
    /// # Errors
    /// [`StoreError`] when the address is unknown, the file cannot be opened or a migration fails.
    pub async fn open(url: &str) -> Result<Self, StoreError> {
        let path = sqlite_path(url)?;
        let pool = sqlite::open(&path).await?;
        let writer = Writer::start(&path)?;
        Ok(Self { pool, writer: Some(writer) })
    }

    /// Opens a database that must be there already. One that may not be written can be read all the same.
    ///
    /// # Errors
    /// As [`Store::open`], and [`StoreError::Missing`].
    pub async fn open_existing(url: &str) -> Result<Self, StoreError> {
        let path = sqlite_path(url)?;
        if !path.exists() {
            return Err(StoreError::Missing(path));
        }
        match Self::open(url).await {
            Err(error) if sqlite::may_not_write(&error) => {
                Ok(Self { pool: sqlite::open_to_read(&path, error).await?, writer: None })
            }
            opened => opened,
        }
    }

    /// Waits for what is being written and closes the database; its other clones can no longer use it. With SQLite
    /// the file alone is the database then, unless another process has it open.
    pub async fn close(self) {
        self.pool.close().await;
        if let Some(writer) = &self.writer {
            writer.close().await;
        }
    }

    fn writer(&self) -> Result<&Writer, StoreError> {
        self.writer.as_ref().ok_or(StoreError::ReadOnly)
    }

    /// Hands a batch to the writer. Waits while two batches are under way already, so that memory stays flat.
    ///
    /// # Errors
    /// [`StoreError::Stopped`] when the writer has ended.
    pub async fn submit(&self, batch: Batch) -> Result<Ticket<Committed>, StoreError> {
        self.writer()?.run(move |session| session.commit(&batch)).await
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
        self.writer()?.run(move |session| session.rules(&rules)).await?.done().await
    }

    /// Keeps an imported ATT&CK release; one that is there is replaced.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn catalogue_put(&self, attack: &Catalogue, now: UtcMicros) -> Result<(), StoreError> {
        let (release, body) = (attack.release(), attack.to_jsonl());
        self.writer()?.run(move |session| session.catalogue_put(release, &body, now)).await?.done().await
    }

    /// Begins to read an input at `source.position`: stores its row (a new one when `source.id` is 0) and forgets
    /// the dead letters from there on, since they are about to be judged again. Returns the row's id.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn source_begin(&self, source: SourceOffset, now: UtcMicros) -> Result<i64, StoreError> {
        self.writer()?.run(move |session| session.source_begin(&source, now)).await?.done().await
    }
}

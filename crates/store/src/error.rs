//! What can go wrong with a database. "Not found" is `None`, never an error.

use std::path::PathBuf;

use vespid_attack::AttackError;
use vespid_model::release::Release;

/// Errors of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address given with `--db` names no database that this build knows.
    #[error("database {0:?}: give sqlite:PATH or a path; other databases are not built in")]
    BadUrl(String),
    /// The database does not exist and was only to be read.
    #[error("database {} does not exist; run `vespid ingest` first or name another with --db", .0.display())]
    Missing(PathBuf),
    /// The file cannot be opened, or is no database.
    #[error("opening the database {}: {error}", .path.display())]
    Open {
        /// The file.
        path: PathBuf,
        /// What the driver says.
        error: sqlx::Error,
    },
    /// The schema could not be brought up to date.
    #[error("migrating the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// A read failed.
    #[error("reading the database: {0}")]
    Read(#[from] sqlx::Error),
    /// A write failed; its transaction was rolled back.
    #[error("writing the database: {0}")]
    Write(#[from] rusqlite::Error),
    /// A stored value is none that Vespid writes.
    #[error("column {column} holds {value}, which Vespid never writes")]
    Inconsistent {
        /// Table and column.
        column: &'static str,
        /// The value, shortened.
        value: String,
    },
    /// An imported ATT&CK release cannot be read.
    #[error("the imported ATT&CK {release} cannot be read ({error}); import it again")]
    Catalogue {
        /// Which.
        release: Release,
        /// What is wrong with it.
        error: AttackError,
    },
    /// The database may only be read.
    #[error("the database may only be read: its file or folder is write-protected for this user")]
    ReadOnly,
    /// The writing thread has ended.
    #[error("the database writer has stopped")]
    Stopped,
}

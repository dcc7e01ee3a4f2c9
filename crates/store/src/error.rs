//! What can go wrong with a database. "Not found" is `None`, never an error.

use vespid_attack::AttackError;
use vespid_model::release::Release;

/// Errors of the store. None repeats a password.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The address given with `--db` names no database.
    #[error(
        "the database address {scheme}:... cannot be used: {why}; \
         give a path, sqlite:PATH, mysql://USER:PASSWORD@HOST/DATABASE or postgres://USER:PASSWORD@HOST/DATABASE"
    )]
    BadUrl {
        /// What stands before the colon.
        scheme: String,
        /// What is wrong.
        why: &'static str,
    },
    /// The database does not exist, or holds nothing of Vespid, and was only to be read.
    #[error("database {0} does not exist; run `vespid ingest` first or name another with --db")]
    Missing(String),
    /// The database that was to be taken over does not exist.
    #[error("database {0} does not exist; name a DECNET database")]
    NoSource(String),
    /// The database that is being taken over cannot be read.
    #[error("reading the DECNET database: {0}")]
    Source(sqlx::Error),
    /// The database that was to be taken over is none of DECNET.
    #[error("database {0} is no DECNET database")]
    NotDecnet(String),
    /// The file or server cannot be opened, or is no database.
    #[error("opening the database {database}: {error}")]
    Open {
        /// The file, or the server and database without user and password.
        database: String,
        /// What the driver says.
        error: sqlx::Error,
    },
    /// The database on a server cannot hold every character.
    #[error("the database {database} is encoded in {encoding}; make one in UTF8")]
    Encoding {
        /// The server and database.
        database: String,
        /// Its encoding.
        encoding: String,
    },
    /// The schema could not be brought up to date.
    #[error("migrating the database: {0}")]
    Migrate(#[from] sqlx::migrate::MigrateError),
    /// Somebody else wrote down what clustering found since it was read.
    #[error("another process worked out identities meanwhile; begin again")]
    Overtaken,
    /// Another process has been migrating the database for too long.
    #[error("another process is migrating the database; try again when it is done")]
    Migrating,
    /// A read failed.
    #[error("reading the database: {0}")]
    Read(#[from] sqlx::Error),
    /// A write to SQLite failed; its transaction was rolled back.
    #[error("writing the database: {0}")]
    Write(#[from] rusqlite::Error),
    /// A write to a server failed; its transaction was rolled back.
    #[error("writing the database: {0}")]
    ServerWrite(sqlx::Error),
    /// A server did not come back.
    #[error("the database server has not answered for {seconds} seconds: {error}")]
    Gone {
        /// How long.
        seconds: u64,
        /// What the driver said last.
        error: sqlx::Error,
    },
    /// A rule that is to be promoted has another text than is stored of this version, or a later version is stored.
    #[error(
        "rule {rule}: version {version} is stored with another text, or a later version is; raise vespid.version"
    )]
    NotRaised {
        /// Its name.
        rule: String,
        /// The version that it says.
        version: u32,
    },
    /// Other writers were in the way of a write to a server each time it was tried.
    #[error("writing the database: gave up after {tries} tries beside other writers: {error}")]
    Contended {
        /// How often.
        tries: u32,
        /// What the driver said last.
        error: sqlx::Error,
    },
    /// A name is longer than a server's index can hold.
    #[error("the name of a {noun} has {characters} characters; a database server takes {limit}")]
    NameTooLong {
        /// What has the name.
        noun: &'static str,
        /// How long it is.
        characters: usize,
        /// How long it may be.
        limit: usize,
    },
    /// More rows than one page may have, or none.
    #[error("a page of {given} rows cannot be asked for; 1 to {most} can")]
    Limit {
        /// How many.
        given: u32,
        /// How many it may be.
        most: u32,
    },
    /// Something names a row that is not there.
    #[error("there is no {noun} {id}; store it first")]
    Unknown {
        /// What is missing.
        noun: &'static str,
        /// Its id.
        id: String,
    },
    /// Two rows would have what only one may have.
    #[error("the {noun} {id} cannot be stored: {why}")]
    Taken {
        /// What was to be stored.
        noun: &'static str,
        /// Its id.
        id: String,
        /// Who has what it wants.
        why: String,
    },
    /// A row cannot be merged, or taken apart, as asked.
    #[error("the {noun} {id} cannot be {attempt}: {why}")]
    Merge {
        /// What was to be merged.
        noun: &'static str,
        /// Its id.
        id: String,
        /// `merged into ...` or `unmerged`.
        attempt: String,
        /// Why not, and what to do.
        why: String,
    },
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
    /// The file may only be read, and is not all there is.
    #[error(
        "database {0} may only be read, and its journal {0}-wal holds more; let someone who may write it run `vespid report` once"
    )]
    Journal(String),
    /// The file may not be written.
    #[error("database {0} may only be read: it is write-protected for this user")]
    Protected(String),
    /// The database may only be read.
    #[error("the database may only be read: its file or folder is write-protected for this user")]
    ReadOnly,
    /// The writing thread or task has ended.
    #[error("the database writer has stopped")]
    Stopped,
}

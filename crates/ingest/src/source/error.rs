//! What can go wrong with an input.

use std::io;

/// Errors of inputs. Each names the input.
#[derive(Debug, thiserror::Error)]
pub enum SourceError {
    /// A path that does not exist.
    #[error("{0}: no such file or folder")]
    Missing(String),
    /// A pattern that fits no file.
    #[error("{0}: fits no file")]
    NoMatch(String),
    /// A pattern that is none.
    #[error("{pattern}: {error}")]
    BadPattern {
        /// As given.
        pattern: String,
        /// What is wrong with it.
        error: glob::PatternError,
    },
    /// A folder without a log.
    #[error("{0}: no log in this folder (.json, .jsonl, .ndjson or .log, also rotated or compressed)")]
    EmptyFolder(String),
    /// What is no file and cannot be followed.
    #[error("{0}: no file that could be followed; `vespid ingest` reads pipes and standard input")]
    NoFile(String),
    /// More files in one place than are followed.
    #[error("more than {0} files: name a folder with fewer")]
    TooMany(usize),
    /// Reading failed. For a compressed file this may mean that it is damaged or cut off.
    #[error("{name}: {error}")]
    Io {
        /// The input.
        name: String,
        /// What the system or the decompressor says.
        error: io::Error,
    },
}

impl SourceError {
    pub(super) fn io(name: String) -> impl FnOnce(io::Error) -> Self {
        move |error| Self::Io { name, error }
    }
}

//! Why a file of a provider cannot be read, or not to its end.

use std::io;

use crate::source::SourceError;

/// Errors of files; each names the file and says what to do.
#[derive(Debug, thiserror::Error)]
pub enum IntelError {
    /// It cannot be opened.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// It is packed in a way that is not read.
    #[error("{0}: a ZIP archive; unpack it first")]
    Zip(String),
    /// It is none of the known formats.
    #[error(
        "{0}: not a file of a known provider; AbuseIPDB (JSON), Feodo Tracker (JSON, CSV), GreyNoise (JSON) and ThreatFox \
         (JSON, CSV) are read"
    )]
    Unknown(String),
    /// It is a list of addresses, of which nobody knows whose.
    #[error(
        "{0}: a plain list of addresses, which does not say whose; give --provider abuseipdb or --provider feodo"
    )]
    Plain(String),
    /// A plain list of a provider that has none.
    #[error(
        "{0}: a plain list of addresses, and that provider has none; give --provider abuseipdb or --provider feodo"
    )]
    NotPlain(String),
    /// It breaks off, or is damaged.
    #[error("{name}: after {entries} of its entries: {error}")]
    Broken {
        /// The file.
        name: String,
        /// How many were read.
        entries: u64,
        /// What is wrong, and where.
        error: String,
    },
}

impl IntelError {
    pub(super) fn io(name: &str, error: io::Error) -> Self {
        Self::Source(SourceError::Io { name: name.to_owned(), error })
    }
}

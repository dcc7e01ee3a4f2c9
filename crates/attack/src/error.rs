//! What can be wrong with ATT&CK data.

use vespid_model::release::Release;

/// Errors of the catalogue.
#[derive(Debug, thiserror::Error)]
pub enum AttackError {
    /// A line of a catalogue file is no record.
    #[error("line {line}: {error}")]
    Record {
        /// Counted from 1.
        line: usize,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// A catalogue file does not begin with its release.
    #[error("no release record")]
    NoHeader,
    /// The file is no STIX bundle.
    #[error("not a STIX bundle: {0}")]
    NotABundle(serde_json::Error),
    /// An object of the bundle that Vespid needs is malformed.
    #[error("object {place} of the bundle ({kind}): {error}")]
    Object {
        /// Counted from 1.
        place: usize,
        /// Its type.
        kind: String,
        /// What is wrong with it.
        error: serde_json::Error,
    },
    /// The bundle does not say which release it is.
    #[error("the bundle does not name its ATT&CK release; say it, for example --release 17.1")]
    UnknownRelease,
    /// The bundle says that it is another release.
    #[error("the bundle is ATT&CK {found}, not {asked}")]
    OtherRelease {
        /// What it says.
        found: Release,
        /// What was asked for.
        asked: Release,
    },
    /// The bundle has no technique of the enterprise domain.
    #[error("no technique of the enterprise domain in the bundle")]
    Empty,
}

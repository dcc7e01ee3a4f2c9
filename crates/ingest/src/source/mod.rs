//! Where lines come from.

mod error;
pub mod file;
pub mod syslog;

pub use error::SourceError;

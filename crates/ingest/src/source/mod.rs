//! Where lines come from.

mod error;
pub mod file;

pub use error::SourceError;

//! One file per log format: a pure function from the bytes of a line to an event.

pub mod cowrie;
mod error;
mod surrogate;
mod value;

pub use error::DecodeError;

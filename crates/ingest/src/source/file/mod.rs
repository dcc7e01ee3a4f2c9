//! Files, folders, patterns and standard input.

mod expand;
mod fingerprint;
mod head;
mod input;
mod lines;
mod open;

pub use expand::expand;
pub use fingerprint::{Fingerprint, fingerprint};
pub use head::head;
pub use input::Input;
pub use lines::{Item, LineReader, MAX_LINE};
pub(crate) use open::unpacked;

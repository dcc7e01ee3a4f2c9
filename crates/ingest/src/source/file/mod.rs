//! Files, folders, patterns and standard input, read once or followed.

mod expand;
mod fingerprint;
mod head;
mod input;
mod lines;
mod open;
mod tail;
mod watched;

pub use expand::expand;
pub use fingerprint::{FINGERPRINT, Fingerprint, fingerprint};
pub use head::head;
pub use input::Input;
pub use lines::{Item, LineReader, MAX_LINE};
pub(crate) use open::unpacked;
pub use tail::Tail;
pub use watched::{Found, Watched};

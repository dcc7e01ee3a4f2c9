//! SQLite: a pool for reading, one thread for writing.

mod anchors;
mod commit;
mod connect;
mod records;
mod registry;
mod rollup;
mod transaction;
mod windows;
mod writer;

pub(crate) use connect::{is_protected, may_not_write, open, open_to_read};
pub(crate) use writer::{Session, Writer};

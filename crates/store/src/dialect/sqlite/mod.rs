//! SQLite: a pool for reading, one thread for writing.

mod anchors;
mod commit;
mod connect;
mod registry;
mod writer;

pub(crate) use connect::open;
pub(crate) use writer::Writer;

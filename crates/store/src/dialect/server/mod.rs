//! MariaDB, MySQL and PostgreSQL: a pool for reading, and one connection on which one transaction runs at a time.
//!
//! No statement here ignores conflicts, since a server that is told to ignore them ignores more than that. What is
//! there already is looked up and the rest inserted; when another writer was faster, the transaction starts again.

mod anchors;
mod attackers;
mod commit;
mod connect;
mod gate;
mod letters;
mod mysql;
mod names;
mod plan;
mod postgres;
mod records;
mod registry;
mod sessions;
mod tags;
mod trouble;
mod windows;
mod writer;

pub(crate) use mysql::open_mysql;
pub(crate) use names::fits;
pub(crate) use postgres::open_postgres;
pub(crate) use records::Records;
pub(crate) use registry::Rules;
pub(crate) use writer::{Changing, Writer};

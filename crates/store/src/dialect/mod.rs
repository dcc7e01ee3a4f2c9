//! What differs between databases.

pub(crate) mod sqlite;

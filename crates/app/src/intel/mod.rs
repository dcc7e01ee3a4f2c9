//! What providers say of addresses: from their files and answers to events of attackers.

mod apply;
mod geo;
mod import;

pub(crate) use apply::{Applied, apply};
pub(crate) use geo::place;
pub(crate) use import::{FileRead, Imported, import};

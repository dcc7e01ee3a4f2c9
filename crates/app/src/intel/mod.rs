//! What providers say of addresses: from their files and answers to events of attackers.

mod apply;
mod import;

pub(crate) use apply::{Applied, apply};
pub(crate) use import::{FileRead, Imported, import};

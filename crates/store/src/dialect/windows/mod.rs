//! Windows: tags for several events of one attacker, stored with the batch that brings the events.
//!
//! What a window shows is decided by all its events that are stored. Whoever stores events of an attacker is the only one
//! to do so until its transaction ends (SQLite has one writer, servers lock the attacker's row), so that the last of
//! several writers sees what the others brought.

mod cache;
mod load;
mod place;
mod seen;
mod slots;
mod store;

pub(super) use cache::Cache;
pub(crate) use load::Reader;
pub(crate) use place::{Placed, place};
pub(crate) use slots::Slot;
pub(super) use slots::{Attackers, Slots};
pub(super) use store::finish;
pub(crate) use store::{Stored, Writing, Written, store, stored_of};

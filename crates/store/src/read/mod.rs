//! Reads, one module per noun.

mod attacker;
mod catalogue;
mod column;
mod dead_letter;
mod event;
mod page;
mod scope;
pub(crate) mod session;
mod source;
mod tag;
mod technique;
mod totals;

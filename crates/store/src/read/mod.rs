//! Reads, one module per noun.

mod attacker;
mod attacker_techniques;
mod audit;
mod campaign;
pub(crate) mod canary;
mod catalogue;
pub(crate) mod column;
pub(crate) mod commands;
mod commands_text;
mod dead_letter;
mod event;
mod fields;
mod fleet;
mod identity;
mod intel;
pub(crate) mod listed;
mod listing;
pub(crate) mod origin;
pub(crate) mod page;
pub(crate) mod phase;
#[cfg(test)]
mod plans;
mod profile;
pub(crate) mod rule;
mod scope;
pub(crate) mod session;
mod source;
pub(crate) mod stored;
pub(crate) mod tag;
mod technique;
mod totals;
mod windows;

//! Reads, one module per noun.

mod attacker;
mod attacker_techniques;
mod audit;
mod campaign;
pub(crate) mod canary;
mod catalogue;
pub(crate) mod cluster;
pub(crate) mod column;
pub(crate) mod commands;
mod commands_text;
mod dead_letter;
mod event;
pub(crate) mod features;
mod fields;
mod fleet;
mod identity;
mod intel;
pub(crate) mod listed;
mod listing;
pub(crate) mod observable;
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
mod source_health;
pub(crate) mod stored;
pub(crate) mod tag;
mod technique;
mod totals;
mod typed;
mod windows;

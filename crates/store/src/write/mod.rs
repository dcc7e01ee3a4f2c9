//! Writes beside the tagging of events, each a method of [`crate::Store`].

mod attacker;
mod audit;
mod campaign;
mod canary;
mod catalogue;
mod change;
mod clustered;
mod columns;
pub(crate) mod doctor;
mod identity;
mod intel;
mod keys;
pub(crate) mod leak;
mod leak_list;
mod link;
pub(crate) mod listed;
mod merge;
mod origin;
mod pointers;
pub(crate) mod promote;
pub(crate) mod purge;
mod records;
pub(crate) mod replace;
pub(crate) mod roots;
mod rule;
mod rule_state;
mod session;
mod source;
mod source_health;
pub(crate) mod upgrade;
pub(crate) mod verdict;
pub(crate) mod windows;

pub(crate) use change::{Change, Stop};

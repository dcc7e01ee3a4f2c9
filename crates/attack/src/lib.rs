#![doc = include_str!("../README.md")]

mod bundled;
mod catalogue;
mod error;
mod migration;
pub mod phase;
pub mod record;
mod stix;

pub use catalogue::{Catalogue, Entry, Status, Tactic, Technique};
pub use error::AttackError;
pub use migration::{Fate, Migration};

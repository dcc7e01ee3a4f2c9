#![doc = include_str!("../README.md")]

mod campaign;
mod change;
mod components;
mod evidence;
mod fleet;
mod mix;
pub mod overlap;
mod public;
mod sentence;
mod shared;
mod token;
pub mod weight;

pub use campaign::{Campaign, CampaignEdge, CampaignWhy, Campaigns, HandOver};
pub use change::{Changes, Moved};
pub use evidence::{Evidence, Feature, Likeness, SHOWN, SharedValue};
pub use fleet::{Apart, Counts, Edge, Fleet, Identity, Settled, State, Why, Work};
pub use overlap::{GroupOverlap, Overlap, overlap};

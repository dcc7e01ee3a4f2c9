//! Correlations: what an event brings to the windows of its attacker, and what a window shows.

mod engine;
mod judge;
mod progress;
mod touch;

use judge::judge;
pub(crate) use touch::{Draft, Uses};

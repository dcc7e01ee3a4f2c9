//! What providers say of addresses: from their files and answers to events of attackers.

mod apply;
mod geo;
mod import;
mod lookup;

pub(crate) use apply::{Applied, apply};
pub(crate) use geo::place;
pub(crate) use import::{FileRead, Imported, import};
pub(crate) use lookup::{AbuseIpDb, Ask, Asked, GreyNoise, Pace, ask};

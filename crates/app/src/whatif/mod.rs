//! What other rules would say of what is stored.

mod difference;
mod pass;
mod show;

pub(crate) use difference::{Difference, by_event};
pub(crate) use pass::Pass;
pub(crate) use show::{json, text};

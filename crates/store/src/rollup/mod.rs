//! What every scope did, counted when tags are written, changed or deleted.
//!
//! `rollup_scope` and `rollup_day` equal a GROUP BY over `tag` whenever a transaction ends; [`expected`] holds that
//! GROUP BY. Whoever only adds tags may do so beside others. Whoever takes tags away, or changes whose they are, must be
//! alone: see [`crate::write::Change::ALONE`].

mod add;
mod anew;
mod cell;
mod expected;
mod projection;
mod recount;
mod remove;

pub(crate) use add::add;
pub(crate) use anew::Remembered;
pub(crate) use cell::{Cells, Counted, DAY, scope};
pub(crate) use expected::{Table, doubted, rebuild};
pub(crate) use projection::{OF_ATTACKERS, OF_IDENTITIES, Projection, Projections};
pub(crate) use recount::{recount_campaigns, recount_days_before, recount_identities};
pub(crate) use remove::{Days, remove};

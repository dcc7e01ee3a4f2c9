#![doc = include_str!("../README.md")]

pub mod batch;
mod dialect;
mod error;
mod read;
mod sql;
mod store;
mod url;

pub use batch::{Batch, Committed, DeadLetter, Progress, RuleText, SourceOffset};
pub use error::StoreError;
pub use read::session::SessionFilter;
pub use store::{Store, Ticket};
pub use url::database_name;

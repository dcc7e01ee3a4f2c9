#![doc = include_str!("../README.md")]

pub mod batch;
mod dialect;
mod error;
mod import;
mod read;
mod record;
mod rollup;
mod sql;
mod store;
mod url;
pub mod windows;
mod write;

pub use batch::{Batch, Committed, DeadLetter, Progress, RuleText, SourceOffset};
pub use error::StoreError;
pub use import::{Import, ImportedTable, Named, Outcome, Told};
pub use read::canary::CanaryTriggers;
pub use read::commands::{AttackerCommands, CommandsItem};
pub use read::listed::Listed;
pub use read::origin::Located;
pub use read::phase::DeckyPhase;
pub use read::session::SessionFilter;
pub use read::stored::{StoredEvent, StoredTag};
pub use read::tag::FoundTag;
pub use record::{Inserted, Reason, Rejected};
pub use store::{Store, Ticket};
pub use url::database_name;
pub use windows::{Judge, Windows};
pub use write::doctor::{Doubt, Tally};
pub use write::listed::Edition;
pub use write::promote::{Concerned, Promoted, Promotion, StagedTag, Tagger, Texts};
pub use write::purge::Purged;
pub use write::replace::{Replaced, Retagged};
pub use write::upgrade::{TagMove, UpgradePreview, Upgraded};
pub use write::windows::{Rejudged, WindowSaid, WindowsTold};

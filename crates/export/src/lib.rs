#![doc = include_str!("../README.md")]

pub mod canary;
mod columns;
pub mod coverage;
pub mod dead_letter;
pub mod explain;
pub mod groups;
mod intel;
pub mod jsonl;
mod links;
mod navigator;
pub mod observables;
pub mod replay;
pub mod report;
mod session_json;
pub mod sources;
mod style;
pub mod text;
pub mod verdicts;

pub use coverage::Coverage;
pub use explain::Explanation;
pub use intel::{holds_until, verdict};
pub use links::Links;
pub use report::{Format, Report};
pub use style::Look;
pub use text::{moment, printable};

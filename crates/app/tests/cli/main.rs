//! The program as a user runs it, on real logs and real databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod attack;
mod canary;
mod clusters;
mod decnet_rules;
mod detections;
mod files;
mod formats;
mod garbage;
mod hostile;
mod import;
mod intel;
mod interrupted;
mod live;
mod observables;
mod pages;
mod program;
mod rule_files;
mod rules;
mod twice;
mod upkeep;
mod watch;
mod whatif;
mod whatif_windows;

//! The program as a user runs it, on real logs and real databases.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod answers;
mod attack;
mod files;
mod garbage;
mod hostile;
mod import;
mod interrupted;
mod pages;
mod program;
mod twice;
mod upkeep;

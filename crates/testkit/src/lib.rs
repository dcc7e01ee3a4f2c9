//! Development only: builders that keep tests short, made-up fleets with known hands, and private database servers.

pub mod event;
pub mod fleet;
pub mod partition;
pub mod record;
pub mod server;
pub mod tag;

/// A small DECNET database as statements for SQLite and MySQL: a few rows of each table, some of which cannot be taken
/// over.
pub const DECNET: &str = include_str!("decnet.sql");

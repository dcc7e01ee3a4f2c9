//! Development only: builders that keep tests short, and private database servers.

pub mod event;
pub mod server;
pub mod tag;

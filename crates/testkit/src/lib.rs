//! Development only: builders that keep tests short.

pub mod event;
pub mod tag;

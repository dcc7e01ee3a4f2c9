//! One file per room: what holds for any bytes. Whatever does not panics.

mod capture;
mod decode;
mod intel;
mod rule;
mod shell;
mod syslog;
mod tag;

pub use decode::ONE_FORMAT;

pub(crate) use capture::capture;
pub(crate) use decode::{cowrie, formats, native};
pub(crate) use intel::intel;
pub(crate) use rule::rule;
pub(crate) use shell::shell;
pub(crate) use syslog::syslog;
pub(crate) use tag::tag;

//! One file per room: what holds for any bytes. Whatever does not panics.

mod decode;
mod intel;
mod rule;
mod shell;
mod syslog;
mod tag;

pub(crate) use decode::{cowrie, formats, native};
pub(crate) use intel::intel;
pub(crate) use rule::rule;
pub(crate) use shell::shell;
pub(crate) use syslog::syslog;
pub(crate) use tag::tag;

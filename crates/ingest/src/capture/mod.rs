//! What packets show: who speaks SSH and TLS how, and which link-local IPv6 address stands beside which IPv4 one.
//!
//! A capture becomes lines of Vespid's own events ([`crate::decode`], `docs/events.md`), so that all that holds for a log
//! holds for it: offsets, dead letters, decoys' own addresses. Packets go in in their order; the same packets give the
//! same lines.

mod flow;
mod frame;
mod hello;
mod lines;
mod link;
mod ssh;
mod watch;

pub use lines::Lines;
pub(crate) use lines::is_capture;

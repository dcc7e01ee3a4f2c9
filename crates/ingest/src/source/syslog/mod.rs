//! Messages of syslog: where one ends (RFC 6587, RFC 5425), and what of it a decoder reads. Sockets are elsewhere.

mod frames;
mod message;

pub use frames::{Frame, Frames};
pub use message::parts;

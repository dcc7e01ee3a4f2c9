//! The DNS server for names of canary tokens.

mod answer;
mod serve;

pub(crate) use answer::Zone;
pub(crate) use serve::{Asked, Told, tcp, udp};

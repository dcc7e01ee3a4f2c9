//! Canary tokens: who opens them becomes an attacker.

pub(crate) mod dns;
mod record;

pub(crate) use record::Recorder;

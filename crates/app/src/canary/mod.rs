//! Canary tokens: who opens them becomes an attacker.

pub(crate) mod dns;
mod domain;
mod record;

pub(crate) use domain::Domain;
pub(crate) use record::Recorder;

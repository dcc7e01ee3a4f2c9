//! One file per page.

pub(crate) mod attacker;
pub(crate) mod attackers;
pub(crate) mod health;
pub(crate) mod home;
pub(crate) mod navigator;
pub(crate) mod replay;
pub(crate) mod session;
pub(crate) mod sources;
pub(crate) mod style;
pub(crate) mod technique;

//! Where the names on a page lead.

use std::net::IpAddr;

use vespid_model::TechniqueId;
use vespid_model::rows::SessionKey;

/// Makes the addresses of a page's links. Only these are ever put into `href`, so nothing an attacker typed becomes
/// a link of its own.
#[derive(Debug, Clone, Copy)]
pub struct Links {
    /// Of a technique.
    pub technique: fn(TechniqueId) -> String,
    /// Of an attacker, when there is a page for it.
    pub attacker: fn(IpAddr) -> Option<String>,
    /// Of a session, when there is a page for it.
    pub session: fn(&SessionKey) -> Option<String>,
}

impl Links {
    /// For a document that stands alone: techniques lead to MITRE, nothing else is a link.
    pub const OUTSIDE: Self = Self { technique: TechniqueId::url, attacker: |_| None, session: |_| None };
}

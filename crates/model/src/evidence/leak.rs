//! Why an IPv6 address has a technique.

use std::net::Ipv6Addr;

use serde::Serialize;

use super::text::Words;

/// The address that an attacker showed beside the one it came from.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Leak {
    /// The address.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub addr: Option<Ipv6Addr>,
    /// The maker of the interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_oui: Option<Words>,
    /// `eui64`, `stable_privacy` or `unknown`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub iid_kind: Option<Words>,
    /// How it was seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vector: Option<Words>,
    /// The decoy's interface.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on_iface: Option<Words>,
    /// The IPv4 address it stands beside.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attacker_v4: Option<Words>,
}

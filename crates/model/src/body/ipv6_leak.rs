//! An IPv6 address that an attacker on the same link shows beside the IPv4 one.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// An IPv6 address that an attacker on the same link shows beside the IPv4 one.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ipv6Leak {
    /// The address, for example `fe80::1`.
    pub addr: String,
    /// The maker of the interface, from its hardware address: `02:00:5e`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mac_oui: Option<String>,
    /// `eui64`, `stable_privacy` or `unknown`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iid_kind: Option<String>,
    /// How it was seen: `active_echo`, `passive`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub vector: Option<String>,
    /// The decoy's interface.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on_iface: Option<String>,
    /// The IPv4 address it stands beside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attacker_v4: Option<String>,
}

impl Ipv6Leak {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; addr, mac_oui, iid_kind, vector, on_iface, attacker_v4);
    }
}

//! How the lower half of an IPv6 address, its interface id, was made.

use std::net::Ipv6Addr;

/// How an interface id was made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IidKind {
    /// Of the hardware address (RFC 4291, appendix A).
    Eui64,
    /// At random, or by a secret of the machine (RFC 7217). A temporary one (RFC 8981) looks the same; it is told apart
    /// only by a sensor that sees it change.
    StablePrivacy,
    /// It changes with time, as a sensor says.
    Temporary,
    /// By hand, or it cannot be told.
    Unknown,
}

impl IidKind {
    /// The name as stored, for example `eui64`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Eui64 => "eui64",
            Self::StablePrivacy => "stable_privacy",
            Self::Temporary => "temporary",
            Self::Unknown => "unknown",
        }
    }
}

/// What an interface id says of its machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InterfaceId {
    /// How it was made.
    pub kind: IidKind,
    /// The maker of the interface: the first three bytes of its hardware address, `00:00:5e`. None where it does not
    /// show, and for an address that was made up.
    pub oui: Option<String>,
}

/// Takes an address's interface id apart. One whose upper four bytes are zero was chosen by hand.
pub fn interface_id(address: Ipv6Addr) -> InterfaceId {
    match address.octets() {
        [.., first, second, third, 0xff, 0xfe, x, y, z] => {
            let mac = [first ^ 2, second, third, x, y, z];
            InterfaceId { kind: IidKind::Eui64, oui: is_universal(mac).then(|| oui(mac)) }
        }
        [.., 0, 0, 0, 0, _, _, _, _] => InterfaceId { kind: IidKind::Unknown, oui: None },
        _ => InterfaceId { kind: IidKind::StablePrivacy, oui: None },
    }
}

/// The first three bytes of a hardware address.
pub fn oui([a, b, c, ..]: [u8; 6]) -> String {
    format!("{a:02x}:{b:02x}:{c:02x}")
}

/// Was this hardware address given out by a maker, and not made up on the machine?
pub const fn is_universal(mac: [u8; 6]) -> bool {
    mac[0] & 2 == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn made(address: &str) -> (IidKind, Option<String>) {
        let made = interface_id(address.parse().unwrap());
        (made.kind, made.oui)
    }

    #[test]
    fn ids_tell_how_they_were_made() {
        assert_eq!(made("fe80::200:5eff:fe00:5301"), (IidKind::Eui64, Some("00:00:5e".to_owned())));
        assert_eq!(made("fe80::ff:fe00:5301"), (IidKind::Eui64, None), "a hardware address that was made up");
        assert_eq!(made("fe80::8c3f:1a2b:77d0:4e91"), (IidKind::StablePrivacy, None));
        assert_eq!(made("fe80::1"), (IidKind::Unknown, None));
    }
}

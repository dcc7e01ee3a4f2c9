//! Addresses of the decoys themselves.

use std::net::IpAddr;
use std::str::FromStr;

/// An address or a network of them: `192.0.2.7`, `192.0.2.0/24`, `2001:db8::/32`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Network {
    bits: u128,
    length: u32,
    is_v4: bool,
}

/// A text that is neither an address nor a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("give an address, or a network such as 192.0.2.0/24")]
pub struct BadNetwork;

impl Network {
    /// Is the address in it?
    pub fn has(self, ip: IpAddr) -> bool {
        let (bits, width) = bits(ip);
        let shift = width - self.length;
        self.is_v4 == ip.to_canonical().is_ipv4()
            && bits.checked_shr(shift).unwrap_or(0) == self.bits.checked_shr(shift).unwrap_or(0)
    }
}

/// The address as a number, and how many bits it has.
fn bits(ip: IpAddr) -> (u128, u32) {
    match ip.to_canonical() {
        IpAddr::V4(ip) => (u128::from(ip.to_bits()), 32),
        IpAddr::V6(ip) => (ip.to_bits(), 128),
    }
}

impl FromStr for Network {
    type Err = BadNetwork;

    fn from_str(text: &str) -> Result<Self, BadNetwork> {
        let (ip, length) = text.split_once('/').map_or((text, None), |(ip, length)| (ip, Some(length)));
        let ip: IpAddr = ip.parse().map_err(|_| BadNetwork)?;
        let (bits, width) = bits(ip);
        let length = length.map_or(Ok(width), str::parse).map_err(|_| BadNetwork)?;
        let is_v4 = ip.to_canonical().is_ipv4();
        if length > width { Err(BadNetwork) } else { Ok(Self { bits, length, is_v4 }) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_have_their_addresses() {
        for (network, ip, has) in [
            ("192.0.2.7", "192.0.2.7", true),
            ("192.0.2.7", "192.0.2.6", false),
            ("192.0.2.0/24", "192.0.2.255", true),
            ("192.0.2.0/24", "192.0.3.0", false),
            ("192.0.2.0/24", "::ffff:192.0.2.1", true),
            ("0.0.0.0/0", "198.51.100.1", true),
            ("0.0.0.0/0", "2001:db8::1", false),
            ("2001:db8::/32", "2001:db8:1::1", true),
            ("::/0", "2001:db8:1::1", true),
            ("2001:db8::/32", "192.0.2.1", false),
        ] {
            let network: Network = network.parse().unwrap();
            assert_eq!(network.has(ip.parse().unwrap()), has, "{network:?} {ip}");
        }
        for text in ["", "x", "192.0.2.0/33", "192.0.2.0/", "192.0.2.0/-1", "::/129"] {
            assert_eq!(text.parse::<Network>(), Err(BadNetwork), "{text}");
        }
    }
}

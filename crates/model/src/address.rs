//! Addresses on the internet, and those that mean something to one network only.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Of the IPv4 registry, what is not globally reachable, and what within it is; with multicast. The longest prefix counts
/// that fits.
const V4: &[(Ipv4Addr, u32, bool)] = &[
    (v4(0, 0, 0, 0), 8, false),
    (v4(10, 0, 0, 0), 8, false),
    (v4(100, 64, 0, 0), 10, false),
    (v4(127, 0, 0, 0), 8, false),
    (v4(169, 254, 0, 0), 16, false),
    (v4(172, 16, 0, 0), 12, false),
    (v4(192, 0, 0, 0), 24, false),
    (v4(192, 0, 0, 9), 32, true),
    (v4(192, 0, 0, 10), 32, true),
    (v4(192, 0, 2, 0), 24, false),
    (v4(192, 88, 99, 0), 24, false),
    (v4(192, 168, 0, 0), 16, false),
    (v4(198, 18, 0, 0), 15, false),
    (v4(198, 51, 100, 0), 24, false),
    (v4(203, 0, 113, 0), 24, false),
    (v4(224, 0, 0, 0), 3, false),
];

/// Of IPv6, what is in use at all (`2000::/3`), and what of it the registry takes out.
const V6: &[(Ipv6Addr, u32, bool)] = &[
    (v6(&[0x2000]), 3, true),
    (v6(&[0x2001]), 23, false),
    (v6(&[0x2001, 1, 0, 0, 0, 0, 0, 1]), 128, true),
    (v6(&[0x2001, 1, 0, 0, 0, 0, 0, 2]), 128, true),
    (v6(&[0x2001, 1, 0, 0, 0, 0, 0, 3]), 128, true),
    (v6(&[0x2001, 3]), 32, true),
    (v6(&[0x2001, 4, 0x112]), 48, true),
    (v6(&[0x2001, 0x20]), 28, true),
    (v6(&[0x2001, 0x30]), 28, true),
    (v6(&[0x2001, 0xdb8]), 32, false),
    (v6(&[0x2002]), 16, false),
    (v6(&[0x3fff]), 20, false),
];

/// The prefix of RFC 6052, behind which a translator has an IPv4 address.
const TRANSLATED: u128 = v6(&[0x64, 0xff9b]).to_bits();

/// Is it an address on the internet? Others tell of a network at home, of an example in a document or of nobody. By the
/// IANA's registries of special-purpose addresses
/// (<https://www.iana.org/assignments/iana-ipv4-special-registry>, <https://www.iana.org/assignments/iana-ipv6-special-registry>):
/// what they do not call globally reachable is not, nor what they leave open (6to4, Teredo).
pub fn is_public(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => longest(V4, |net| (ip.to_bits() ^ net.to_bits()).leading_zeros()).unwrap_or(true),
        IpAddr::V6(ip) => match ip.to_bits() & !u128::from(u32::MAX) {
            TRANSLATED => {
                let [.., a, b, c, d] = ip.octets();
                is_public(Ipv4Addr::new(a, b, c, d).into())
            }
            _ => longest(V6, |net| (ip.to_bits() ^ net.to_bits()).leading_zeros()).unwrap_or(false),
        },
    }
}

/// What the longest prefix says that fits; `same` is how many bits are those of a net.
fn longest<T: Copy>(table: &[(T, u32, bool)], same: impl Fn(T) -> u32) -> Option<bool> {
    let fitting = table.iter().filter(|(net, length, _)| same(*net) >= *length);
    fitting.max_by_key(|(_, length, _)| *length).map(|(.., is_public)| *is_public)
}

const fn v4(a: u8, b: u8, c: u8, d: u8) -> Ipv4Addr {
    Ipv4Addr::new(a, b, c, d)
}

/// The segments at the beginning; the others are zero.
const fn v6(begin: &[u16]) -> Ipv6Addr {
    let (mut bits, mut place) = (0, 0);
    while place < begin.len() {
        bits |= (begin[place] as u128) << (112 - 16 * place);
        place += 1;
    }
    Ipv6Addr::from_bits(bits)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The registries' rows, with the first and last address of each, and its neighbours where those are nobody's special
    /// ones.
    #[test]
    fn it_is_as_the_registries_say() {
        for (first, last, public) in [
            // iana-ipv4-special-registry
            ("0.0.0.0", "0.255.255.255", false),
            ("10.0.0.0", "10.255.255.255", false),
            ("100.64.0.0", "100.127.255.255", false),
            ("127.0.0.0", "127.255.255.255", false),
            ("169.254.0.0", "169.254.255.255", false),
            ("172.16.0.0", "172.31.255.255", false),
            ("192.0.0.0", "192.0.0.8", false),
            ("192.0.0.9", "192.0.0.10", true),
            ("192.0.0.11", "192.0.0.255", false),
            ("192.0.2.0", "192.0.2.255", false),
            ("192.31.196.0", "192.31.196.255", true),
            ("192.52.193.0", "192.52.193.255", true),
            ("192.88.99.0", "192.88.99.255", false),
            ("192.168.0.0", "192.168.255.255", false),
            ("192.175.48.0", "192.175.48.255", true),
            ("198.18.0.0", "198.19.255.255", false),
            ("198.51.100.0", "198.51.100.255", false),
            ("203.0.113.0", "203.0.113.255", false),
            ("240.0.0.0", "255.255.255.255", false),
            // Multicast (RFC 5771)
            ("224.0.0.0", "239.255.255.255", false),
            // What lies beside them
            ("1.0.0.0", "9.255.255.255", true),
            ("11.0.0.0", "100.63.255.255", true),
            ("100.128.0.0", "126.255.255.255", true),
            ("172.32.0.0", "191.255.255.255", true),
            ("198.20.0.0", "198.51.99.255", true),
            ("203.0.114.0", "223.255.255.255", true),
            // iana-ipv6-special-registry
            ("::", "::1", false),
            ("::ffff:10.0.0.0", "::ffff:10.255.255.255", false),
            ("::ffff:9.9.9.9", "::ffff:9.9.9.9", true),
            ("64:ff9b::9.9.9.9", "64:ff9b::9.9.9.10", true),
            ("64:ff9b::10.0.0.0", "64:ff9b::10.0.0.1", false),
            ("64:ff9b:1::", "64:ff9b:1:ffff:ffff:ffff:ffff:ffff", false),
            ("100::", "100::ffff:ffff:ffff:ffff", false),
            ("100:0:0:1::", "100:0:0:1:ffff:ffff:ffff:ffff", false),
            ("2001::", "2001:0:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:1::1", "2001:1::3", true),
            ("2001:1::4", "2001:1::4", false),
            ("2001:2::", "2001:2:0:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:3::", "2001:3:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2001:4:112::", "2001:4:112:ffff:ffff:ffff:ffff:ffff", true),
            ("2001:10::", "2001:1f:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:20::", "2001:3f:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2001:40::", "2001:1ff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2001:db8::", "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2002::", "2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("2620:4f:8000::", "2620:4f:8000:ffff:ffff:ffff:ffff:ffff", true),
            ("3fff::", "3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("5f00::", "5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("fc00::", "fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("fe80::", "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            // Multicast (RFC 4291), and what is not in use
            ("ff00::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false),
            ("4000::", "5eff::", false),
            ("2001:200::", "2001:db7:ffff:ffff:ffff:ffff:ffff:ffff", true),
            ("2003::", "3ffe:ffff:ffff:ffff:ffff:ffff:ffff:ffff", true),
        ] {
            for ip in [first, last] {
                assert_eq!(is_public(ip.parse().unwrap()), public, "{ip}");
            }
        }
    }
}

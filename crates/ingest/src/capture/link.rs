//! Which link-local IPv6 address stands beside which IPv4 address.
//!
//! They are one machine's when both come from one hardware address, which says itself (ARP) that the IPv4 address is its
//! own, and no other. A router sends everybody's packets from its own hardware address: it never says so. The machine is an
//! attacker's when it asked a decoy for a connection; all of it within minutes.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use vespid_model::UtcMicros;
use vespid_model::body::Ipv6Leak;
use vespid_model::ipv6;

use super::frame::Mac;

/// Between the things that must come together, in microseconds.
const WINDOW: u64 = 10 * 60 * 1_000_000;
/// Hardware addresses that are remembered. Beyond that all are forgotten at once: senders choose how many there are.
const MACHINES: usize = 4_096;
/// Link-local addresses and decoys of one machine.
const EACH: usize = 16;
const DAY: i64 = 24 * 3_600 * 1_000_000;

/// One machine's address that leaked to one decoy.
pub(super) struct Leaked {
    pub(super) time: UtcMicros,
    pub(super) ip: Ipv4Addr,
    pub(super) decoy: IpAddr,
    pub(super) leak: Ipv6Leak,
}

#[derive(Default)]
pub(super) struct Links(HashMap<Mac, Machine>);

#[derive(Default)]
struct Machine {
    router: bool,
    owns: Vec<(Ipv4Addr, UtcMicros)>,
    shows: Vec<(Ipv6Addr, UtcMicros, &'static str)>,
    asked: Vec<(Ipv4Addr, IpAddr, UtcMicros)>,
    /// What was told already, and on which day.
    told: Vec<(Ipv6Addr, IpAddr, i64)>,
}

impl Links {
    pub(super) fn router(&mut self, mac: Mac) {
        self.machine(mac).router = true;
    }

    pub(super) fn owns(&mut self, mac: Mac, ip: Ipv4Addr, time: UtcMicros) -> Vec<Leaked> {
        let machine = self.machine(mac);
        machine.owns.retain(|(known, _)| *known != ip);
        keep(&mut machine.owns, (ip, time));
        machine.told(mac, time)
    }

    pub(super) fn shows(
        &mut self,
        mac: Mac,
        ip: Ipv6Addr,
        vector: &'static str,
        time: UtcMicros,
    ) -> Vec<Leaked> {
        let machine = self.machine(mac);
        machine.shows.retain(|(known, _, _)| *known != ip);
        keep(&mut machine.shows, (ip, time, vector));
        machine.told(mac, time)
    }

    /// A machine asks for a connection.
    pub(super) fn asks(&mut self, mac: Mac, ip: Ipv4Addr, decoy: IpAddr, time: UtcMicros) -> Vec<Leaked> {
        let machine = self.machine(mac);
        machine.asked.retain(|(known, at, _)| (*known, *at) != (ip, decoy));
        keep(&mut machine.asked, (ip, decoy, time));
        machine.told(mac, time)
    }

    fn machine(&mut self, mac: Mac) -> &mut Machine {
        if self.0.len() >= MACHINES && !self.0.contains_key(&mac) {
            self.0.clear();
        }
        self.0.entry(mac).or_default()
    }
}

impl Machine {
    /// What is known now and was not told today.
    fn told(&mut self, mac: Mac, now: UtcMicros) -> Vec<Leaked> {
        let near = |time: UtcMicros| now.as_micros().abs_diff(time.as_micros()) <= WINDOW;
        let mut owned = self.owns.iter().filter(|(_, time)| near(*time)).map(|(ip, _)| *ip);
        let (Some(ip), None, false) = (owned.next(), owned.next(), self.router) else { return Vec::new() };
        let day = now.as_micros().div_euclid(DAY);
        let mut found = Vec::new();
        for (address, time, vector) in self.shows.iter().filter(|(_, time, _)| near(*time)) {
            for (_, decoy, _) in self.asked.iter().filter(|(asking, _, time)| *asking == ip && near(*time)) {
                let this = (*address, *decoy, day);
                if self.told.contains(&this) {
                    continue;
                }
                keep(&mut self.told, this);
                let made = ipv6::interface_id(*address);
                let maker = made.oui.or_else(|| ipv6::is_universal(mac).then(|| ipv6::oui(mac)));
                found.push(Leaked {
                    time: *time,
                    ip,
                    decoy: *decoy,
                    leak: Ipv6Leak {
                        addr: address.to_string(),
                        mac_oui: maker,
                        iid_kind: Some(made.kind.as_str().to_owned()),
                        vector: Some((*vector).to_owned()),
                        on_iface: None,
                        attacker_v4: Some(ip.to_string()),
                    },
                });
            }
        }
        found
    }
}

/// The newest stay.
fn keep<T>(list: &mut Vec<T>, item: T) {
    if list.len() >= EACH {
        list.remove(0);
    }
    list.push(item);
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAC: Mac = [0x00, 0x00, 0x5e, 0x00, 0x53, 0x01];
    const IP: Ipv4Addr = Ipv4Addr::new(192, 0, 2, 9);

    fn decoy() -> IpAddr {
        "192.0.2.10".parse().unwrap()
    }

    fn address() -> Ipv6Addr {
        "fe80::200:5eff:fe00:5301".parse().unwrap()
    }

    fn at(minute: i64) -> UtcMicros {
        UtcMicros::from_micros(1_700_000_000_000_000 + minute * 60_000_000)
    }

    /// The three facts in every order, with the minutes between them.
    fn found(minutes: [i64; 3], order: [usize; 3], also: impl Fn(&mut Links)) -> usize {
        let mut links = Links::default();
        also(&mut links);
        let mut found = Vec::new();
        for (minute, fact) in minutes.into_iter().zip(order) {
            found.extend(match fact {
                0 => links.owns(MAC, IP, at(minute)),
                1 => links.shows(MAC, address(), "ndp", at(minute)),
                _ => links.asks(MAC, IP, decoy(), at(minute)),
            });
        }
        found.len()
    }

    #[test]
    fn three_facts_within_minutes_make_a_leak() {
        for order in [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]] {
            assert_eq!(found([0, 4, 9], order, |_| {}), 1, "{order:?}");
            assert_eq!(found([0, 4, 11], order, |_| {}), 0, "too far apart: {order:?}");
        }
    }

    #[test]
    fn times_may_be_as_far_apart_as_they_like() {
        let mut links = Links::default();
        links.owns(MAC, IP, UtcMicros::from_micros(i64::MIN));
        links.shows(MAC, address(), "ndp", UtcMicros::from_micros(i64::MAX));
        assert!(links.asks(MAC, IP, decoy(), UtcMicros::from_micros(i64::MIN)).is_empty());
    }

    #[test]
    fn what_it_says_of_the_machine() {
        let mut links = Links::default();
        links.owns(MAC, IP, at(0));
        links.shows(MAC, address(), "mdns", at(1));
        let leaked = links.asks(MAC, IP, decoy(), at(2)).remove(0);
        assert_eq!((leaked.time, leaked.ip, leaked.decoy), (at(1), IP, decoy()));
        assert_eq!(leaked.leak.mac_oui.as_deref(), Some("00:00:5e"));
        assert_eq!(leaked.leak.iid_kind.as_deref(), Some("eui64"));
        assert!(links.asks(MAC, IP, decoy(), at(3)).is_empty(), "told once a day");
        assert_eq!(links.shows(MAC, address(), "ndp", at(24 * 60)).len(), 0, "the rest is a day old");
    }

    #[test]
    fn a_router_and_a_machine_of_several_addresses_are_nobody() {
        assert_eq!(found([0, 1, 2], [0, 1, 2], |links| links.router(MAC)), 0);
        let second = |links: &mut Links| drop(links.owns(MAC, Ipv4Addr::new(192, 0, 2, 77), at(0)));
        assert_eq!(found([0, 1, 2], [0, 1, 2], second), 0);
    }

    #[test]
    fn memory_is_bounded() {
        let mut links = Links::default();
        for number in 0_u32..20_000 {
            let [a, b, c, d] = number.to_be_bytes();
            links.shows([2, 0, a, b, c, d], address(), "ndp", at(0));
            links.asks(MAC, IP, Ipv4Addr::from(number).into(), at(0));
        }
        assert!(links.0.len() <= MACHINES);
        assert!(links.0.values().all(|machine| machine.asked.len() <= EACH));
    }
}

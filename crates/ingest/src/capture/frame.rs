//! One packet's addresses and what it carries.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use etherparse::{EtherType, LaxNetSlice, LaxSlicedPacket, LinkSlice, TransportSlice};

/// An interface's hardware address.
pub(super) type Mac = [u8; 6];

/// What of a packet is looked at.
pub(super) enum Frame<'a> {
    /// Somebody says which hardware has an IPv4 address.
    Arp { mac: Mac, ip: Ipv4Addr },
    /// A packet of a link-local IPv6 address.
    LinkLocal { mac: Mac, ip: Ipv6Addr, vector: &'static str },
    /// A packet of a router, which is nobody's machine.
    Router { mac: Mac },
    /// A part of a TCP stream.
    Tcp(Segment<'a>),
}

/// A part of a TCP stream.
pub(super) struct Segment<'a> {
    pub(super) mac: Option<Mac>,
    pub(super) source: (IpAddr, u16),
    pub(super) target: (IpAddr, u16),
    pub(super) sequence: u32,
    /// It asks for the connection.
    pub(super) opens: bool,
    pub(super) closes: bool,
    pub(super) bytes: &'a [u8],
}

/// How packets are framed: the registry of link types (tcpdump.org/linktypes.html).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    Ethernet,
    Raw,
    LinuxCooked,
    LinuxCooked2,
    Null,
}

impl Framing {
    /// None for one that is not read.
    pub(super) const fn of(link_type: i32) -> Option<Self> {
        Some(match link_type {
            1 => Self::Ethernet,
            12 | 101 | 228 | 229 => Self::Raw,
            113 => Self::LinuxCooked,
            276 => Self::LinuxCooked2,
            0 | 108 => Self::Null,
            _ => return None,
        })
    }
}

/// None for a packet that says nothing here.
pub(super) fn read(framing: Framing, bytes: &[u8]) -> Option<Frame<'_>> {
    let (mac, packet) = match framing {
        Framing::Ethernet => {
            let packet = LaxSlicedPacket::from_ethernet(bytes).ok()?;
            (None, packet)
        }
        Framing::Raw => (None, LaxSlicedPacket::from_ip(bytes).ok()?),
        Framing::Null => (None, LaxSlicedPacket::from_ip(bytes.get(4..)?).ok()?),
        Framing::LinuxCooked => cooked(bytes.get(4..14)?, bytes.get(14..16)?, bytes.get(16..)?)?,
        Framing::LinuxCooked2 => cooked(bytes.get(10..20)?, bytes.get(..2)?, bytes.get(20..)?)?,
    };
    let mac = match &packet.link {
        Some(LinkSlice::Ethernet2(ethernet)) => Some(ethernet.source()),
        _ => mac,
    };
    match packet.net.as_ref()? {
        LaxNetSlice::Arp(arp) => {
            let mac = Mac::try_from(arp.sender_hw_addr()).ok()?;
            let ip = Ipv4Addr::from(<[u8; 4]>::try_from(arp.sender_protocol_addr()).ok()?);
            // A probe asks before it has an address.
            (!ip.is_unspecified()).then_some(Frame::Arp { mac, ip })
        }
        LaxNetSlice::Ipv4(ip) => {
            let header = ip.header();
            segment(mac, header.source_addr().into(), header.destination_addr().into(), &packet)
        }
        LaxNetSlice::Ipv6(ip) => {
            let (source, target) = (ip.header().source_addr(), ip.header().destination_addr());
            if !source.is_unicast_link_local() {
                return segment(mac, source.into(), target.into(), &packet);
            }
            let mac = mac?;
            Some(match &packet.transport {
                // RFC 4861, 4.2: only routers say so.
                Some(TransportSlice::Icmpv6(icmp)) if icmp.type_u8() == 134 => Frame::Router { mac },
                transport => Frame::LinkLocal { mac, ip: source, vector: vector(transport.as_ref()) },
            })
        }
    }
}

/// The sender's hardware address: its kind, its length and eight bytes, or an interface's index and kind before them.
fn cooked<'a>(
    sender: &[u8],
    protocol: &[u8],
    payload: &'a [u8],
) -> Option<(Option<Mac>, LaxSlicedPacket<'a>)> {
    let (protocol, sender) = (u16::from_be_bytes(protocol.try_into().ok()?), sender);
    // Both forms end with the length (one or two bytes, six for Ethernet) and the address in eight bytes.
    let mac = match sender {
        [_, 6, mac @ ..] => mac.get(..6).and_then(|mac| Mac::try_from(mac).ok()),
        _ => None,
    };
    Some((mac, LaxSlicedPacket::from_ether_type(EtherType(protocol), payload)))
}

fn segment<'a>(
    mac: Option<Mac>,
    source: IpAddr,
    target: IpAddr,
    packet: &LaxSlicedPacket<'a>,
) -> Option<Frame<'a>> {
    let Some(TransportSlice::Tcp(tcp)) = &packet.transport else { return None };
    Some(Frame::Tcp(Segment {
        mac,
        source: (source, tcp.source_port()),
        target: (target, tcp.destination_port()),
        sequence: tcp.sequence_number(),
        opens: tcp.syn() && !tcp.ack(),
        closes: tcp.fin() || tcp.rst(),
        bytes: tcp.payload(),
    }))
}

/// How the address gave itself away.
fn vector(transport: Option<&TransportSlice<'_>>) -> &'static str {
    match transport {
        Some(TransportSlice::Icmpv6(icmp)) if matches!(icmp.type_u8(), 133 | 135 | 136) => "ndp",
        // RFC 3810, 5.2: which groups a machine listens to.
        Some(TransportSlice::Icmpv6(icmp)) if icmp.type_u8() == 143 => "mld",
        Some(TransportSlice::Udp(udp)) if udp.destination_port() == 5353 => "mdns",
        Some(TransportSlice::Udp(udp)) if udp.destination_port() == 5355 => "llmnr",
        Some(TransportSlice::Udp(udp)) if udp.destination_port() == 547 => "dhcpv6",
        _ => "passive",
    }
}

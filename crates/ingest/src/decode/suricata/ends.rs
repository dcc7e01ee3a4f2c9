//! Who asks whom.
//!
//! Records of a protocol have the client as `src_ip`. Those of a packet (alerts, anomalies) and of a file have whoever
//! sent it, and say in `direction` or `flow` which end that is; old versions do not, and the ports have to tell. A
//! connection that the decoy makes itself has nobody who attacks.

use std::net::IpAddr;

use crate::decode::record::Object;
use crate::decode::{DecodeError, address};

/// Both ends of a connection.
#[derive(Debug)]
pub(super) struct Ends {
    pub(super) client: IpAddr,
    pub(super) client_port: u16,
    pub(super) server: IpAddr,
    pub(super) server_port: u16,
    /// Did the server send what the record is of?
    pub(super) to_client: bool,
}

impl Ends {
    pub(super) fn of(kind: &str, it: Object<'_>) -> Result<Self, DecodeError> {
        let source = (it.address("src_ip")?, it.port("src_port"));
        let target = (it.address("dest_ip")?, it.port("dest_port"));
        let client = it.object("flow").and_then(|flow| flow.value("src_ip")?.as_str().and_then(address));
        let to_client = match (client, it.value("direction").and_then(|way| way.as_str())) {
            (Some(client), _) => client != source.0,
            (None, Some(way)) => way == "to_client",
            (None, None) => served(kind, it, source, target),
        };
        let (client, server) = if to_client { (target, source) } else { (source, target) };
        Ok(Self {
            client: client.0,
            client_port: client.1,
            server: server.0,
            server_port: server.1,
            to_client,
        })
    }

    /// Does the decoy ask somebody? Its address is one of a private network then, and what it asks is not, or is
    /// everybody there. Of two hosts in one network the client may be an attacker, and of neighbours on one wire too.
    pub(super) fn is_outgoing(&self) -> bool {
        is_private(self.client)
            && !is_neighbour(self.client)
            && (!is_private(self.server) || is_everybody(self.server) || is_provider(self.server))
    }
}

/// Does the source look like a server? A client's port is the higher one.
fn served(kind: &str, it: Object<'_>, source: (IpAddr, u16), target: (IpAddr, u16)) -> bool {
    let lower = source.1 != 0 && source.1 < target.1;
    let midway = || {
        let syn = it.object("tcp").and_then(|tcp| tcp.value("syn")?.as_bool());
        it.has("tcp") && syn != Some(true)
    };
    let known = source.1 < 1024;
    let likely = lower && (known || is_private(source.0));
    match kind {
        "fileinfo" => match it.object("http").and_then(|http| http.shown("http_method")).as_deref() {
            Some("GET" | "HEAD") => true,
            // It is what was sent, unless it is the answer.
            Some("POST" | "PUT" | "PATCH") => lower && known,
            _ => lower,
        },
        "alert" | "anomaly" => likely,
        // A connection whose beginning was not seen: what is left of it is an answer.
        "flow" => likely && midway(),
        _ => false,
    }
}

/// An address of this host's own network.
fn is_private(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => {
            let shared = ip.octets()[0] == 100 && ip.octets()[1] & 0xc0 == 64;
            ip.is_private()
                || ip.is_loopback()
                || ip.is_link_local()
                || shared
                || ip.is_multicast()
                || ip.is_broadcast()
        }
        IpAddr::V6(ip) => {
            ip.is_unique_local() || ip.is_loopback() || ip.is_unicast_link_local() || ip.is_multicast()
        }
    }
}

/// An address that is nobody's in particular.
fn is_everybody(ip: IpAddr) -> bool {
    match ip.to_canonical() {
        IpAddr::V4(ip) => ip.is_multicast() || ip.is_broadcast(),
        IpAddr::V6(ip) => ip.is_multicast(),
    }
}

/// Where the machines of clouds ask for their own data, for names and the time.
fn is_provider(ip: IpAddr) -> bool {
    matches!(ip.to_canonical(), IpAddr::V4(ip) if ip.octets()[..3] == [169, 254, 169])
}

/// An address of IPv6 that only the same wire has.
fn is_neighbour(ip: IpAddr) -> bool {
    matches!(ip.to_canonical(), IpAddr::V6(ip) if ip.is_unicast_link_local())
}

//! DECNET's log: syslog (RFC 5424) with structured data, in which a decky says what happened on a service of its.

mod body;
mod syslog;

use std::net::IpAddr;

use super::origin::Origin;
use super::plain::{endpoint, plain};
use super::{DecodeError, Decoded, Passed, address, time};
use syslog::Message;

/// Names of the attacker's address.
const ADDRESS: [&str; 6] = ["src_ip", "src", "client_ip", "remote_ip", "remote_addr", "ip"];

/// Has it structured data of DECNET, or is it what a decky's shell says of a line that was typed?
pub(super) fn is_line(line: &str) -> bool {
    Message::read(line).is_some_and(|message| message.is_decnet || message.is_typed())
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(line) = plain(line)? else { return Ok(Decoded::Blank) };
    let message = Message::read(&line).ok_or(DecodeError::NotThis("decnet"))?;
    let Some(ip) = ADDRESS.iter().find_map(|name| message.field(name)).and_then(peer) else {
        return Ok(Decoded::Passed(Passed::Nameless));
    };
    let session = ["session_id", "sid", "session"].iter().find_map(|name| message.field(name));
    let origin = Origin::new(time(message.time)?, ip, message.host)?;
    let origin = match session {
        Some(session) => origin.session(Some(session))?,
        None => origin.connection(message.port("src_port"), message.port("dst_port")),
    };
    Ok(origin.events(body::bodies(&message)))
}

/// With a port or without.
fn peer(text: &str) -> Option<IpAddr> {
    address(text).or_else(|| endpoint(text).map(|(ip, _)| ip))
}

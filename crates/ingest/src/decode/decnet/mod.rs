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

/// What syslog has where there is nothing (RFC 5424, 6.2).
const NIL: &str = "-";
/// The decky of a line that names no host.
const UNNAMED: &str = "decnet";

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
    let decky = if message.host == NIL { UNNAMED } else { message.host };
    let origin = Origin::new(time(message.time)?, ip, decky)?;
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

#[cfg(test)]
mod tests {
    use super::*;

    fn decky(host: &str) -> Result<String, DecodeError> {
        let line = format!(
            "<134>1 2026-11-24T15:22:12Z {host} ssh - login_attempt [relay@55555 src_ip=\"203.0.113.9\" username=\"a\"]"
        );
        match decode(line.as_bytes())? {
            Decoded::Events(events) => Ok(events.first().unwrap().decky.to_string()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn every_event_has_a_decky() {
        assert_eq!(decky("decky-3").unwrap(), "decky-3");
        assert_eq!(decky("-").unwrap(), UNNAMED);
        assert_eq!(decky(""), Err(DecodeError::Missing("decky")));
        assert_eq!(decky(&"d".repeat(256)), Err(DecodeError::TooLong("decky")));
    }
}

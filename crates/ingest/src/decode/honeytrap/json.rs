//! `attackers.json`: a connection and the bytes that came in it.

use smallvec::smallvec;
use vespid_model::Body;

use super::DECKY;
use crate::decode::origin::Origin;
use crate::decode::plain::escaped;
use crate::decode::record::Record;
use crate::decode::service::{command, connect, other};
use crate::decode::{DecodeError, Decoded, Events, Passed, http};

/// Bytes of what came that are kept.
const LONGEST: usize = 64 << 10;

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let attack = it.object("attack_connection").ok_or(DecodeError::NotThis("honeytrap"))?;
    let ip = attack.address("remote_ip")?;
    // Connections of its own making have no other end, and no time.
    if ip.is_unspecified() {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    }
    let time = if it.has("start_time") { it.time("start_time")? } else { it.time("@timestamp")? };
    let service = attack.text("protocol")?.unwrap_or("tcp");
    let (src_port, dst_port) = (attack.port("remote_port"), attack.port("local_port"));
    let origin = Origin::new(time, ip, DECKY)?.connection(src_port, dst_port);
    let mut events: Events =
        smallvec![origin.event(connect(service, src_port, attack.maybe_address("local_ip"), dst_port))];
    let sent = attack.object("payload").and_then(|payload| payload.shown("data_hex"));
    if let Some(sent) = sent.and_then(|hex| bytes(&hex)) {
        events.push(origin.event(match http::parse(&sent, "http") {
            Some(request) => Body::HttpRequest(request),
            None => command(service, &escaped(&sent), None),
        }));
    }
    let downloads = it.object("downloads").filter(|downloads| downloads.fields().next().is_some());
    events.extend(
        downloads.map(|downloads| origin.event(other("honeytrap.downloads".to_owned(), downloads.json()))),
    );
    Ok(Decoded::Events(events))
}

/// What these hexadecimal digits are, at most [`LONGEST`] of it; None when they are none.
fn bytes(hex: &str) -> Option<Vec<u8>> {
    let pairs = hex.as_bytes().chunks(2).take(LONGEST);
    pairs.map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

//! SentryPeer's `sentrypeer.json`: requests to a telephone exchange. Times are UTC.

use smallvec::smallvec;

use super::origin::Origin;
use super::record::Record;
use super::service::{client_version, command};
use super::{DecodeError, Decoded, Events};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let origin = Origin::new(it.time("event_timestamp")?, it.address("source_ip")?, "sentrypeer")?;
    // The number called stands in the message too, in its first line.
    let sent = it.shown("sip_message").or_else(|| it.shown("called_number"));
    let mut events: Events = smallvec![origin.event(command("sip", it.required("sip_method")?, sent))];
    events.extend(it.shown("sip_user_agent").map(|agent| origin.event(client_version(&agent))));
    Ok(Decoded::Events(events))
}

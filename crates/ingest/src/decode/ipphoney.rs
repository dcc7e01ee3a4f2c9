//! IPPHoney's `ipphoney.json`: requests to a printer, and what they ask of it.

use smallvec::smallvec;
use vespid_model::Body;
use vespid_model::body::{Payload, PayloadOrigin};

use super::elasticpot::{origin, request};
use super::record::Record;
use super::service::command;
use super::{DecodeError, Decoded, Events};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let eventid = it.required("eventid")?;
    let id = eventid.strip_prefix("ipphoney.").ok_or(DecodeError::NotThis("ipphoney"))?;
    let origin = origin(it, "ipphoney")?;
    let mut events: Events = smallvec![origin.event(Body::HttpRequest(request(it, "ipp")?))];
    if id != "connect" {
        let operation = it.shown("operation").unwrap_or_else(|| id.to_owned());
        events.push(origin.event(command("ipp", &operation, it.shown("query"))));
    }
    if let Some(sum) = it.shown("shasum") {
        let filename = it.shown("filename");
        let payload =
            Payload { origin: PayloadOrigin::Upload, url: None, filename, sha256: Some(sum.to_lowercase()) };
        events.push(origin.event(Body::Payload(payload)));
    }
    Ok(Decoded::Events(events))
}

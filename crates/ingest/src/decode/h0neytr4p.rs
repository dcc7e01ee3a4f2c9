//! H0neytr4p's `log.json`: a request, and the trap that it fell into. Values are strings.

use smallvec::smallvec;
use vespid_model::Body;
use vespid_model::body::{HttpRequest, Payload, PayloadOrigin};

use super::error::shorten;
use super::origin::Origin;
use super::record::{Record, shown};
use super::service::finding;
use super::{DecodeError, Decoded, Events, address, http};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    // It believes the client's own `X-Forwarded-For`, of which the last address is the best that there is.
    let source = it.required("src_ip")?;
    let last = source.rsplit(',').next().unwrap_or_default().trim();
    let ip = address(last).ok_or_else(|| DecodeError::BadAddress(shorten(source)))?;
    let origin = Origin::new(it.time("timestamp")?, ip, "h0neytr4p")?;
    let service = it.text("protocol")?.unwrap_or("http");
    let headers = it.fields().filter_map(|(name, value)| Some((name.strip_prefix("header_")?, shown(value))));
    let request = HttpRequest {
        host: it.shown("hostname"),
        headers: headers.map(|(name, text)| (name.to_owned(), text)).collect(),
        body: it.shown("payload").or_else(|| it.shown("payload_parameter")),
        ..http::request(it.required("request_method")?, it.required("request_uri")?, service)
    };
    let mut events: Events = smallvec![origin.event(Body::HttpRequest(request))];
    if let Some(trap) = it.shown("trapped_for") {
        events.push(origin.event(finding(trap, it.shown("trapped_risk_rating"), service)));
    }
    if let Some(filename) = it.shown("payload_filename") {
        let upload =
            Payload { origin: PayloadOrigin::Upload, url: None, filename: Some(filename), sha256: None };
        events.push(origin.event(Body::Payload(upload)));
    }
    Ok(Decoded::Events(events))
}

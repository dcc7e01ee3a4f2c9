//! Tanner's `tanner_report.json`: a request that Snare took, and what Tanner holds it for. Times are UTC.

use smallvec::smallvec;
use vespid_model::Body;
use vespid_model::body::HttpRequest;

use super::origin::Origin;
use super::record::{Object, Record, shown};
use super::service::finding;
use super::{DecodeError, Decoded, Events, http};
use crate::decode::address;
use crate::decode::error::shorten;

/// What it calls a request that it holds for nothing.
const HARMLESS: [&str; 3] = ["index", "unknown", "wp-content"];

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let peer = it.object("peer").ok_or(DecodeError::Missing("peer"))?;
    let ip = peer.required("ip")?;
    let ip = address(ip).ok_or_else(|| DecodeError::BadAddress(shorten(ip)))?;
    let answer =
        it.object("response_msg").and_then(|it| it.object("response")).and_then(|it| it.object("message"));
    let session = answer.and_then(|answer| answer.shown("sess_uuid"));
    let origin = Origin::new(it.time("timestamp")?, ip, "tanner")?.session(session.as_deref())?;
    let request = HttpRequest {
        headers: it.object("headers").map(http::headers).unwrap_or_default(),
        body: it.value("post_data").and_then(form),
        status: it.whole("status").and_then(|status| u16::try_from(status).ok()),
        ..http::request(it.required("method")?, it.required("path")?, "http")
    };
    let mut events: Events = smallvec![origin.event(Body::HttpRequest(request))];
    let detected = answer.and_then(|answer| answer.object("detection")).and_then(|it| it.shown("name"));
    if let Some(name) = detected.filter(|name| !HARMLESS.contains(&name.as_str())) {
        events.push(origin.event(finding(name, None, "http")));
    }
    Ok(Decoded::Events(events))
}

/// The fields of a form as they were sent, or what else was.
fn form(value: &serde_json::Value) -> Option<String> {
    let text = match Object::of(value) {
        Some(fields) => {
            let fields = fields.fields().map(|(name, value)| format!("{name}={}", shown(value)));
            fields.collect::<Vec<_>>().join("&")
        }
        None => shown(value),
    };
    (!text.is_empty()).then_some(text)
}

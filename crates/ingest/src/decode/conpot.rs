//! Conpot's `conpot.json`: requests to industrial protocols. All records of a session have the time of its beginning,
//! UTC, so that the same request twice is one event.

use serde_json::Value;
use vespid_model::Body;
use vespid_model::body::HttpRequest;

use super::origin::Origin;
use super::record::{Record, shown};
use super::service::{command, connect, other};
use super::{DecodeError, Decoded, http, python};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let service = it.required("data_type")?;
    let decky = it.text("sensorid")?.unwrap_or("conpot");
    let origin = Origin::new(it.time("timestamp")?, it.address("src_ip")?, decky)?.session(it.text("id")?)?;
    let event = it.shown("event_type");
    let body = match (event.as_deref(), it.value("request")) {
        (Some("NEW_CONNECTION"), _) => {
            connect(service, it.port("src_port"), it.maybe_address("dst_ip"), it.port("dst_port"))
        }
        (_, Some(Value::String(text))) if service == "http" => request(text, it.shown("response"))
            .unwrap_or_else(|| command(service, "request", Some(text.clone()))),
        (event, Some(request)) => command(service, event.unwrap_or("request"), Some(shown(request))),
        (event, None) => other(
            format!("conpot.{service}.{}", event.unwrap_or("event").to_lowercase()),
            it.shown("response").unwrap_or_default(),
        ),
    };
    Ok(origin.events([body]))
}

/// `('/', [('Host', 'x')], None)`: target, headers, body. The method is not said.
fn request(text: &str, response: Option<String>) -> Option<Body> {
    let Value::Array(parts) = python::parse(text)? else { return None };
    let target = parts.first()?.as_str()?;
    let pair = |pair: &Value| Some((pair.get(0)?.as_str()?.to_owned(), pair.get(1).map(shown)?));
    let headers = parts.get(1).and_then(Value::as_array).into_iter().flatten().filter_map(pair).collect();
    let body = parts.get(2).map(shown).filter(|body| !body.is_empty());
    let status = response.and_then(|status| status.parse().ok());
    Some(Body::HttpRequest(HttpRequest { headers, body, status, ..http::request("", target, "http") }))
}

//! Access logs as JSON: Caddy's, Traefik's, and what nginx is usually told to write.

use std::net::IpAddr;

use vespid_model::body::HttpRequest;
use vespid_model::{Body, UtcMicros};

use super::error::shorten;
use super::origin::Origin;
use super::record::{Object, Record};
use super::service::command;
use super::{DecodeError, Decoded, address, http, time};

/// Names of one thing. An address is the peer's, not what a header says.
const ADDRESS: [&str; 6] =
    ["remote_ip", "remote_addr", "remoteAddr", "ClientHost", "client_addr", "client_ip"];
const TIME: [&str; 9] =
    ["ts", "time", "timestamp", "@timestamp", "time_iso8601", "StartUTC", "time_local", "msec", "start_time"];
const METHOD: [&str; 4] = ["method", "request_method", "RequestMethod", "http_method"];
const TARGET: [&str; 6] = ["uri", "request_uri", "RequestPath", "url", "path", "http_url"];
const HOST: [&str; 5] = ["host", "http_host", "RequestHost", "server_name", "vhost"];
const AGENT: [&str; 4] = ["http_user_agent", "user_agent", "request_User-Agent", "agent"];
const REFERER: [&str; 4] = ["http_referer", "referer", "referrer", "request_Referer"];
const STATUS: [&str; 4] = ["status", "DownstreamStatus", "OriginStatus", "response_code"];
const BODY: [&str; 2] = ["request_body", "body"];

/// Are these the fields of a request? Those of Caddy's are in an object of their own.
pub(super) fn is_record(has: &dyn Fn(&str) -> bool) -> bool {
    let any = |names: &[&str]| names.iter().any(|name| has(name));
    let caddy = has("request") && has("logger") && has("ts");
    let target = has("request") || (any(&METHOD) && any(&TARGET));
    caddy || (any(&ADDRESS) && any(&TIME) && any(&STATUS) && target)
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    // Caddy has the request's own fields in an object.
    let own = it.object("request").unwrap_or(it);
    let source =
        first(own, &ADDRESS).or_else(|| first(it, &ADDRESS)).ok_or(DecodeError::Missing("remote_addr"))?;
    let ip = peer(&source).ok_or_else(|| DecodeError::BadAddress(shorten(&source)))?;
    let origin = Origin::new(moment(it)?, ip, "web")?;
    let line = it.value("request").and_then(|request| request.as_str());
    let (method, target) = match (line.map(http::request_line), first(own, &TARGET)) {
        (Some(Some((method, target))), _) => (method.to_owned(), target.to_owned()),
        (_, Some(target)) => (first(own, &METHOD).unwrap_or_default(), target),
        // What was sent is no request.
        (Some(None), None) => return Ok(origin.events([command("http", line.unwrap_or_default(), None)])),
        (None, None) => return Err(DecodeError::Missing("request_uri")),
    };
    let mut headers = own.object("headers").map(http::headers).unwrap_or_default();
    if let Some(referer) = first(it, &REFERER).filter(|referer| referer != "-") {
        headers.entry("Referer".to_owned()).or_insert(referer);
    }
    let status = STATUS.iter().find_map(|name| it.whole(name));
    Ok(origin.events([Body::HttpRequest(HttpRequest {
        host: first(own, &HOST),
        user_agent: first(it, &AGENT).filter(|agent| agent != "-"),
        headers,
        body: first(it, &BODY).filter(|body| body != "-"),
        username: it.shown("remote_user").or_else(|| it.shown("ClientUsername")).filter(|user| user != "-"),
        status: status.and_then(|status| u16::try_from(status).ok()),
        ..http::request(&method, &target, "http")
    })]))
}

fn first(it: Object<'_>, names: &[&str]) -> Option<String> {
    names.iter().find_map(|name| it.shown(name))
}

/// With a port or without.
fn peer(text: &str) -> Option<IpAddr> {
    address(text).or_else(|| super::plain::endpoint(text).map(|(ip, _)| ip))
}

/// A text, or seconds since 1970.
fn moment(it: Object<'_>) -> Result<UtcMicros, DecodeError> {
    for name in TIME {
        if let Some(number) = it.number(name) {
            return UtcMicros::from_epoch(number)
                .map_err(|error| DecodeError::BadTime { text: number.to_string(), error });
        }
        if let Some(text) = it.value(name).and_then(|text| text.as_str()) {
            return time(&super::access::rfc3339(text).unwrap_or_else(|| text.to_owned()));
        }
    }
    Err(DecodeError::Missing("time"))
}

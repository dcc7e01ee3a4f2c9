//! Requests to web services.

use std::collections::BTreeMap;

use serde_json::Value;
use vespid_model::body::HttpRequest;

use super::record::{Object, shown};

/// A request of which this much is known; the rest is filled in.
pub(super) fn request(method: &str, raw_url: &str, service: &str) -> HttpRequest {
    HttpRequest {
        method: method.to_owned(),
        raw_url: raw_url.to_owned(),
        service: Some(service.to_owned()),
        ..HttpRequest::default()
    }
}

/// Headers that a sensor keeps as an object, one text or a list of texts each. The agent is among them.
pub(super) fn headers(object: Object<'_>) -> BTreeMap<String, String> {
    let text = |value: &Value| match value {
        Value::Array(list) => list.iter().map(shown).collect::<Vec<_>>().join(", "),
        one => shown(one),
    };
    object
        .fields()
        .filter(|(_, value)| !value.is_null())
        .map(|(name, value)| (name.clone(), text(value)))
        .collect()
}

/// A request as it was sent, when these bytes are one.
pub(super) fn parse(bytes: &[u8], service: &str) -> Option<HttpRequest> {
    let (head, body) = match memchr::memmem::find(bytes, b"\r\n\r\n") {
        Some(end) => (bytes.get(..end)?, bytes.get(end + 4..)?),
        None => (bytes, &[][..]),
    };
    let head = String::from_utf8_lossy(head);
    let mut lines = head.split("\r\n").flat_map(|line| line.split('\n'));
    let line = request_line(lines.next()?)?;
    let mut headers: BTreeMap<String, String> = BTreeMap::new();
    for (name, text) in lines.filter_map(|line| line.split_once(':')) {
        let text = text.trim();
        headers
            .entry(name.trim().to_owned())
            .and_modify(|all| {
                all.push_str(", ");
                all.push_str(text);
            })
            .or_insert_with(|| text.to_owned());
    }
    let body = (!body.is_empty()).then(|| String::from_utf8_lossy(body).into_owned());
    Some(HttpRequest { headers, body, ..request(line.0, line.1, service) })
}

/// Method and target of `GET / HTTP/1.1`.
pub(super) fn request_line(line: &str) -> Option<(&str, &str)> {
    let (rest, version) = line.trim_end().rsplit_once(' ')?;
    let (method, target) = rest.split_once(' ')?;
    let good = version.starts_with("HTTP/")
        && !target.is_empty()
        && (1..=24).contains(&method.len())
        && method.bytes().all(|byte| byte.is_ascii_alphabetic() || byte == b'-' || byte == b'_');
    good.then_some((method, target))
}

/// Method and target of `GET /`, as clients of HTTP/0.9 have it.
pub(super) fn old_request_line(line: &str) -> Option<(&str, &str)> {
    line.split_once(' ').filter(|(method, target)| *method == "GET" && target.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_are_told_from_other_bytes() {
        let read = parse(b"POST /a b HTTP/1.1\r\nHost: x\r\nX: 1\r\nX: 2\r\n\r\nq=1", "http").unwrap();
        assert_eq!((read.method.as_str(), read.raw_url.as_str()), ("POST", "/a b"));
        assert_eq!(read.headers["X"], "1, 2");
        assert_eq!(read.body.as_deref(), Some("q=1"));
        for bytes in [&b"\x16\x03\x01"[..], b"GET /", b"", b" / HTTP/1.1", b"SSH-2.0-Go\r\n"] {
            assert_eq!(parse(bytes, "http"), None);
        }
    }
}

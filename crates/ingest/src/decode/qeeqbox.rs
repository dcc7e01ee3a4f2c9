//! The honeypots of qeeqbox. Every value is a string, ports too. Written to a file, a record is a JSON string that
//! holds JSON; from its output it is plain. Times are UTC.

use serde_json::Value;
use vespid_model::Body;
use vespid_model::body::{AuthAttempt, AuthResult, Command, HttpRequest};

use super::error::shorten;
use super::origin::Origin;
use super::record::{Object, Record};
use super::service::{command, connect, other, sip};
use super::{DecodeError, Decoded, Passed, http, python};

/// Is it a string that holds an object of theirs?
pub(super) fn is_wrapped(line: &[u8]) -> bool {
    unwrapped(line).is_some_and(|text| text.contains("\"server\"") && text.contains("\"action\""))
}

fn unwrapped(line: &[u8]) -> Option<String> {
    let line = line.trim_ascii();
    if !line.starts_with(b"\"") {
        return None;
    }
    serde_json::from_slice::<String>(line).ok().filter(|text| text.starts_with('{'))
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let inner = unwrapped(line);
    let line = inner.as_ref().map_or(line, String::as_bytes);
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let server = it.required("server")?;
    let action = it.required("action")?;
    if action == "process" || it.text("src_ip")?.is_none() {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    }
    let service = service(server);
    // Older versions call the decoy's end `dst`.
    let dst_port = if it.has("dest_port") { it.port("dest_port") } else { it.port("dst_port") };
    let src_port = it.port("src_port");
    let origin =
        Origin::new(it.time("timestamp")?, it.address("src_ip")?, "qeeqbox")?.connection(src_port, dst_port);
    let data = it.object("data");
    let web = matches!(service, "http" | "https" | "httpproxy");
    let body = match action {
        "connection" if web && data.is_some_and(|data| data.has("method")) => request(service, data, it)?,
        "connection" => {
            let dst_ip = it.maybe_address("dest_ip").or_else(|| it.maybe_address("dst_ip"));
            connect(service, src_port, dst_ip, dst_port)
        }
        // The request again, without its target.
        "GET" | "POST" | "HEAD" | "PUT" if web && data.is_none() => {
            return Ok(Decoded::Passed(Passed::Repeated));
        }
        "dump" if it.has("line") => dumped(service, it),
        "login" => attempt(service, it),
        "command" | "interactive" if matches!(service, "ssh" | "telnet") => {
            let command_text = data.and_then(|data| data.shown("command")).unwrap_or_default();
            Body::Command(Command { command_text, script: false })
        }
        "command" | "query" | "request" | "stshash" | "stats" | "get" | "set" => asked(service, action, data),
        _ => other(format!("qeeqbox.{service}.{}", shorten(action)), it.shown("data").unwrap_or_default()),
    };
    Ok(origin.events([body]))
}

/// A login with a password or a key. IRC has no password, and writes it as Python does.
fn attempt(service: &str, it: Object<'_>) -> Body {
    let password = it.value("password").and_then(Value::as_str);
    let success = it.shown("status").is_some_and(|status| status == "success");
    Body::AuthAttempt(AuthAttempt {
        username: it.shown("username").unwrap_or_default(),
        password: password.filter(|text| service != "irc" || *text != "None").map(str::to_owned),
        password_sha256: None,
        key_fingerprint: it.shown("key_fingerprint"),
        result: if success { AuthResult::Success } else { AuthResult::Failure },
        service: service.to_owned(),
    })
}

/// A request as the servers that keep its first line write it.
fn dumped(service: &str, it: Object<'_>) -> Body {
    let line = it.shown("line").unwrap_or_default();
    match http::request_line(&line) {
        Some((method, target)) => Body::HttpRequest(HttpRequest {
            headers: it.object("headers").map(http::headers).unwrap_or_default(),
            ..http::request(method, target, service)
        }),
        None => command("http", &line, None),
    }
}

/// `ftp_server` to the names that others give.
fn service(server: &str) -> &str {
    match server.strip_suffix("_server").unwrap_or(server) {
        "memcache" => "memcached",
        "elastic" => "elasticsearch",
        "http_proxy" | "httpproxy" => "httpproxy",
        other => other,
    }
}

fn request(service: &str, data: Option<Object<'_>>, it: Object<'_>) -> Result<Body, DecodeError> {
    let data = data.ok_or(DecodeError::Missing("data"))?;
    let mut headers = http::headers(data);
    let method = headers.remove("method").unwrap_or_default();
    let url = headers.remove("uri").unwrap_or_default();
    let body = it.shown("body");
    Ok(Body::HttpRequest(HttpRequest { headers, body, ..http::request(&method, &url, service) }))
}

/// A command with its arguments, which some servers write as Python does.
fn asked(service: &str, action: &str, data: Option<Object<'_>>) -> Body {
    let Some(data) = data else { return command(service, action, None) };
    if service == "sip" {
        return sip(&http::headers(data));
    }
    let first = |names: &[&str]| names.iter().find_map(|name| data.shown(name));
    let arguments = first(&["args", "params"]).map(|text| python::words(&text));
    match first(&["cmd", "command"]) {
        Some(word) => command(service, &word, arguments),
        None => command(service, action, Some(data.json())),
    }
}

//! honeypot-server: one JSON object a line, whose `src` is `ip:port`. Times are UTC and have whole seconds; passwords
//! are kept as their SHA-256 only.

use smallvec::smallvec;
use vespid_model::Body;
use vespid_model::body::{Credential, Email, HttpRequest};

use super::error::shorten;
use super::origin::Origin;
use super::plain::endpoint;
use super::record::{Object, Record};
use super::service::{client_version, command, command_line, connect, finding, hashed_login, other};
use super::{DecodeError, Decoded, Events, Passed, http, mail};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let service = it.required("service")?;
    let event = it.required("event")?;
    let Some(source) = it.text("src")? else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let (ip, src_port) = endpoint(source).ok_or_else(|| DecodeError::BadAddress(shorten(source)))?;
    let origin = Origin::new(it.time("ts")?, ip, "honeypot-server")?.session(it.text("session")?)?;
    let data = it.text("data")?;
    let body = match event {
        // What the decoy says, not the client.
        "banner" => return Ok(Decoded::Passed(Passed::Housekeeping)),
        "connect" => connect(service, src_port, None, 0),
        "request" => request(service, it),
        "identification" => client_version(data.unwrap_or_default()),
        "command" => match it.shown("command") {
            Some(word) => command(service, &word, it.shown("arg")),
            None => command_line(service, data.unwrap_or_default()),
        },
        "login_attempt" | "credential_capture" => return Ok(attempt(&origin, service, it)),
        "message_accepted" => message(it),
        "open_relay_abuse" | "brute_force_suspected" => finding(event.to_owned(), None, service),
        _ => other(format!("hpserver.{service}.{}", shorten(event)), it.json()),
    };
    Ok(origin.events([body]))
}

fn request(service: &str, it: Object<'_>) -> Body {
    let method = it.shown("method").unwrap_or_default();
    let url = it.shown("path").unwrap_or_default();
    let headers = it.object("headers").map(http::headers).unwrap_or_default();
    Body::HttpRequest(HttpRequest {
        headers,
        body: it.shown("body"),
        ..http::request(&method, &url, service)
    })
}

/// The login, and the hash of its password, which may be seen elsewhere again.
fn attempt(origin: &Origin<'_>, service: &str, it: Object<'_>) -> Decoded {
    let success = it.value("success").and_then(serde_json::Value::as_bool).unwrap_or(false);
    let username = it.shown("user").unwrap_or_default();
    let hash = it.shown("pass_sha256");
    // Logins in one second with different passwords are several.
    let mut events: Events = smallvec![origin.event(hashed_login(service, &username, hash.clone(), success))];
    if let Some(hash) = hash {
        events.push(origin.event(Body::Credential(Credential {
            credential_hash: Some(hash),
            secret_kind: Some("password".to_owned()),
            services: vec![service.to_owned()],
            ..Credential::default()
        })));
    }
    Decoded::Events(events)
}

fn message(it: Object<'_>) -> Body {
    let recipients = it.list("rcpt_to");
    Body::Email(Box::new(Email {
        mail_from_domain: it.shown("mail_from").as_deref().and_then(mail::domain),
        rcpt_count: i64::try_from(recipients.len()).ok(),
        rcpt_domains: mail::domains(recipients.iter().filter_map(serde_json::Value::as_str)),
        body_sha256: it.shown("body_sha256"),
        ..Email::default()
    }))
}

//! What a line says.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;
use vespid_model::Body;
use vespid_model::body::{Command, Email, HttpFingerprint, HttpRequest, Payload, PayloadOrigin, Session};

use super::Message;
use crate::decode::record::shown;
use crate::decode::service::{command, connect, login, other};
use crate::decode::{address, http, mail, python};

/// Services whose commands are typed into a shell.
const SHELLS: [&str; 4] = ["bash", "ssh", "telnet", "sh"];

/// A request that carries a name and a password is a login too.
pub(super) fn bodies(it: &Message<'_>) -> impl Iterator<Item = Body> {
    let first = body(it);
    let carried = matches!(first, Body::HttpRequest(_)) && password(it).is_some();
    std::iter::once(first).chain(carried.then(|| attempt(it)))
}

fn body(it: &Message<'_>) -> Body {
    let first = |names: &[&str]| names.iter().find_map(|name| it.field(name)).map(str::to_owned);
    let service = it.app;
    match it.id {
        "connect" | "connection" | "accept" => connect(
            service,
            it.port("src_port"),
            first(&["dst_ip"]).as_deref().and_then(address),
            it.port("dst_port"),
        ),
        "auth" | "auth_attempt" | "login" | "login_attempt" => attempt(it),
        "command" | "cmd" => {
            let text = first(&["cmd", "command", "command_text"]).unwrap_or_default();
            if SHELLS.contains(&service) {
                return Body::Command(Command { command_text: text, script: false });
            }
            command(service, &text, first(&["args", "arg", "arguments"]).map(|text| python::words(&text)))
        }
        "query" => command(service, &first(&["query", "sql", "statement"]).unwrap_or_default(), None),
        "request" if service == "tftp" => Body::Session(Session::FileRequest {
            path: first(&["filename"]).unwrap_or_default(),
            service: Some(service.to_owned()),
            write: it.field("op").map(|op| op == "WRQ"),
            source_host: None,
        }),
        "request" | "http_request" | "http_access" => request(it),
        "ehlo" => command(service, "EHLO", first(&["domain"])),
        "mail_from" => command(service, "MAIL", first(&["value", "mail_from"])),
        "rcpt_to" => command(service, "RCPT", first(&["value", "rcpt_to"])),
        // It says what `message_accepted` says and more.
        "message_stored" => Body::Email(Box::new(message(it))),
        "http_request_fingerprint" => Body::HttpFingerprint(HttpFingerprint {
            ja4h: first(&["ja4h"]),
            protocol: first(&["proto"]),
            user_agent: first(&["user_agent"]),
            ..HttpFingerprint::default()
        }),
        "http2_settings" | "http3_settings" => Body::HttpFingerprint(HttpFingerprint {
            fingerprint_type: Some(it.id.to_owned()),
            settings: first(&["settings"]),
            ..HttpFingerprint::default()
        }),
        "tls_client_hello" => Body::Session(Session::ClientTls {
            ja3: first(&["ja3"]),
            ja4: first(&["ja4"]),
            server_name: first(&["sni"]),
            version: first(&["tls_version"]),
        }),
        "file_captured" => Body::Payload(Payload {
            origin: PayloadOrigin::Upload,
            url: None,
            filename: first(&["orig_path", "filename", "path"]),
            sha256: first(&["sha256"]).map(|sum| sum.to_lowercase()),
        }),
        _ => {
            let fields = it.fields.iter().map(|(name, value)| format!("{name}={value}"));
            other(format!("decnet.{service}.{}", it.id), fields.collect::<Vec<_>>().join(" "))
        }
    }
}

/// A login.
fn attempt(it: &Message<'_>) -> Body {
    let said = ["result", "status", "success", "outcome"].iter().find_map(|name| it.field(name));
    let yes = ["success", "true", "accepted", "ok"];
    let success = said.is_some_and(|said| yes.iter().any(|yes| said.eq_ignore_ascii_case(yes)));
    login(it.app, username(it).unwrap_or_default(), password(it).as_deref(), success)
}

fn username<'a>(it: &'a Message<'_>) -> Option<&'a str> {
    ["principal", "username", "user"].iter().find_map(|name| it.field(name))
}

/// What is kept as base64 is the password itself; what is printable of it may have lost characters. Tokens and hashes
/// are no passwords.
fn password(it: &Message<'_>) -> Option<String> {
    if !matches!(it.field("secret_kind"), None | Some("plaintext")) {
        return None;
    }
    let whole = it.field("secret_b64").and_then(|text| String::from_utf8(STANDARD.decode(text).ok()?).ok());
    let given = || ["secret_printable", "password", "pass"].iter().find_map(|name| it.field(name));
    whole.or_else(|| given().map(str::to_owned))
}

fn message(it: &Message<'_>) -> Email {
    let recipients = it.field("rcpt_to").map(|list| list.split(',')).into_iter().flatten();
    let listed = it.field("attachments_json").and_then(|text| serde_json::from_str::<Vec<Value>>(text).ok());
    let attachments = listed.unwrap_or_default();
    let text = |value: &Value, name: &str| value.get(name).map(shown).filter(|text| !text.is_empty());
    let extension = |name: String| Some(name.rsplit_once('.')?.1.to_lowercase());
    Email {
        subject: it.field("subject").map(str::to_owned),
        from_domain: it.field("from_hdr").and_then(mail::domain),
        mail_from_domain: it.field("mail_from").and_then(mail::domain),
        rcpt_count: i64::try_from(recipients.clone().count()).ok(),
        rcpt_domains: mail::domains(recipients),
        attachment_count: it.field("attachment_count").and_then(|count| count.parse().ok()),
        attachment_sha256s: attachments.iter().filter_map(|it| text(it, "sha256")).collect(),
        attachment_extensions: attachments
            .iter()
            .filter_map(|it| text(it, "filename"))
            .filter_map(extension)
            .collect(),
        body_sha256: it.field("sha256").map(str::to_owned),
        stored_as: it.field("stored_as").map(str::to_owned),
        ..Email::default()
    }
}

fn request(it: &Message<'_>) -> Body {
    let field = |names: &[&str]| names.iter().find_map(|name| it.field(name)).map(str::to_owned);
    let listed = it.field("headers").and_then(|text| serde_json::from_str::<Value>(text).ok());
    let headers = listed.as_ref().and_then(Value::as_object).into_iter().flatten();
    let target = field(&["path", "uri", "url", "raw_url"]).unwrap_or_default();
    Body::HttpRequest(HttpRequest {
        host: field(&["host"]),
        user_agent: field(&["user_agent"]),
        headers: headers.map(|(name, value)| (name.clone(), shown(value))).collect(),
        body: field(&["body"]),
        username: username(it).map(str::to_owned),
        password: password(it),
        status: field(&["status"]).and_then(|status| status.parse().ok()),
        ..http::request(it.field("method").unwrap_or_default(), &target, it.app)
    })
}

//! What a record says.

use serde_json::Value;
use vespid_model::body::{Email, HttpRequest, Payload, PayloadOrigin, Session};
use vespid_model::{Body, UtcMicros};

use super::Ends;
use crate::decode::origin::Origin;
use crate::decode::record::{Object, shown};
use crate::decode::service::{client_version, command, connect, other};
use crate::decode::{DecodeError, Decoded, Passed, http, mail};

/// The beginning of a connection.
pub(super) fn begun(it: Object<'_>, ends: &Ends) -> Body {
    connect(&service(it), ends.client_port, Some(ends.server), ends.server_port)
}

/// Its end.
pub(super) fn ended(begun: UtcMicros, ended: UtcMicros) -> Body {
    let micros = ended.as_micros().saturating_sub(begun.as_micros());
    Body::Session(Session::Closed { duration_ms: u64::try_from(micros / 1000).unwrap_or(0) })
}

/// The application's protocol, where it is known, else the transport's.
fn service(it: Object<'_>) -> String {
    let application = it.shown("app_proto").filter(|name| name != "failed" && name != "unknown");
    application.or_else(|| it.shown("proto")).unwrap_or_default().to_lowercase()
}

/// What a record says that is no flow.
pub(super) fn said(
    kind: &str,
    it: Object<'_>,
    ends: &Ends,
    origin: &Origin<'_>,
) -> Result<Decoded, DecodeError> {
    if kind == "alert" {
        return Ok(origin.events([alert(it)?]));
    }
    let Some(own) = it.object(kind) else {
        return Ok(origin.events([other(format!("suricata.{kind}"), it.json())]));
    };
    let text = |name| own.shown(name).unwrap_or_default();
    let body = match kind {
        "http" => Body::HttpRequest(request(own)),
        "ssh" => return Ok(client(own, origin)),
        "tls" => tls(own),
        // What the decoy gives away is its own.
        "fileinfo" if ends.to_client => return Ok(Decoded::Passed(Passed::Housekeeping)),
        "fileinfo" if is_form(it, own) => return Ok(Decoded::Passed(Passed::Repeated)),
        "fileinfo" => Body::Payload(Payload {
            origin: PayloadOrigin::Upload,
            url: None,
            filename: own.shown("filename"),
            sha256: own.shown("sha256"),
        }),
        "ftp" if !own.has("command") => return Ok(Decoded::Passed(Passed::Housekeeping)),
        "ftp" => command("ftp", &text("command"), own.shown("command_data")),
        "smtp" if own.has("mail_from") => Body::Email(Box::new(message(own, it.object("email")))),
        "smtp" => command("smtp", "HELO", own.shown("helo")),
        "dns" if matches!(text("type").as_str(), "answer" | "response") => {
            return Ok(Decoded::Passed(Passed::Repeated));
        }
        "dns" => command("dns", "query", Some(format!("{} {}", text("rrtype"), text("rrname")))),
        "sip" if own.has("method") => command("sip", &text("method"), own.shown("uri")),
        "snmp" => {
            let asked = std::iter::once(text("community")).chain(own.list("vars").iter().map(shown));
            command("snmp", &text("pdu_type"), Some(asked.collect::<Vec<_>>().join(" ")))
        }
        "tftp" => Body::Session(Session::FileRequest {
            path: text("file"),
            service: Some("tftp".to_owned()),
            write: Some(text("packet") == "write"),
            source_host: None,
        }),
        _ => other(format!("suricata.{kind}"), own.json()),
    };
    Ok(origin.events([body]))
}

/// Is it the body of a request that sent no file? It is given the name of what was asked for then.
fn is_form(it: Object<'_>, own: Object<'_>) -> bool {
    let Some(request) = it.object("http") else { return false };
    let asked = request.shown("url").unwrap_or_default();
    let path = asked.split('?').next().unwrap_or_default();
    request.shown("http_method").as_deref() == Some("POST")
        && own.shown("filename").is_some_and(|name| name == path)
}

fn request(own: Object<'_>) -> HttpRequest {
    let text = |name| own.shown(name).unwrap_or_default();
    let listed = own.list("request_headers").iter().filter_map(Object::of);
    let mut headers: std::collections::BTreeMap<String, String> =
        listed.filter_map(|header| Some((header.shown("name")?, header.shown("value")?))).collect();
    if let Some(referer) = own.shown("http_refer") {
        headers.entry("Referer".to_owned()).or_insert(referer);
    }
    HttpRequest {
        host: own.shown("hostname"),
        user_agent: own.shown("http_user_agent"),
        headers,
        body: own.shown("http_request_body_printable"),
        status: own.whole("status").and_then(|status| u16::try_from(status).ok()),
        ..http::request(&text("http_method"), &text("url"), "http")
    }
}

/// Banner and key exchange of an SSH client.
fn client(own: Object<'_>, origin: &Origin<'_>) -> Decoded {
    let Some(client) = own.object("client") else { return Decoded::Passed(Passed::Housekeeping) };
    let version = client.shown("proto_version").zip(client.shown("software_version"));
    let version = version.map(|(protocol, software)| client_version(&format!("SSH-{protocol}-{software}")));
    let hassh = client.object("hassh").and_then(|hassh| {
        let (hash, hassh_algorithms) = (hassh.shown("hash")?, hassh.shown("string"));
        Some(Body::Session(Session::ClientKex { hassh: hash, hassh_algorithms }))
    });
    if version.is_none() && hassh.is_none() {
        return Decoded::Passed(Passed::Housekeeping);
    }
    origin.events(version.into_iter().chain(hassh))
}

fn tls(own: Object<'_>) -> Body {
    let ja3 = own.object("ja3").and_then(|ja3| ja3.shown("hash"));
    Body::Session(Session::ClientTls {
        ja3,
        ja4: own.shown("ja4"),
        server_name: own.shown("sni"),
        version: own.shown("version"),
    })
}

fn message(own: Object<'_>, email: Option<Object<'_>>) -> Email {
    let recipients = own.list("rcpt_to");
    let texts =
        |name| email.map(|email| email.list(name)).unwrap_or_default().iter().map(shown).collect::<Vec<_>>();
    let attachments = texts("attachment");
    Email {
        subject: email.and_then(|email| email.shown("subject")),
        from_domain: email.and_then(|email| email.shown("from")).as_deref().and_then(mail::domain),
        mail_from_domain: own.shown("mail_from").as_deref().and_then(mail::domain),
        rcpt_count: i64::try_from(recipients.len()).ok(),
        rcpt_domains: mail::domains(recipients.iter().filter_map(Value::as_str)),
        urls: texts("url"),
        attachment_count: email.and_then(|_| i64::try_from(attachments.len()).ok()),
        attachment_extensions: attachments.iter().filter_map(|name| extension(name)).collect(),
        ..Email::default()
    }
}

fn extension(name: &str) -> Option<String> {
    name.rsplit_once('.').map(|(_, extension)| extension.to_lowercase())
}

/// A signature, with the techniques that its metadata names.
fn alert(it: Object<'_>) -> Result<Body, DecodeError> {
    let own = it.object("alert").ok_or(DecodeError::Missing("alert"))?;
    let metadata = own.object("metadata");
    let ids =
        |name| metadata.map(|metadata| metadata.list(name)).unwrap_or_default().iter().map(shown).collect();
    Ok(Body::Session(Session::Alert {
        signature: own.required("signature")?.to_owned(),
        signature_id: own.whole("signature_id"),
        category: own.shown("category"),
        severity: own.whole("severity"),
        service: Some(service(it)).filter(|service| !service.is_empty()),
        tactics: ids("mitre_tactic_id"),
        techniques: ids("mitre_technique_id"),
    }))
}

//! What an event shows of whoever is behind it: values that may be seen again elsewhere.

mod command;
mod host;
mod key;
mod shape;
mod text;
mod wallet;

use std::collections::BTreeSet;

use serde_json::json;
use vespid_model::body::{AuthAttempt, Email, HttpFingerprint, HttpRequest, Ipv6Leak, Payload, Session};
use vespid_model::{Body, Observable, ObservableKind};
use vespid_shell::Line;

/// Observables of one event. A line may name a thousand addresses: the first by kind and value stay.
pub(crate) const MAX_OBSERVABLES: usize = 256;

/// Finds what an event shows. `line` is the taken-apart text of a command.
pub(crate) fn observe(body: &Body, line: Option<&Line>) -> Vec<Observable> {
    let mut seen = Seen::default();
    match body {
        Body::Command(typed) => {
            if let Some(line) = line {
                command::observe(&typed.command_text, line, &mut seen);
            }
        }
        Body::AuthAttempt(attempt) => login(attempt, &mut seen),
        Body::HttpRequest(request) => http_request(request, &mut seen),
        Body::HttpFingerprint(fingerprint) => http_fingerprint(fingerprint, &mut seen),
        Body::Payload(payload) => file(payload, &mut seen),
        Body::Session(session) => life(session, &mut seen),
        Body::Email(email) => message(email, &mut seen),
        Body::Ipv6Leak(leak) => interface(leak, &mut seen),
        Body::Credential(_) | Body::Identity(_) | Body::Intel(_) | Body::CanaryFingerprint(_) => {}
    }
    seen.into_vec()
}

/// What was found, each once.
#[derive(Default)]
pub(crate) struct Seen(BTreeSet<Observable>);

impl Seen {
    fn add(&mut self, kind: ObservableKind, value: &str) {
        self.0.extend(Observable::new(kind, value));
    }

    fn add_all(&mut self, kind: ObservableKind, values: impl IntoIterator<Item = impl AsRef<str>>) {
        values.into_iter().for_each(|value| self.add(kind, value.as_ref()));
    }

    fn option(&mut self, kind: ObservableKind, value: Option<&str>) {
        self.add_all(kind, value);
    }

    fn into_vec(self) -> Vec<Observable> {
        self.0.into_iter().take(MAX_OBSERVABLES).collect()
    }
}

fn login(attempt: &AuthAttempt, seen: &mut Seen) {
    credential(
        Some(&attempt.username),
        attempt.password.as_deref(),
        attempt.password_sha256.as_deref(),
        seen,
    );
    seen.option(ObservableKind::SshKey, attempt.key_fingerprint.as_deref());
}

fn credential(username: Option<&str>, password: Option<&str>, sha256: Option<&str>, seen: &mut Seen) {
    let secret = match (password, sha256) {
        (Some(password), _) => json!(password),
        (None, Some(sha256)) => json!({ "sha256": sha256 }),
        (None, None) => return,
    };
    seen.add(ObservableKind::Credential, &json!([username.unwrap_or_default(), secret]).to_string());
}

fn http_request(request: &HttpRequest, seen: &mut Seen) {
    let agent = request.headers.iter().find(|(name, _)| name.eq_ignore_ascii_case("user-agent"));
    let agent = request.user_agent.as_deref().or(agent.map(|(_, agent)| agent.as_str()));
    seen.option(ObservableKind::Client, agent);
    if request.username.is_some() {
        credential(request.username.as_deref(), request.password.as_deref(), None, seen);
    }
    // A scanner's name of itself, or the page that it came from, is no address to fetch from.
    let told = ["user-agent", "referer", "origin", "host"];
    let headers =
        request.headers.iter().filter(|(name, _)| !told.iter().any(|told| name.eq_ignore_ascii_case(told)));
    // The target of a proxy's request is what the client wants to see, not what it wants the decoy to run.
    let target = request.raw_url.as_str();
    let path = target.strip_prefix("http://").or(target.strip_prefix("https://")).unwrap_or(target);
    let texts =
        [path].into_iter().chain(request.body.as_deref()).chain(headers.map(|(_, text)| text.as_str()));
    for text in texts {
        text::encoded(text, seen);
    }
}

fn http_fingerprint(fingerprint: &HttpFingerprint, seen: &mut Seen) {
    seen.option(ObservableKind::Ja4h, fingerprint.ja4h.as_deref());
    seen.option(ObservableKind::Ja4, fingerprint.ja4.as_deref());
    seen.option(ObservableKind::Ja4, fingerprint.ja4_quic.as_deref());
    seen.option(ObservableKind::Client, fingerprint.user_agent.as_deref());
}

fn file(payload: &Payload, seen: &mut Seen) {
    if let Some(sha256) = &payload.sha256 {
        hash(sha256, seen);
    }
    if let Some(url) = &payload.url {
        host::address(url, seen);
    }
}

/// The hash of nothing is no file.
fn hash(sha256: &str, seen: &mut Seen) {
    const NOTHING: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    let sha256 = sha256.to_ascii_lowercase();
    if sha256 != NOTHING {
        seen.add(ObservableKind::Payload, &sha256);
    }
}

fn life(session: &Session, seen: &mut Seen) {
    match session {
        Session::ClientVersion { version } => seen.add(ObservableKind::Client, version),
        Session::ClientKex { hassh, .. } => seen.add(ObservableKind::Hassh, hassh),
        Session::ClientTls { ja3, ja4, .. } => {
            seen.option(ObservableKind::Ja3, ja3.as_deref());
            seen.option(ObservableKind::Ja4, ja4.as_deref());
        }
        Session::Input { input, .. } => text::plain(input, seen),
        Session::Note { body_text, .. } => text::plain(body_text, seen),
        Session::DatabaseQuery { op_text, .. } => text::plain(op_text, seen),
        Session::ContainerRequest { container_command, .. } => {
            text::plain(container_command.as_deref().unwrap_or_default(), seen);
        }
        // What a program on the way may be told to fetch; names in mail and telephony are those of the called.
        Session::ProtocolCommand { arguments, .. } => {
            text::encoded(arguments.as_deref().unwrap_or_default(), seen);
        }
        _ => {}
    }
}

fn message(email: &Email, seen: &mut Seen) {
    email.urls.iter().for_each(|url| host::address(url, seen));
    email.attachment_sha256s.iter().for_each(|sha256| hash(sha256, seen));
    email.body_text.iter().for_each(|text| text::plain(text, seen));
}

fn interface(leak: &Ipv6Leak, seen: &mut Seen) {
    let Ok(address) = leak.addr.parse::<std::net::Ipv6Addr>() else { return };
    let [_, _, _, _, a, b, c, d] = address.segments();
    seen.add(ObservableKind::InterfaceId, &format!("{a:04x}:{b:04x}:{c:04x}:{d:04x}"));
}

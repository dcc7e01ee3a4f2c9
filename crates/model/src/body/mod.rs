//! What an event says: one struct per source kind.

mod auth_attempt;
mod canary_fingerprint;
mod command;
mod credential;
mod decimal;
mod email;
mod fields;
mod given;
mod http_fingerprint;
mod http_request;
mod identity;
mod intel;
mod ipv6_leak;
mod payload;
mod session;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

use serde::Serialize;

pub use auth_attempt::{AuthAttempt, AuthResult, UNKNOWN_SERVICE};
pub use canary_fingerprint::{CanaryFingerprint, TOOLS};
pub use command::Command;
pub use credential::Credential;
pub use decimal::Decimal;
pub use email::Email;
pub use fields::Value;
pub use given::BadBody;
pub use http_fingerprint::HttpFingerprint;
pub use http_request::HttpRequest;
pub use identity::Identity;
pub use intel::Intel;
pub use ipv6_leak::Ipv6Leak;
pub use payload::{Payload, PayloadOrigin};
pub use session::Session;

use crate::kind::SourceKind;
use fields::Fields;

/// The facts of one event. The variant is the event's source kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Body {
    /// A command line given to a shell.
    Command(Command),
    /// A login tried.
    AuthAttempt(AuthAttempt),
    /// A request to a web service.
    HttpRequest(HttpRequest),
    /// A file that came in or was made.
    Payload(Payload),
    /// Anything else in the life of a connection.
    Session(Session),
    /// A secret that was tried in several places.
    Credential(Credential),
    /// What the attackers of one identity have in common.
    Identity(Identity),
    /// What providers say of the attacker's address.
    Intel(Box<Intel>),
    /// A message given to a mail service.
    Email(Box<Email>),
    /// The browser that opened a canary token.
    CanaryFingerprint(CanaryFingerprint),
    /// How a client speaks HTTP.
    HttpFingerprint(HttpFingerprint),
    /// An IPv6 address beside the attacker's IPv4 one.
    Ipv6Leak(Ipv6Leak),
}

impl Body {
    /// The source kind.
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Command(_) => SourceKind::Command,
            Self::AuthAttempt(_) => SourceKind::AuthAttempt,
            Self::HttpRequest(_) => SourceKind::HttpRequest,
            Self::Payload(_) => SourceKind::Payload,
            Self::Session(_) => SourceKind::Session,
            Self::Credential(_) => SourceKind::Credential,
            Self::Identity(_) => SourceKind::Identity,
            Self::Intel(_) => SourceKind::Intel,
            Self::Email(_) => SourceKind::Email,
            Self::CanaryFingerprint(_) => SourceKind::CanaryFingerprint,
            Self::HttpFingerprint(_) => SourceKind::HttpFingerprint,
            Self::Ipv6Leak(_) => SourceKind::Ipv6Leak,
        }
    }

    /// The body as stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored body of a known kind.
    ///
    /// # Errors
    /// When the text is not that kind's JSON.
    pub fn from_json(kind: SourceKind, json: &str) -> Result<Self, serde_json::Error> {
        match kind {
            SourceKind::Command => serde_json::from_str(json).map(Self::Command),
            SourceKind::AuthAttempt => serde_json::from_str(json).map(Self::AuthAttempt),
            SourceKind::HttpRequest => serde_json::from_str(json).map(Self::HttpRequest),
            SourceKind::Payload => serde_json::from_str(json).map(Self::Payload),
            SourceKind::Session => serde_json::from_str(json).map(Self::Session),
            SourceKind::Credential => serde_json::from_str(json).map(Self::Credential),
            SourceKind::Identity => serde_json::from_str(json).map(Self::Identity),
            SourceKind::Intel => serde_json::from_str(json).map(Self::Intel),
            SourceKind::Email => serde_json::from_str(json).map(Self::Email),
            SourceKind::CanaryFingerprint => serde_json::from_str(json).map(Self::CanaryFingerprint),
            SourceKind::HttpFingerprint => serde_json::from_str(json).map(Self::HttpFingerprint),
            SourceKind::Ipv6Leak => serde_json::from_str(json).map(Self::Ipv6Leak),
        }
    }

    /// The body's fields under the names that rules and spans use, in a fixed order.
    /// They are the keys of [`Body::to_json`]; absent optional fields and empty lists are left out.
    pub fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        let mut fields = Fields::default();
        match self {
            Self::Command(command) => command.fields(&mut fields),
            Self::AuthAttempt(attempt) => attempt.fields(&mut fields),
            Self::HttpRequest(request) => request.fields(&mut fields),
            Self::Payload(payload) => payload.fields(&mut fields),
            Self::Session(session) => session.fields(&mut fields),
            Self::Credential(credential) => credential.fields(&mut fields),
            Self::Identity(identity) => identity.fields(&mut fields),
            Self::Intel(intel) => intel.fields(&mut fields),
            Self::Email(email) => email.fields(&mut fields),
            Self::CanaryFingerprint(fingerprint) => fingerprint.fields(&mut fields),
            Self::HttpFingerprint(fingerprint) => fingerprint.fields(&mut fields),
            Self::Ipv6Leak(leak) => leak.fields(&mut fields),
        }
        fields.0
    }

    /// [`Body::values`], each as one text.
    pub fn fields(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let text = |value| match value {
            Value::Text(text) => text,
            list => Cow::Owned(list.text().into_owned()),
        };
        self.values().into_iter().map(|(name, value)| (name, text(value))).collect()
    }
}

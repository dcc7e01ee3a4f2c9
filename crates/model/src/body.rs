//! What an event says: one struct per source kind. Nothing outside these types can be stored as evidence.

use std::borrow::Cow;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::kind::SourceKind;

/// The facts of one event. The variant is the event's source kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Body {
    /// A command line given to a shell.
    Command(Command),
    /// A login tried.
    AuthAttempt(AuthAttempt),
    /// A file that came in or was made.
    Payload(Payload),
    /// Anything else in the life of a connection.
    Session(Session),
}

/// A command line given to a shell, exactly as the sensor recorded it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Command {
    /// The whole line. A script that was run arrives as one text with line breaks.
    pub command_text: String,
}

/// The name of a service that the sensor does not say.
pub const UNKNOWN_SERVICE: &str = "unknown";

/// A login tried.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuthAttempt {
    /// The account name tried.
    pub username: String,
    /// The password tried, when the method was a password.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// The fingerprint of the public key tried, when the method was a key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_fingerprint: Option<String>,
    /// Did the decoy let it in?
    pub result: AuthResult,
    /// The service asked, for example `ssh` or `telnet`; [`UNKNOWN_SERVICE`] where the sensor does not say.
    pub service: String,
}

/// How a login ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each name says what it is")]
pub enum AuthResult {
    Success,
    Failure,
}

/// A file that came in or was made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payload {
    /// How it came to be on the decoy.
    pub origin: PayloadOrigin,
    /// Where it was fetched from, for [`PayloadOrigin::Download`].
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The name or path the attacker gave it on the decoy.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// SHA-256 of its bytes, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// How a file came to be on the decoy.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PayloadOrigin {
    /// Fetched by the decoy from a URL.
    Download,
    /// A fetch that was refused or failed.
    DownloadFailed,
    /// Sent by the attacker (scp, sftp).
    Upload,
    /// Written by a shell redirection.
    Redirect,
    /// Piped into the connection.
    Stdin,
}

/// Anything else in the life of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "action", rename_all = "snake_case")]
pub enum Session {
    /// The connection began.
    Connect {
        /// `ssh`, `telnet`, ...
        service: String,
        /// The attacker's port.
        src_port: u16,
        /// The decoy's address as the sensor knows it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        dst_ip: Option<IpAddr>,
        /// The decoy's port.
        dst_port: u16,
    },
    /// The client said what it is.
    ClientVersion {
        /// The banner, for example `SSH-2.0-Go`.
        version: String,
    },
    /// The SSH key exchange.
    ClientKex {
        /// HASSH: MD5 of the client's algorithm lists.
        hassh: String,
        /// The lists themselves.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hassh_algorithms: Option<String>,
    },
    /// The client's terminal.
    ClientSize {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// An environment variable sent by the client.
    ClientVariable {
        /// Its name.
        name: String,
        /// Its value.
        value: String,
    },
    /// What the decoy pretended to be.
    Parameters {
        /// The architecture shown, for example `linux-x64-lsb`.
        arch: String,
    },
    /// The decoy's verdict on a typed line. It repeats the input and says nothing of success.
    CommandResult {
        /// The line again.
        input: String,
        /// Whether the decoy knew the command.
        found: bool,
    },
    /// Text typed into a running program, not to a shell.
    Input {
        /// The program that read it.
        realm: String,
        /// The text.
        input: String,
    },
    /// A password was changed on the decoy.
    PasswordChange {
        /// Whose.
        username: String,
    },
    /// The client asked the decoy to connect onward (SSH direct-tcpip).
    ForwardRequest {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port. The protocol has room for 32 bits (RFC 4254, 7.2), and a client may fill them.
        dst_port: u32,
        /// Where the client says the connection came from.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        orig_host: Option<String>,
    },
    /// Bytes sent through such a connection.
    ForwardData {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port.
        dst_port: u32,
        /// The bytes as the sensor prints them.
        data: String,
    },
    /// A TLS or HTTP fingerprint of such a connection.
    ForwardFingerprint {
        /// The target: a host name or address.
        dst_host: String,
        /// The target's port.
        dst_port: u32,
        /// JA4 or JA4H.
        fingerprint: String,
    },
    /// A Telnet option negotiated.
    TelnetOption {
        /// `DO`, `DONT`, `WILL`, `WONT`.
        command: String,
        /// The option's name.
        option: String,
    },
    /// A protocol error the client caused.
    ProtocolError {
        /// What the sensor says of it.
        error: String,
    },
    /// A known vulnerability was tried on the decoy's own service.
    ExploitAttempt {
        /// For example `CVE-2026-24061`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        cve: Option<String>,
        /// The variable or account name that carried it.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        name: Option<String>,
        /// Its value.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        value: Option<String>,
        /// Whether the decoy pretended that it worked.
        succeeded: bool,
    },
    /// The recording of the terminal was closed.
    Recording {
        /// Where the sensor keeps it.
        path: String,
        /// Bytes.
        size: u64,
        /// SHA-256, lower-case hex.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        sha256: Option<String>,
    },
    /// The connection ended.
    Closed {
        /// Its length in milliseconds.
        duration_ms: u64,
    },
    /// An event of the sensor that has no shape of its own here, kept so that nothing is lost.
    Other {
        /// The sensor's own name for it.
        event: String,
        /// The sensor's message.
        message: String,
    },
}

impl Body {
    /// The source kind.
    pub const fn kind(&self) -> SourceKind {
        match self {
            Self::Command(_) => SourceKind::Command,
            Self::AuthAttempt(_) => SourceKind::AuthAttempt,
            Self::Payload(_) => SourceKind::Payload,
            Self::Session(_) => SourceKind::Session,
        }
    }

    /// The body as stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads a stored body of a known kind.
    ///
    /// # Errors
    /// When the text is not that kind's JSON, or the kind has no body of its own yet.
    pub fn from_json(kind: SourceKind, json: &str) -> Result<Self, serde_json::Error> {
        match kind {
            SourceKind::Command => serde_json::from_str(json).map(Self::Command),
            SourceKind::AuthAttempt => serde_json::from_str(json).map(Self::AuthAttempt),
            SourceKind::Payload => serde_json::from_str(json).map(Self::Payload),
            SourceKind::Session => serde_json::from_str(json).map(Self::Session),
            other => Err(<serde_json::Error as serde::de::Error>::custom(format_args!(
                "no body for source kind {other}"
            ))),
        }
    }

    /// The body's fields under the names that rules and spans use, in a fixed order.
    /// They are the keys of [`Body::to_json`]; absent optional fields are left out.
    pub fn fields(&self) -> Vec<(&'static str, Cow<'_, str>)> {
        let mut fields = Fields::default();
        match self {
            Self::Command(command) => fields.text("command_text", &command.command_text),
            Self::AuthAttempt(attempt) => attempt.fields(&mut fields),
            Self::Payload(payload) => payload.fields(&mut fields),
            Self::Session(session) => session.fields(&mut fields),
        }
        fields.0
    }
}

#[derive(Default)]
struct Fields<'a>(Vec<(&'static str, Cow<'a, str>)>);

impl<'a> Fields<'a> {
    fn text(&mut self, name: &'static str, value: &'a str) {
        self.0.push((name, Cow::Borrowed(value)));
    }

    fn option(&mut self, name: &'static str, value: Option<&'a str>) {
        if let Some(value) = value {
            self.text(name, value);
        }
    }

    fn show(&mut self, name: &'static str, value: &impl ToString) {
        self.0.push((name, Cow::Owned(value.to_string())));
    }
}

impl AuthResult {
    /// `success` or `failure`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Failure => "failure",
        }
    }
}

impl PayloadOrigin {
    /// The name as stored, for example `download`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Download => "download",
            Self::DownloadFailed => "download_failed",
            Self::Upload => "upload",
            Self::Redirect => "redirect",
            Self::Stdin => "stdin",
        }
    }
}

impl AuthAttempt {
    fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("username", &self.username);
        fields.option("password", self.password.as_deref());
        fields.option("key_fingerprint", self.key_fingerprint.as_deref());
        fields.text("result", self.result.as_str());
        fields.text("service", &self.service);
    }
}

impl Payload {
    fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("origin", self.origin.as_str());
        fields.option("url", self.url.as_deref());
        fields.option("filename", self.filename.as_deref());
        fields.option("sha256", self.sha256.as_deref());
    }
}

impl Session {
    /// The name of what happened, for example `client_version`.
    pub const fn action(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "connect",
            Self::ClientVersion { .. } => "client_version",
            Self::ClientKex { .. } => "client_kex",
            Self::ClientSize { .. } => "client_size",
            Self::ClientVariable { .. } => "client_variable",
            Self::Parameters { .. } => "parameters",
            Self::CommandResult { .. } => "command_result",
            Self::Input { .. } => "input",
            Self::PasswordChange { .. } => "password_change",
            Self::ForwardRequest { .. } => "forward_request",
            Self::ForwardData { .. } => "forward_data",
            Self::ForwardFingerprint { .. } => "forward_fingerprint",
            Self::TelnetOption { .. } => "telnet_option",
            Self::ProtocolError { .. } => "protocol_error",
            Self::ExploitAttempt { .. } => "exploit_attempt",
            Self::Recording { .. } => "recording",
            Self::Closed { .. } => "closed",
            Self::Other { .. } => "other",
        }
    }

    fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        fields.text("action", self.action());
        match self {
            Self::Connect { service, src_port, dst_ip, dst_port } => {
                fields.text("service", service);
                fields.show("src_port", src_port);
                if let Some(ip) = dst_ip {
                    fields.show("dst_ip", &ip);
                }
                fields.show("dst_port", dst_port);
            }
            Self::ClientVersion { version } => fields.text("version", version),
            Self::ClientKex { hassh, hassh_algorithms } => {
                fields.text("hassh", hassh);
                fields.option("hassh_algorithms", hassh_algorithms.as_deref());
            }
            Self::ClientSize { width, height } => {
                fields.show("width", width);
                fields.show("height", height);
            }
            Self::ClientVariable { name, value } => {
                fields.text("name", name);
                fields.text("value", value);
            }
            Self::Parameters { arch } => fields.text("arch", arch),
            Self::CommandResult { input, found } => {
                fields.text("input", input);
                fields.show("found", found);
            }
            Self::Input { realm, input } => {
                fields.text("realm", realm);
                fields.text("input", input);
            }
            Self::PasswordChange { username } => fields.text("username", username),
            Self::ForwardRequest { dst_host, dst_port, orig_host } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.option("orig_host", orig_host.as_deref());
            }
            Self::ForwardData { dst_host, dst_port, data } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.text("data", data);
            }
            Self::ForwardFingerprint { dst_host, dst_port, fingerprint } => {
                fields.text("dst_host", dst_host);
                fields.show("dst_port", dst_port);
                fields.text("fingerprint", fingerprint);
            }
            Self::TelnetOption { command, option } => {
                fields.text("command", command);
                fields.text("option", option);
            }
            Self::ProtocolError { error } => fields.text("error", error),
            Self::ExploitAttempt { cve, name, value, succeeded } => {
                fields.option("cve", cve.as_deref());
                fields.option("name", name.as_deref());
                fields.option("value", value.as_deref());
                fields.show("succeeded", succeeded);
            }
            Self::Recording { path, size, sha256 } => {
                fields.text("path", path);
                fields.show("size", size);
                fields.option("sha256", sha256.as_deref());
            }
            Self::Closed { duration_ms } => fields.show("duration_ms", duration_ms),
            Self::Other { event, message } => {
                fields.text("event", event);
                fields.text("message", message);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Body> {
        let text = String::from;
        let mut samples = vec![
            Body::Command(Command { command_text: text("id") }),
            Body::AuthAttempt(AuthAttempt {
                username: text("root"),
                password: Some(text("1234")),
                key_fingerprint: None,
                result: AuthResult::Failure,
                service: text("ssh"),
            }),
            Body::Payload(Payload {
                origin: PayloadOrigin::DownloadFailed,
                url: Some(text("http://192.0.2.1/x")),
                filename: None,
                sha256: None,
            }),
        ];
        let (dst_host, dst_port) = (text("192.0.2.9"), 25);
        samples.extend(
            [
                Session::Connect { service: text("ssh"), src_port: 1, dst_ip: None, dst_port: 22 },
                Session::ClientVersion { version: text("SSH-2.0-Go") },
                Session::ClientKex { hassh: text("00"), hassh_algorithms: Some(text("a;b")) },
                Session::ClientSize { width: 80, height: 24 },
                Session::ClientVariable { name: text("LANG"), value: text("C") },
                Session::Parameters { arch: text("linux-x64-lsb") },
                Session::CommandResult { input: text("id"), found: true },
                Session::Input { realm: text("scp"), input: text("x") },
                Session::PasswordChange { username: text("root") },
                Session::ForwardRequest { dst_host: dst_host.clone(), dst_port, orig_host: None },
                Session::ForwardData { dst_host: dst_host.clone(), dst_port, data: text("b'x'") },
                Session::ForwardFingerprint { dst_host, dst_port, fingerprint: text("t13d") },
                Session::TelnetOption { command: text("DO"), option: text("ECHO") },
                Session::ProtocolError { error: text("bad") },
                Session::ExploitAttempt {
                    cve: None,
                    name: Some(text("USER")),
                    value: None,
                    succeeded: false,
                },
                Session::Recording { path: text("tty/1"), size: 9, sha256: None },
                Session::Closed { duration_ms: 5 },
                Session::Other { event: text("sensor.new"), message: text("?") },
            ]
            .map(Body::Session),
        );
        samples
    }

    #[test]
    fn every_body_round_trips_through_its_stored_form() {
        for body in samples() {
            assert_eq!(Body::from_json(body.kind(), &body.to_json()).unwrap(), body);
        }
    }

    #[test]
    fn fields_are_the_stored_keys_and_values() {
        for body in samples() {
            let stored: serde_json::Map<String, serde_json::Value> =
                serde_json::from_str(&body.to_json()).unwrap();
            let fields = body.fields();
            assert_eq!(fields.len(), stored.len(), "{body:?}");
            for (name, value) in fields {
                let stored = match &stored[name] {
                    serde_json::Value::String(text) => text.clone(),
                    other => other.to_string(),
                };
                assert_eq!(stored, value, "{name} of {body:?}");
            }
        }
    }

    #[test]
    fn a_kind_without_a_body_is_an_error_not_a_guess() {
        assert!(Body::from_json(SourceKind::Email, "{}").is_err());
    }
}

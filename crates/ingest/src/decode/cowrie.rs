//! Cowrie's JSON log (`cowrie.json`), versions 2 and 3.
//!
//! Traps that decide what a line means: `session.file_download` is a download only with a `url` that is one; in
//! `direct-tcpip` events `dst_ip` is the forwarded target, not the decoy; `command.success` and `command.failed` repeat
//! an input and say nothing of its effect; a `command` event with a `realm` was read by that program, not by a shell;
//! `client.fingerprint` is followed by a `login` event for the same key, so that it is no attempt of its own.
//! Fields: <https://docs.cowrie.org/en/latest/OUTPUT.html>.

use std::net::IpAddr;

use serde::Deserialize;
use serde::de::IgnoredAny;
use vespid_model::body::{
    AuthAttempt, AuthResult, Command, Payload, PayloadOrigin, Session, UNKNOWN_SERVICE,
};
use vespid_model::event::Event;
use vespid_model::{Body, UtcMicros};

use super::DecodeError;
use super::error::shorten;
use super::surrogate::replace_lone;
use super::value::{Loose, Number, Text};

/// The decky of a log that names no sensor. The address that was connected to is no name: only some lines of a
/// session have it, and it would tear the session apart.
const UNNAMED: &str = "cowrie";

/// Reads one line. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn decode(line: &[u8]) -> Result<Option<Event>, DecodeError> {
    if line.trim_ascii().is_empty() {
        return Ok(None);
    }
    if let Some(at) = memchr::memchr(0, line) {
        return Err(DecodeError::NulByte(at));
    }
    let text = std::str::from_utf8(line).map_err(|error| DecodeError::InvalidUtf8(error.valid_up_to()))?;
    // A list would be read as the record's fields in their order.
    if !text.trim_ascii_start().starts_with('{') {
        return Err(match serde_json::from_str::<IgnoredAny>(text) {
            Ok(_) => DecodeError::NotAnObject,
            Err(error) => DecodeError::NotJson(error.to_string()),
        });
    }
    match serde_json::from_str::<Record>(text) {
        Ok(record) => record.event().map(Some),
        Err(error) if error.is_syntax() => match replace_lone(text) {
            Some(mended) => match serde_json::from_str::<Record>(&mended) {
                Ok(record) => record.event().map(Some),
                Err(error) => Err(fault(&mended, &error)),
            },
            None => Err(fault(text, &error)),
        },
        Err(error) => Err(fault(text, &error)),
    }
}

/// What is wrong with a text that is no [`Record`].
fn fault(text: &str, error: &serde_json::Error) -> DecodeError {
    if serde_json::from_str::<IgnoredAny>(text).is_err() {
        return if error.is_eof() {
            DecodeError::Truncated(error.to_string())
        } else {
            DecodeError::NotJson(error.to_string())
        };
    }
    // Read again, slowly, to learn which field it is.
    let mut reader = serde_json::Deserializer::from_str(text);
    match serde_path_to_error::deserialize::<_, Record>(&mut reader) {
        Err(error) => {
            let message = error.inner().to_string();
            match message.strip_prefix("duplicate field ") {
                Some(field) => DecodeError::Duplicate(format!("field {} stands twice", shorten(field))),
                None => DecodeError::WrongType(format!("field {}: {}", error.path(), shorten(&message))),
            }
        }
        Ok(_) => DecodeError::NotJson(error.to_string()),
    }
}

/// The fields that any event uses. Others are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    eventid: Text<'a>,
    timestamp: Text<'a>,
    session: Text<'a>,
    sensor: Text<'a>,
    src_ip: Text<'a>,
    src_port: Number,
    dst_ip: Text<'a>,
    dst_port: Number,
    protocol: Text<'a>,
    system: Text<'a>,
    message: Loose<'a>,
    username: Text<'a>,
    password: Text<'a>,
    fingerprint: Text<'a>,
    input: Text<'a>,
    version: Text<'a>,
    hassh: Text<'a>,
    #[serde(rename = "hasshAlgorithms")]
    hassh_algorithms: Text<'a>,
    url: Text<'a>,
    destfile: Text<'a>,
    filename: Text<'a>,
    shasum: Text<'a>,
    name: Text<'a>,
    value: Text<'a>,
    width: Number,
    height: Number,
    arch: Text<'a>,
    duration_ms: Number,
    duration: Number,
    ttylog: Text<'a>,
    size: Number,
    realm: Text<'a>,
    data: Text<'a>,
    ja4: Text<'a>,
    ja4h: Text<'a>,
    orig_ip: Text<'a>,
    command: Text<'a>,
    option_name: Text<'a>,
    error: Text<'a>,
    cve: Text<'a>,
    original_username: Text<'a>,
    attempted_command: Text<'a>,
}

impl Record<'_> {
    fn event(self) -> Result<Event, DecodeError> {
        let Some(id) = self.eventid.filled().and_then(|id| id.strip_prefix("cowrie.")).map(str::to_owned)
        else {
            let id = self.eventid.filled().map_or_else(|| "no eventid".to_owned(), shorten);
            return Err(DecodeError::NotCowrie(id));
        };
        let text = self.timestamp.filled().ok_or(DecodeError::Missing("timestamp"))?;
        let time =
            UtcMicros::parse(text).map_err(|error| DecodeError::BadTime { text: shorten(text), error })?;
        let ip = self.src_ip.filled().ok_or(DecodeError::Missing("src_ip"))?;
        let ip = address(ip).ok_or_else(|| DecodeError::BadAddress(shorten(ip)))?;
        let session = self.session.filled().ok_or(DecodeError::Missing("session"))?.to_owned();
        let decky = self.sensor.filled().unwrap_or(UNNAMED).to_owned();
        let body = self.body(&id)?;
        Ok(Event::new(time, ip, &decky, Some(&session), body))
    }

    fn body(self, id: &str) -> Result<Body, DecodeError> {
        let body = match id {
            "command.input" if self.realm.filled().is_none() => {
                let command_text = self.input.get().ok_or(DecodeError::Missing("input"))?.to_owned();
                return Ok(Body::Command(Command { command_text }));
            }
            "login.success" => return self.login(AuthResult::Success),
            "login.failed" => return self.login(AuthResult::Failure),
            "session.file_download" => return Ok(Body::Payload(self.download())),
            "session.file_download.failed" => {
                return Ok(Body::Payload(self.payload(PayloadOrigin::DownloadFailed)));
            }
            "session.file_upload" => return Ok(Body::Payload(self.payload(PayloadOrigin::Upload))),
            _ => self.session(id)?,
        };
        Ok(Body::Session(body))
    }

    fn login(self, result: AuthResult) -> Result<Body, DecodeError> {
        Ok(Body::AuthAttempt(AuthAttempt {
            username: self.username.get().ok_or(DecodeError::Missing("username"))?.to_owned(),
            password: self.password.get().map(str::to_owned),
            key_fingerprint: self.fingerprint.owned_filled(),
            result,
            service: service(self.protocol, &self.system),
        }))
    }

    /// Three things under one name: a fetched file, a file written by a redirection, the connection's input.
    /// Versions before 2020 repeat the file's name as the `url` of a redirection, and call the input `stdin`.
    fn download(mut self) -> Payload {
        if self.url.filled().is_some_and(|url| url == "stdin" || self.destfile.filled() == Some(url)) {
            self.url = Text::default();
        }
        let origin = if self.url.filled().is_some() {
            PayloadOrigin::Download
        } else if self.destfile.filled().is_some() {
            PayloadOrigin::Redirect
        } else {
            PayloadOrigin::Stdin
        };
        self.payload(origin)
    }

    fn payload(self, origin: PayloadOrigin) -> Payload {
        Payload {
            origin,
            url: self.url.owned_filled(),
            filename: self.destfile.or(self.filename).owned_filled(),
            sha256: self.shasum.filled().map(str::to_ascii_lowercase),
        }
    }

    fn session(self, id: &str) -> Result<Session, DecodeError> {
        let port = |number: Number, field| {
            let whole = number.whole(field, u64::from(u16::MAX))?;
            Ok::<_, DecodeError>(whole.and_then(|port| u16::try_from(port).ok()).unwrap_or(0))
        };
        let small = |number: Number, field| {
            let whole = number.whole(field, u64::from(u32::MAX))?;
            Ok::<_, DecodeError>(whole.and_then(|size| u32::try_from(size).ok()).unwrap_or(0))
        };
        let dst_port = port(self.dst_port, "dst_port")?;
        Ok(match id {
            "session.connect" => Session::Connect {
                service: service(self.protocol, &self.system),
                src_port: port(self.src_port, "src_port")?,
                dst_ip: self.dst_ip.filled().and_then(address),
                dst_port,
            },
            "session.closed" => {
                let duration = self.duration_ms.or(self.duration.times(1000.0));
                let whole = duration.whole("duration_ms", u64::MAX)?;
                Session::Closed { duration_ms: whole.ok_or(DecodeError::Missing("duration_ms"))? }
            }
            "client.version" => Session::ClientVersion { version: self.version.owned() },
            "client.kex" => Session::ClientKex {
                hassh: self.hassh.owned_filled().ok_or(DecodeError::Missing("hassh"))?,
                hassh_algorithms: self.hassh_algorithms.owned_filled(),
            },
            "client.size" => Session::ClientSize {
                width: small(self.width, "width")?,
                height: small(self.height, "height")?,
            },
            "client.var" => Session::ClientVariable { name: self.name.owned(), value: self.value.owned() },
            "session.params" => Session::Parameters { arch: self.arch.owned() },
            "command.input" | "command.success" if self.realm.filled().is_some() => {
                Session::Input { realm: self.realm.owned(), input: self.input.owned() }
            }
            "command.success" => Session::CommandResult { input: self.input.owned(), found: true },
            "command.failed" => Session::CommandResult { input: self.input.owned(), found: false },
            "command.chpasswd" => Session::PasswordChange { username: self.username.owned() },
            "session.input" => Session::Input { realm: self.realm.owned(), input: self.input.owned() },
            "direct-tcpip.request" => Session::ForwardRequest {
                dst_host: self.dst_ip.owned(),
                dst_port,
                orig_host: self.orig_ip.owned_filled(),
            },
            "direct-tcpip.data" => {
                Session::ForwardData { dst_host: self.dst_ip.owned(), dst_port, data: self.data.owned() }
            }
            "direct-tcpip.ja4" | "direct-tcpip.ja4h" => Session::ForwardFingerprint {
                dst_host: self.dst_ip.owned(),
                dst_port,
                fingerprint: self.ja4.or(self.ja4h).owned(),
            },
            "telnet.option" => {
                Session::TelnetOption { command: self.command.owned(), option: self.option_name.owned() }
            }
            "client.malformed_packet" => Session::ProtocolError { error: self.message.0.owned() },
            "telnet.error" => Session::ProtocolError { error: self.error.owned() },
            "telnet.exploit_attempt" | "telnet.exploit_success" => Session::ExploitAttempt {
                cve: self.cve.owned_filled(),
                name: [self.name, self.original_username, self.username]
                    .into_iter()
                    .find_map(Text::owned_filled),
                value: [self.value, self.attempted_command].into_iter().find_map(Text::owned_filled),
                succeeded: id == "telnet.exploit_success",
            },
            "log.closed" => Session::Recording {
                path: self.ttylog.owned(),
                size: self.size.whole("size", u64::MAX)?.unwrap_or(0),
                sha256: self.shasum.filled().map(str::to_ascii_lowercase),
            },
            other => Session::Other { event: format!("cowrie.{other}"), message: self.message.0.owned() },
        })
    }
}

/// An address without its zone: `fe80::1%eth0` names an interface of the decoy's host, not of the attacker.
fn address(text: &str) -> Option<IpAddr> {
    text.split('%').next()?.parse().ok()
}

/// Until version 3 only `session.connect` has a protocol; older logs name the part of Cowrie that spoke.
fn service(protocol: Text<'_>, system: &Text<'_>) -> String {
    protocol.owned_filled().unwrap_or_else(|| {
        let system = system.filled().unwrap_or_default();
        let known =
            [("Telnet", "telnet"), ("SSH", "ssh")].into_iter().find(|(part, _)| system.contains(part));
        known.map_or(UNKNOWN_SERVICE, |(_, service)| service).to_owned()
    })
}

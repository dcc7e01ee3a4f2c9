//! Cowrie's JSON log (`cowrie.json`), versions 2 and 3.
//!
//! Traps that decide what a line means: `session.file_download` is a download only with a `url` that is one; in
//! `direct-tcpip` events `dst_ip` is the forwarded target, not the decoy; `command.success` and `command.failed` repeat
//! an input and say nothing of its effect; a script that is run is logged again as one input, which nobody typed; some
//! clients fail to log in with an empty password many times over, which rules that count leave out; a `command` event
//! with a `realm` was read by that program, not by a shell; `client.fingerprint` is followed by a `login` event for the
//! same key, so that it is no attempt of its own.
//! Fields: <https://docs.cowrie.org/en/latest/OUTPUT.html>.

use serde::Deserialize;
use serde::de::IgnoredAny;
use vespid_model::Body;
use vespid_model::body::{
    AuthAttempt, AuthResult, Command, Payload, PayloadOrigin, Session, UNKNOWN_SERVICE,
};
use vespid_model::event::Event;

use super::error::shorten;
use super::origin::LONGEST_NAME;
use super::surrogate::replace_lone;
use super::value::{Field, whole};
use super::{DecodeError, address, text, time};

/// The decky of a log that names no sensor. The address that was connected to is no name: only some lines of a
/// session have it, and it would tear the session apart.
const UNNAMED: &str = "cowrie";

/// Reads one line. A blank one is nothing.
///
/// # Errors
/// [`DecodeError`] when the line is no event.
pub fn decode(line: &[u8]) -> Result<Option<Event>, DecodeError> {
    let Some(text) = text(line)? else { return Ok(None) };
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
    let whole = serde_json::from_str::<IgnoredAny>(text).is_ok();
    let message = error.to_string();
    match message.strip_prefix("duplicate field ") {
        Some(field) if whole => DecodeError::Duplicate(format!("field {} stands twice", shorten(field))),
        _ if error.is_eof() => DecodeError::Truncated(message),
        _ => DecodeError::NotJson(message),
    }
}

/// The fields that any event uses. Others are passed over.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Record<'a> {
    #[serde(borrow)]
    eventid: Field<'a>,
    timestamp: Field<'a>,
    session: Field<'a>,
    sensor: Field<'a>,
    src_ip: Field<'a>,
    src_port: Field<'a>,
    dst_ip: Field<'a>,
    dst_port: Field<'a>,
    protocol: Field<'a>,
    system: Field<'a>,
    message: Field<'a>,
    username: Field<'a>,
    password: Field<'a>,
    fingerprint: Field<'a>,
    input: Field<'a>,
    version: Field<'a>,
    hassh: Field<'a>,
    #[serde(rename = "hasshAlgorithms")]
    hassh_algorithms: Field<'a>,
    url: Field<'a>,
    destfile: Field<'a>,
    filename: Field<'a>,
    shasum: Field<'a>,
    name: Field<'a>,
    value: Field<'a>,
    width: Field<'a>,
    height: Field<'a>,
    arch: Field<'a>,
    duration_ms: Field<'a>,
    duration: Field<'a>,
    ttylog: Field<'a>,
    size: Field<'a>,
    realm: Field<'a>,
    data: Field<'a>,
    ja4: Field<'a>,
    ja4h: Field<'a>,
    orig_ip: Field<'a>,
    command: Field<'a>,
    option_name: Field<'a>,
    error: Field<'a>,
    cve: Field<'a>,
    original_username: Field<'a>,
    attempted_command: Field<'a>,
}

impl Record<'_> {
    fn event(&self) -> Result<Event, DecodeError> {
        // Whatever has no such id is no event of Cowrie, and says so.
        let eventid = self.eventid.loose();
        let Some(id) = eventid.strip_prefix("cowrie.") else {
            let id = if eventid.is_empty() { "no eventid".to_owned() } else { shorten(&eventid) };
            return Err(DecodeError::NotCowrie(id));
        };
        let text = self.timestamp.filled("timestamp")?.ok_or(DecodeError::Missing("timestamp"))?;
        let time = time(text)?;
        let ip = self.src_ip.filled("src_ip")?.ok_or(DecodeError::Missing("src_ip"))?;
        let ip = address(ip).ok_or_else(|| DecodeError::BadAddress(shorten(ip)))?;
        let session = self.session.filled("session")?.ok_or(DecodeError::Missing("session"))?;
        let decky = self.sensor.filled("sensor")?.unwrap_or(UNNAMED);
        for (name, text) in [("session", session), ("sensor", decky)] {
            if text.chars().count() > LONGEST_NAME {
                return Err(DecodeError::TooLong(name));
            }
        }
        Ok(Event::new(time, ip, decky, Some(session), self.body(id)?))
    }

    fn body(&self, id: &str) -> Result<Body, DecodeError> {
        let body = match id {
            "command.input" if self.realm.filled("realm")?.is_none() => {
                let command_text = self.input.required("input")?;
                let script = self.is_script(&command_text)?;
                return Ok(Body::Command(Command { command_text, script }));
            }
            "login.success" => return self.login(AuthResult::Success),
            "login.failed" => return self.login(AuthResult::Failure),
            "session.file_download" => return self.download(),
            "session.file_download.failed" => {
                return self.payload(PayloadOrigin::DownloadFailed, self.url.owned_filled("url")?);
            }
            "session.file_upload" => {
                return self.payload(PayloadOrigin::Upload, self.url.owned_filled("url")?);
            }
            _ => self.session(id)?,
        };
        Ok(Body::Session(body))
    }

    /// A script that is run is logged again, all of it as one input. Nobody can type a line break into Telnet; what SSH
    /// sends as one command may have some, and is a script when it says so.
    fn is_script(&self, text: &str) -> Result<bool, DecodeError> {
        let lines = text.trim_end_matches('\n').contains('\n');
        Ok(lines && (text.starts_with("#!") || self.service()? == "telnet"))
    }

    fn login(&self, result: AuthResult) -> Result<Body, DecodeError> {
        Ok(Body::AuthAttempt(AuthAttempt {
            username: self.username.required("username")?,
            password: self.password.get("password")?.map(str::to_owned),
            password_sha256: None,
            key_fingerprint: self.fingerprint.owned_filled("fingerprint")?,
            result,
            service: self.service()?,
        }))
    }

    /// Three things under one name: a fetched file, a file written by a redirection, the connection's input.
    /// Versions before 2020 repeat the file's name as the `url` of a redirection, and call the input `stdin`.
    fn download(&self) -> Result<Body, DecodeError> {
        let destfile = self.destfile.filled("destfile")?;
        let url = self.url.filled("url")?.filter(|url| *url != "stdin" && destfile != Some(*url));
        let origin = match (url, destfile) {
            (Some(_), _) => PayloadOrigin::Download,
            (None, Some(_)) => PayloadOrigin::Redirect,
            (None, None) => PayloadOrigin::Stdin,
        };
        self.payload(origin, url.map(str::to_owned))
    }

    fn payload(&self, origin: PayloadOrigin, url: Option<String>) -> Result<Body, DecodeError> {
        Ok(Body::Payload(Payload {
            origin,
            url,
            filename: self.destfile.or(&self.filename).owned_filled("filename")?,
            sha256: self.sha256()?,
        }))
    }

    fn sha256(&self) -> Result<Option<String>, DecodeError> {
        Ok(self.shasum.filled("shasum")?.map(str::to_ascii_lowercase))
    }

    fn session(&self, id: &str) -> Result<Session, DecodeError> {
        let input = || {
            Ok::<_, DecodeError>(Session::Input {
                realm: self.realm.owned("realm")?,
                input: self.input.owned("input")?,
            })
        };
        // Behind `direct-tcpip`, `dst_ip` is what the client wants to reach, by name or address.
        let dst_host = || self.dst_ip.owned("dst_ip");
        let dst_port = || number(&self.dst_port, "dst_port");
        Ok(match id {
            "session.connect" => Session::Connect {
                service: self.service()?,
                src_port: port(&self.src_port, "src_port")?,
                dst_ip: self.dst_ip.filled("dst_ip")?.and_then(address),
                dst_port: port(&self.dst_port, "dst_port")?,
            },
            "session.closed" => Session::Closed { duration_ms: self.duration()? },
            "client.version" => Session::ClientVersion { version: self.version.owned("version")? },
            "client.kex" => Session::ClientKex {
                hassh: self.hassh.owned_filled("hassh")?.ok_or(DecodeError::Missing("hassh"))?,
                hassh_algorithms: self.hassh_algorithms.owned_filled("hasshAlgorithms")?,
            },
            "client.size" => Session::ClientSize {
                width: number(&self.width, "width")?,
                height: number(&self.height, "height")?,
            },
            "client.var" => {
                Session::ClientVariable { name: self.name.owned("name")?, value: self.value.owned("value")? }
            }
            "session.params" => Session::Parameters { arch: self.arch.owned("arch")? },
            "command.input" | "command.success" if self.realm.filled("realm")?.is_some() => input()?,
            "command.success" => Session::CommandResult { input: self.input.owned("input")?, found: true },
            "command.failed" => Session::CommandResult { input: self.input.owned("input")?, found: false },
            "command.chpasswd" => Session::PasswordChange { username: self.username.owned("username")? },
            "session.input" => input()?,
            "direct-tcpip.request" => Session::ForwardRequest {
                dst_host: dst_host()?,
                dst_port: dst_port()?,
                orig_host: self.orig_ip.owned_filled("orig_ip")?,
            },
            "direct-tcpip.data" => Session::ForwardData {
                dst_host: dst_host()?,
                dst_port: dst_port()?,
                data: self.data.owned("data")?,
            },
            "direct-tcpip.ja4" | "direct-tcpip.ja4h" => Session::ForwardFingerprint {
                dst_host: dst_host()?,
                dst_port: dst_port()?,
                fingerprint: self.ja4.or(&self.ja4h).owned("ja4")?,
            },
            "telnet.option" => Session::TelnetOption {
                command: self.command.owned("command")?,
                option: self.option_name.owned("option_name")?,
            },
            "client.malformed_packet" => Session::ProtocolError { error: self.message.loose() },
            "telnet.error" => Session::ProtocolError { error: self.error.owned("error")? },
            "telnet.exploit_attempt" | "telnet.exploit_success" => {
                self.exploit(id == "telnet.exploit_success")?
            }
            "log.closed" => Session::Recording {
                path: self.ttylog.owned("ttylog")?,
                size: self.size.whole("size", u64::MAX)?.unwrap_or(0),
                sha256: self.sha256()?,
            },
            other => Session::Other { event: format!("cowrie.{other}"), message: self.message.loose() },
        })
    }

    fn exploit(&self, succeeded: bool) -> Result<Session, DecodeError> {
        let names = [
            (&self.name, "name"),
            (&self.original_username, "original_username"),
            (&self.username, "username"),
        ];
        let values = [(&self.value, "value"), (&self.attempted_command, "attempted_command")];
        Ok(Session::ExploitAttempt {
            cve: self.cve.owned_filled("cve")?,
            name: first(&names)?,
            value: first(&values)?,
            succeeded,
        })
    }

    /// Milliseconds; older versions count seconds.
    fn duration(&self) -> Result<u64, DecodeError> {
        let millis = match self.duration_ms.number("duration_ms")? {
            Some(millis) => Some(millis),
            None => self.duration.number("duration")?.map(|seconds| seconds * 1000.0),
        };
        whole(millis.ok_or(DecodeError::Missing("duration_ms"))?, "duration_ms", u64::MAX)
    }

    /// Until version 3 only `session.connect` has a protocol; older logs name the part of Cowrie that spoke.
    fn service(&self) -> Result<String, DecodeError> {
        if let Some(protocol) = self.protocol.owned_filled("protocol")? {
            return Ok(protocol);
        }
        let system = self.system.filled("system")?.unwrap_or_default();
        let known =
            [("Telnet", "telnet"), ("SSH", "ssh")].into_iter().find(|(part, _)| system.contains(part));
        Ok(known.map_or(UNKNOWN_SERVICE, |(_, service)| service).to_owned())
    }
}

/// The first of these fields that says something.
fn first(fields: &[(&Field<'_>, &'static str)]) -> Result<Option<String>, DecodeError> {
    for (field, name) in fields {
        if let Some(text) = field.owned_filled(name)? {
            return Ok(Some(text));
        }
    }
    Ok(None)
}

fn port(field: &Field<'_>, name: &'static str) -> Result<u16, DecodeError> {
    let whole = field.whole(name, u64::from(u16::MAX))?;
    Ok(whole.and_then(|port| u16::try_from(port).ok()).unwrap_or(0))
}

fn number(field: &Field<'_>, name: &'static str) -> Result<u32, DecodeError> {
    let whole = field.whole(name, u64::from(u32::MAX))?;
    Ok(whole.and_then(|number| u32::try_from(number).ok()).unwrap_or(0))
}

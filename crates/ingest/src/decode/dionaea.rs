//! Dionaea's `dionaea.json`: a connection with what was done in it. All of it has the time of its beginning, UTC; that a
//! login worked is not said.

use smallvec::smallvec;

use super::decoded::MOST_EVENTS;
use super::origin::Origin;
use super::record::{Object, Record, shown};
use super::service::{command, connect, login, other};
use super::{DecodeError, Decoded, Events, Passed};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let connection = it.object("connection").ok_or(DecodeError::NotThis("dionaea"))?;
    let way = connection.required("type")?;
    match way {
        // It calls back: the other end serves it.
        "connect" => return Ok(Decoded::Passed(Passed::Outgoing)),
        "listen" => return Ok(Decoded::Passed(Passed::Housekeeping)),
        _ => {}
    }
    let service = service(connection.required("protocol")?);
    let (src_port, dst_port) = (it.port("src_port"), it.port("dst_port"));
    let origin =
        Origin::new(it.time("timestamp")?, it.address("src_ip")?, "dionaea")?.connection(src_port, dst_port);
    let credentials = it.object("credentials");
    let commands = it.object("ftp").and_then(|ftp| ftp.object("commands"));
    let length = |object: Option<Object<'_>>, name| object.map_or(0, |object| object.list(name).len());
    if length(credentials, "username") + length(commands, "command") + it.fields().count() > MOST_EVENTS {
        return Err(DecodeError::TooMany);
    }
    let mut events: Events =
        smallvec![origin.event(connect(service, src_port, it.maybe_address("dst_ip"), dst_port))];
    if let Some(pairs) = credentials {
        for (username, password) in columns(pairs, "username", "password") {
            events.push(origin.event(login(service, &username, password.as_deref(), false)));
        }
    }
    if let Some(commands) = commands {
        for (word, arguments) in columns(commands, "command", "arguments") {
            events.push(origin.event(command(service, &word, arguments)));
        }
    }
    for (name, value) in it.fields().filter(|(name, _)| !FIELDS.contains(&name.as_str())) {
        events.push(origin.event(other(format!("dionaea.{name}"), shown(value))));
    }
    Ok(Decoded::Events(events))
}

/// What is read of a record.
const FIELDS: [&str; 9] = [
    "connection",
    "credentials",
    "dst_ip",
    "dst_port",
    "ftp",
    "src_hostname",
    "src_ip",
    "src_port",
    "timestamp",
];

/// Two lists that belong together, the second one perhaps shorter.
fn columns(object: Object<'_>, first: &str, second: &str) -> Vec<(String, Option<String>)> {
    let seconds = object.list(second);
    let pair = |(place, value)| (shown(value), seconds.get(place).map(shown));
    object.list(first).iter().enumerate().map(pair).collect()
}

/// Its names to those that others give.
fn service(protocol: &str) -> &str {
    match protocol {
        "smbd" => "smb",
        "mssqld" => "mssql",
        "mysqld" => "mysql",
        "ftpd" => "ftp",
        "httpd" => "http",
        "mongod" => "mongodb",
        "mqttd" => "mqtt",
        "pptpd" => "pptp",
        "tftpd" => "tftp",
        "upnpd" => "upnp",
        "mirrord" => "wins",
        "SipSession" | "SipCall" => "sip",
        other => other,
    }
}

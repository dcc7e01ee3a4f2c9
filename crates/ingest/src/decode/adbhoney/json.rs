//! `adbhoney.json`. Fields: those of Cowrie, ports as strings at times, lengths in seconds.

use vespid_model::Body;
use vespid_model::body::{Command, Payload, PayloadOrigin, Session};

use crate::decode::error::shorten;
use crate::decode::origin::Origin;
use crate::decode::record::Record;
use crate::decode::service::{connect, other};
use crate::decode::value::whole;
use crate::decode::{DecodeError, Decoded};

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let eventid = it.required("eventid")?;
    let id = ["adbhoney.", "adbhoneypot."].iter().find_map(|begin| eventid.strip_prefix(begin));
    let id = id.ok_or(DecodeError::NotThis("adbhoney"))?;
    let decky = it.text("sensor")?.unwrap_or("adbhoney");
    let origin =
        Origin::new(it.time("timestamp")?, it.address("src_ip")?, decky)?.session(it.text("session")?)?;
    let body = match id {
        "session.connect" => {
            connect("adb", it.port("src_port"), it.maybe_address("dst_ip"), it.port("dst_port"))
        }
        "session.closed" => {
            let seconds = it.number("duration").ok_or(DecodeError::Missing("duration"))?;
            Body::Session(Session::Closed { duration_ms: whole(seconds * 1000.0, "duration", u64::MAX)? })
        }
        "command.input" => {
            let command_text = it.text("input")?.unwrap_or_default().to_owned();
            Body::Command(Command { command_text, script: false })
        }
        "session.file_upload" => Body::Payload(Payload {
            origin: PayloadOrigin::Upload,
            url: None,
            filename: it.shown("filename"),
            sha256: it.shown("shasum").map(|sum| sum.to_lowercase()),
        }),
        _ => other(format!("adbhoney.{}", shorten(id)), it.shown("message").unwrap_or_default()),
    };
    Ok(origin.events([body]))
}

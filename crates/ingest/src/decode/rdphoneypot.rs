//! The RDP honeypot's JSON log.

use vespid_model::Body;
use vespid_model::body::Session;

use super::error::shorten;
use super::origin::Origin;
use super::record::Record;
use super::service::{connect, login, other};
use super::value::whole;
use super::{DecodeError, Decoded};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let eventid = it.required("eventid")?;
    let id = eventid.strip_prefix("rdphoneypot.").ok_or(DecodeError::NotThis("rdphoneypot"))?;
    let decky = it.text("sensor")?.unwrap_or("rdphoneypot");
    let origin =
        Origin::new(it.time("timestamp")?, it.address("src_ip")?, decky)?.session(it.text("session")?)?;
    let message = || it.shown("message").unwrap_or_default();
    let body = match (id, it.number("duration")) {
        ("session.connect", _) => {
            connect("rdp", it.port("src_port"), it.maybe_address("dst_ip"), it.port("dst_port"))
        }
        ("session.closed", Some(seconds)) => {
            Body::Session(Session::Closed { duration_ms: whole(seconds * 1000.0, "duration", u64::MAX)? })
        }
        // The client proves that it knows the password, and does not say it.
        ("login" | "login.success" | "login.failed", _) => {
            let username = it.shown("username").unwrap_or_default();
            login("rdp", &username, it.text("password")?, id == "login.success")
        }
        _ => other(format!("rdphoneypot.{}", shorten(id)), message()),
    };
    Ok(origin.events([body]))
}

//! Mailoney's `commands.log`: what was sent to a mail service, line by line, as JSON, in older versions as
//! `[time][ip:port] data`. All lines of a connection have the time of its beginning, so that the same one twice is one
//! event.

use vespid_model::{Body, UtcMicros};

use super::error::shorten;
use super::origin::Origin;
use super::plain::{endpoint, plain};
use super::record::Record;
use super::service::command_line;
use super::{DecodeError, Decoded, Passed, mail};

/// The fields of a record.
pub(super) const FIELDS: [&str; 4] = ["timestamp", "src_ip", "src_port", "data"];
/// And those that it may have.
pub(super) const MAY_HAVE: [&str; 6] = ["timestamp", "src_ip", "src_port", "data", "emails", "smtp_input"];

/// Is it `[1736444297.12][192.0.2.1:5555] ...`?
pub(super) fn is_line(line: &str) -> bool {
    parts(line).is_some()
}

/// Seconds since 1970, the other end, what it sent.
fn parts(line: &str) -> Option<(f64, &str, &str)> {
    let (time, rest) = line.strip_prefix('[')?.split_once("][")?;
    let (end, data) = rest.split_once(']')?;
    endpoint(end)?;
    Some((time.parse().ok()?, end, data))
}

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    if let Some(text) = plain(line).ok().flatten()
        && let Some((seconds, end, data)) = parts(&text)
    {
        let (ip, port) = endpoint(end).ok_or_else(|| DecodeError::BadAddress(shorten(end)))?;
        let time = UtcMicros::from_epoch(seconds)
            .map_err(|error| DecodeError::BadTime { text: seconds.to_string(), error })?;
        let origin = Origin::new(time, ip, "mailoney")?.connection(port, 25);
        return Ok(sent(&origin, data));
    }
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let origin = Origin::new(it.time("timestamp")?, it.address("src_ip")?, "mailoney")?
        .connection(it.port("src_port"), 25);
    Ok(sent(&origin, &it.shown("data").unwrap_or_default()))
}

fn sent(origin: &Origin<'_>, data: &str) -> Decoded {
    let data = data.trim();
    if data.is_empty() {
        return Decoded::Passed(Passed::Housekeeping);
    }
    // A command is one line; more of them, with headers, are a message.
    let email = data.contains('\n').then(|| mail::message(data)).flatten();
    origin.events([match email {
        Some(email) => Body::Email(Box::new(email)),
        None => command_line("smtp", data),
    }])
}

//! RedisHoneyPot's log: one JSON object a line, whose `action` is the command. Times are UTC.

use super::error::shorten;
use super::origin::Origin;
use super::plain::endpoint;
use super::record::Record;
use super::service::{command, connect, other};
use super::{DecodeError, Decoded, Passed};

/// The port of Redis: the log does not say which one it listens on.
const PORT: u16 = 6379;

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    it.required("level")?;
    let Some(end) = it.text("addr")? else { return Ok(Decoded::Passed(Passed::Housekeeping)) };
    let (ip, src_port) = endpoint(end).ok_or_else(|| DecodeError::BadAddress(shorten(end)))?;
    let origin = Origin::new(it.time("time")?, ip, "redishoneypot")?.connection(src_port, PORT);
    Ok(origin.events([match it.text("action")?.unwrap_or_default() {
        "NewConnect" => connect("redis", src_port, None, PORT),
        "Closed" => other("redishoneypot.closed".to_owned(), String::new()),
        action => command("redis", action, None),
    }]))
}

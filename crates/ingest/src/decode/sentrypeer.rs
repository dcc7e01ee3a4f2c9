//! SentryPeer's `sentrypeer.json`: requests to a telephone exchange. Times are UTC.

use super::origin::Origin;
use super::record::Record;
use super::service::command;
use super::{DecodeError, Decoded};

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let origin = Origin::new(it.time("event_timestamp")?, it.address("source_ip")?, "sentrypeer")?;
    // The number called stands in the message too, in its first line.
    let sent = it.shown("sip_message").or_else(|| it.shown("called_number")).unwrap_or_default();
    // And who calls, in a header.
    let agent = it.shown("sip_user_agent").filter(|agent| !sent.contains(agent));
    let agent = agent.map(|agent| format!("User-Agent: {agent}"));
    let lines: Vec<_> = [Some(sent), agent].into_iter().flatten().filter(|line| !line.is_empty()).collect();
    Ok(origin.events([command("sip", it.required("sip_method")?, Some(lines.join("\n")))]))
}

//! Suricata's `eve.json` (<https://docs.suricata.io>). Who asks whom is not always `src_ip` and `dest_ip`, see `ends`.

mod body;
mod ends;

use vespid_model::UtcMicros;

use super::origin::Origin;
use super::record::Record;
use super::{DecodeError, Decoded, Events, Passed, time};
use ends::Ends;

/// Reads one line.
pub(super) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let kind = it.required("event_type")?;
    if it.text("src_ip")?.is_none() {
        return Ok(Decoded::Passed(Passed::Housekeeping));
    }
    let ends = Ends::of(kind, it)?;
    if ends.is_outgoing() {
        return Ok(Decoded::Passed(Passed::Outgoing));
    }
    // Networks seen from their middle have connections of nobody.
    if ends.client.is_unspecified() {
        return Ok(Decoded::Passed(Passed::Nameless));
    }
    let server = ends.server.to_string();
    let decky = it.text("host")?.unwrap_or(&server);
    let flow = it.whole("flow_id").map(|id| id.to_string());
    let origin = Origin::new(it.time("timestamp")?, ends.client, decky)?.session(flow.as_deref())?;
    if kind == "flow" {
        let flow = it.object("flow").ok_or(DecodeError::Missing("flow"))?;
        let at = |name| flow.text(name)?.map_or(Ok(origin.time()), time);
        let (begun, ended): (UtcMicros, UtcMicros) = (at("start")?, at("end")?);
        let events = [(begun, body::begun(it, &ends)), (ended, body::ended(begun, ended))];
        let events = events.into_iter().map(|(at, body)| origin.event_at(at, body));
        return Ok(Decoded::Events(events.collect::<Events>()));
    }
    body::said(kind, it, &ends, &origin)
}

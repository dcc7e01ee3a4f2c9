//! `log_session.json`: a whole session with its logins.

use smallvec::smallvec;
use vespid_model::body::Session;
use vespid_model::{Body, UtcMicros};

use super::DECKY;
use crate::decode::decoded::MOST_EVENTS;
use crate::decode::origin::Origin;
use crate::decode::record::{Object, Record};
use crate::decode::service::{client_version, connect, other};
use crate::decode::{DecodeError, Decoded, Events, time};

/// Reads one line.
pub(in crate::decode) fn decode(line: &[u8]) -> Result<Decoded, DecodeError> {
    let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
    let it = record.object();
    let service = it.required("protocol")?;
    let begun = it.time("timestamp")?;
    let origin = Origin::new(begun, it.address("source_ip")?, DECKY)?.session(it.text("session_id")?)?;
    let attempts = it.list("auth_attempts");
    if attempts.len() > MOST_EVENTS {
        return Err(DecodeError::TooMany);
    }
    let target = (it.maybe_address("destination_ip"), it.port("destination_port"));
    let mut events: Events =
        smallvec![origin.event(connect(service, it.port("source_port"), target.0, target.1))];
    if let Some(more) = it.object("auxiliary_data") {
        events.extend(more.shown("client_version").map(|version| origin.event(client_version(&version))));
        let rest = more.fields().any(|(name, _)| name != "client_version");
        if rest {
            events.push(origin.event(other(format!("heralding.{service}"), more.json())));
        }
    }
    for attempt in attempts.iter().filter_map(Object::of) {
        let at = attempt.text("timestamp")?.map_or(Ok(begun), time)?;
        let text = |name| attempt.shown(name).unwrap_or_default();
        let body = super::attempt(service, &text("username"), &text("password"));
        events.push(origin.event_at(at, body));
    }
    let ended = it.value("session_ended").and_then(serde_json::Value::as_bool);
    if ended == Some(true)
        && let Some(seconds) = it.whole("duration").filter(|seconds| *seconds < MONTH)
    {
        let at = UtcMicros::from_micros(begun.as_micros() + micros(seconds));
        let body = Body::Session(Session::Closed { duration_ms: seconds * 1000 });
        events.push(origin.event_at(at, body));
    }
    Ok(Decoded::Events(events))
}

/// Seconds that no session lasts.
const MONTH: u64 = 31 * 86_400;

fn micros(seconds: u64) -> i64 {
    i64::try_from(seconds * 1_000_000).unwrap_or(0)
}

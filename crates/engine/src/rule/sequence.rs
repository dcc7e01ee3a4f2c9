//! Examples of correlations: what one attacker did, one thing after the other.

use std::net::{IpAddr, Ipv4Addr};

use serde::Deserialize;
use serde_json::{Map, Value};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind, UtcMicros};

/// Events of one attacker. Each is the fields of its body under their stored names, with `at` (seconds), and where it
/// matters `decky`, `session` and `kind` (else that of the correlation).
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(transparent)]
pub struct Sequence(Vec<Map<String, Value>>);

/// 2026-01-01T00:00:00Z, where windows of every usual length begin.
const BEGIN: i64 = 1_767_225_600;

impl Sequence {
    /// The events that the example stands for.
    ///
    /// # Errors
    /// A sentence, when one of them fits no kind of event.
    pub fn events(&self, kind: SourceKind) -> Result<Vec<Event>, String> {
        self.0.iter().map(|fields| event(fields.clone(), kind)).collect()
    }
}

fn event(mut fields: Map<String, Value>, kind: SourceKind) -> Result<Event, String> {
    let shown = Value::Object(fields.clone()).to_string();
    let mut text = |name: &str, or: &str| match fields.remove(name) {
        None => Ok(or.to_owned()),
        Some(Value::String(text)) => Ok(text),
        Some(_) => Err(format!("example {shown}: {name} is a text")),
    };
    let (decky, session, kind) =
        (text("decky", "decky")?, text("session", "session")?, text("kind", kind.as_str())?);
    let kind: SourceKind = kind.parse().map_err(|error| format!("example {shown}: {error}"))?;
    let at = fields.remove("at").and_then(|at| at.as_f64()).unwrap_or(-1.0);
    if !(0.0..1e9).contains(&at) {
        return Err(format!("example {shown}: at is a number of seconds"));
    }
    #[expect(clippy::cast_possible_truncation, reason = "less than 2^60")]
    let micros = (at * 1e6) as i64;
    let json = Value::Object(fields).to_string();
    let body = Body::from_json(kind, &json).map_err(|error| format!("example {shown}: {error}"))?;
    let ip = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    Ok(Event::new(UtcMicros::from_micros(BEGIN * 1_000_000 + micros), ip, &decky, Some(&session), body))
}

//! One thing that happened on a decoy.

use std::net::IpAddr;

use crate::body::Body;
use crate::id::EventId;
use crate::kind::SourceKind;
use crate::time::UtcMicros;

/// One normalised event. Built once by [`Event::new`]; its id follows from what it says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// UUIDv5 of everything below.
    pub id: EventId,
    /// When it happened, by the sensor's clock.
    pub time: UtcMicros,
    /// The attacker's address.
    pub source_ip: IpAddr,
    /// The decoy that saw it.
    pub decky: Box<str>,
    /// The connection it belongs to, by the sensor's own name. Unique on one decky only.
    pub session: Option<Box<str>>,
    /// What it says.
    pub body: Body,
    /// `body` as stored; kept because the id is made from it.
    pub body_json: Box<str>,
}

impl Event {
    /// Makes an event and derives its id from the arguments.
    pub fn new(time: UtcMicros, source_ip: IpAddr, decky: &str, session: Option<&str>, body: Body) -> Self {
        let body_json = body.to_json();
        let source_ip = source_ip.to_canonical();
        let mut content = Vec::with_capacity(128 + body_json.len());
        // Each part is preceded by its length, so that no two different events have the same bytes.
        for part in [body.kind().as_str(), &source_ip.to_string(), decky, session.unwrap_or(""), &body_json] {
            content.extend_from_slice(&(part.len() as u64).to_le_bytes());
            content.extend_from_slice(part.as_bytes());
        }
        content.extend_from_slice(&time.as_micros().to_le_bytes());
        Self {
            id: EventId::derive(&content),
            time,
            source_ip,
            decky: decky.into(),
            session: session.map(Into::into),
            body,
            body_json: body_json.into(),
        }
    }

    /// The source kind.
    pub const fn kind(&self) -> SourceKind {
        self.body.kind()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::body::Command;

    fn event(decky: &str, session: Option<&str>, text: &str) -> Event {
        let body = Body::Command(Command { command_text: text.to_owned(), script: false });
        Event::new(UtcMicros::EARLIEST, "192.0.2.1".parse().unwrap(), decky, session, body)
    }

    #[test]
    fn equal_content_equal_id_and_every_part_counts() {
        let base = event("d", Some("s"), "id");
        assert_eq!(base, event("d", Some("s"), "id"));
        for other in [event("d", Some("s"), "id "), event("ds", Some(""), "id"), event("d", Some("t"), "id")]
        {
            assert_ne!(base.id, other.id);
        }
    }

    #[test]
    fn the_id_never_changes_between_versions() {
        assert_eq!(
            event("cowrie-a", Some("b25d5d9d322e"), "uname -a").id.to_string(),
            "81b07a2f-c651-54c3-afd5-2aed90c74a35"
        );
    }
}

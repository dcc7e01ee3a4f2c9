//! When, who and where: what all events of a record share.

use std::net::IpAddr;

use vespid_model::event::Event;
use vespid_model::{Body, UtcMicros};

use super::{DecodeError, Decoded, Events};

/// Characters in the name of a session or decky. Names are keys, and not every database has keys of any length.
pub(super) const LONGEST_NAME: usize = 255;

/// When, who and where.
#[derive(Debug, Clone)]
pub(super) struct Origin<'a> {
    time: UtcMicros,
    ip: IpAddr,
    decky: &'a str,
    session: Option<String>,
}

impl<'a> Origin<'a> {
    pub(super) fn new(time: UtcMicros, ip: IpAddr, decky: &'a str) -> Result<Self, DecodeError> {
        fits("decky", decky)?;
        if decky.is_empty() {
            return Err(DecodeError::Missing("decky"));
        }
        Ok(Self { time, ip, decky, session: None })
    }

    /// With the sensor's own name for the connection, if it has one.
    pub(super) fn session(mut self, name: Option<&str>) -> Result<Self, DecodeError> {
        if let Some(name) = name.filter(|name| !name.is_empty()) {
            fits("session", name)?;
            self.session = Some(name.to_owned());
        }
        Ok(self)
    }

    /// For a sensor that names no connections: the day and both ports tell one. Scanners that always come from the same
    /// port come again on another day; without the attacker's port nothing holds events together. A slash would part a
    /// decky from its session.
    pub(super) fn connection(mut self, src_port: u16, dst_port: u16) -> Self {
        if src_port != 0 {
            let time = self.time.to_string();
            let day = time.get(..10).unwrap_or_default();
            self.session = Some(format!("{day}.{src_port}-{dst_port}"));
        }
        self
    }

    pub(super) fn event(&self, body: Body) -> Event {
        self.event_at(self.time, body)
    }

    pub(super) fn event_at(&self, time: UtcMicros, body: Body) -> Event {
        Event::new(time, self.ip, self.decky, self.session.as_deref(), body)
    }

    pub(super) fn events(&self, bodies: impl IntoIterator<Item = Body>) -> Decoded {
        Decoded::Events(bodies.into_iter().map(|body| self.event(body)).collect::<Events>())
    }

    pub(super) const fn time(&self) -> UtcMicros {
        self.time
    }
}

fn fits(name: &'static str, text: &str) -> Result<(), DecodeError> {
    if text.chars().count() > LONGEST_NAME { Err(DecodeError::TooLong(name)) } else { Ok(()) }
}

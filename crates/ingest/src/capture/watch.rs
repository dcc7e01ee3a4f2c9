//! Packets in, events out.

use std::net::IpAddr;

use vespid_model::body::{Ipv6Leak, Session};
use vespid_model::event::Event;
use vespid_model::{Body, UtcMicros};

use super::flow::{Found, Streams};
use super::frame::{Frame, Framing, Segment, read};
use super::link::{Leaked, Links};

/// What is known of a wire so far.
#[derive(Default)]
pub(super) struct Watch {
    streams: Streams,
    links: Links,
}

impl Watch {
    /// Takes one packet.
    pub(super) fn packet(
        &mut self,
        framing: Framing,
        interface: Option<&str>,
        time: UtcMicros,
        bytes: &[u8],
    ) -> Vec<Event> {
        let leaked = match read(framing, bytes) {
            None => return Vec::new(),
            Some(Frame::Router { mac }) => {
                self.links.router(mac);
                return Vec::new();
            }
            Some(Frame::Arp { mac, ip }) => self.links.owns(mac, ip, time),
            Some(Frame::LinkLocal { mac, ip, vector }) => self.links.shows(mac, ip, vector, time),
            Some(Frame::Tcp(segment)) => return self.segment(interface, time, &segment),
        };
        leaked.into_iter().map(|leaked| leak(leaked, interface)).collect()
    }

    fn segment(&mut self, interface: Option<&str>, time: UtcMicros, segment: &Segment<'_>) -> Vec<Event> {
        let mut events = Vec::new();
        if let (true, Some(mac), IpAddr::V4(ip)) = (segment.opens, segment.mac, segment.source.0) {
            let leaked = self.links.asks(mac, ip, segment.target.0, time);
            events.extend(leaked.into_iter().map(|leaked| leak(leaked, interface)));
        }
        if let Some(found) = self.streams.add(time, segment) {
            events.extend(said(found));
        }
        events
    }
}

/// The decoy is known by its address.
fn leak(leaked: Leaked, interface: Option<&str>) -> Event {
    let Leaked { time, ip, decoy, leak } = leaked;
    let body = Body::Ipv6Leak(Ipv6Leak { on_iface: interface.map(str::to_owned), ..leak });
    Event::new(time, ip.into(), &decoy.to_string(), None, body)
}

fn said(found: Found) -> impl Iterator<Item = Event> {
    let (client, server) = found.ends;
    // Ports come again: the time is part of the name.
    let session = format!("{}:{}-{}@{}", client.0, client.1, server.1, found.begun);
    let event = move |said: Session| {
        Event::new(found.begun, client.0, &server.0.to_string(), Some(&session), Body::Session(said))
    };
    found.said.into_iter().map(event)
}

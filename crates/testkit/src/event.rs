//! Events with just the parts that a test speaks of.

use std::net::{IpAddr, Ipv4Addr};

use vespid_model::body::{AuthAttempt, AuthResult, Command, Session};
use vespid_model::event::Event;
use vespid_model::{Body, UtcMicros};

/// 2026-11-24T00:00:00Z and this many seconds.
pub const fn at(seconds: i64) -> UtcMicros {
    UtcMicros::from_micros((1_795_478_400 + seconds) * 1_000_000)
}

/// 192.0.2.x, an address for documentation.
pub const fn ip(last: u8) -> IpAddr {
    IpAddr::V4(Ipv4Addr::new(192, 0, 2, last))
}

/// Any body in session `session` of 192.0.2.`last` on `decky`.
pub fn event(seconds: i64, last: u8, decky: &str, session: &str, body: Body) -> Event {
    Event::new(at(seconds), ip(last), decky, Some(session), body)
}

/// A line typed on `decky-a`.
pub fn command(seconds: i64, last: u8, session: &str, text: &str) -> Event {
    let body = Body::Command(Command { command_text: text.to_owned(), script: false });
    event(seconds, last, "decky-a", session, body)
}

/// An SSH login tried on `decky-a`.
pub fn login(
    seconds: i64,
    last: u8,
    session: &str,
    (username, password): (&str, &str),
    result: AuthResult,
) -> Event {
    let attempt = AuthAttempt {
        username: username.to_owned(),
        password: Some(password.to_owned()),
        password_sha256: None,
        key_fingerprint: None,
        result,
        service: "ssh".to_owned(),
    };
    event(seconds, last, "decky-a", session, Body::AuthAttempt(attempt))
}

/// An SSH connection to `decky-a`.
pub fn connect(seconds: i64, last: u8, session: &str) -> Event {
    let body = Session::Connect { service: "ssh".to_owned(), src_port: 40_000, dst_ip: None, dst_port: 22 };
    event(seconds, last, "decky-a", session, Body::Session(body))
}

/// The client's banner.
pub fn client_version(seconds: i64, last: u8, session: &str, version: &str) -> Event {
    event(
        seconds,
        last,
        "decky-a",
        session,
        Body::Session(Session::ClientVersion { version: version.to_owned() }),
    )
}

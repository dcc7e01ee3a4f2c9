//! What a batch's new events say of the attackers and sessions they hang on.

use std::collections::HashMap;
use std::hash::Hash;

use vespid_model::body::{AuthResult, Session as Life, UNKNOWN_SERVICE};
use vespid_model::event::Event;
use vespid_model::{Body, UtcMicros, listing};

use crate::sql::without_nul;

/// What the new events of a batch add to the rows they hang on: one update each, however many events.
/// `A` and `S` are what the database knows an attacker and a session by.
pub(super) struct Grown<A, S> {
    pub(super) attackers: HashMap<A, Growth>,
    pub(super) sessions: HashMap<S, (Growth, Facts)>,
}

pub(super) struct Growth {
    pub(super) first: UtcMicros,
    pub(super) last: UtcMicros,
    pub(super) events: u64,
}

/// What a session's events say of the session. Of several values the least stays, whatever came first.
#[derive(Default)]
pub(super) struct Facts {
    pub(super) commands: u64,
    pub(super) service: Option<String>,
    pub(super) client_version: Option<String>,
    pub(super) hassh: Option<String>,
    pub(super) login: Option<String>,
}

impl<A, S> Default for Grown<A, S> {
    fn default() -> Self {
        Self { attackers: HashMap::new(), sessions: HashMap::new() }
    }
}

impl<A: Eq + Hash, S: Eq + Hash> Grown<A, S> {
    pub(super) fn add(&mut self, event: &Event, attacker: A, session: Option<S>) {
        let grown = self.attackers.entry(attacker).or_insert_with(Growth::none);
        // What a provider says of an address is no time at which it came.
        grown.add((*event.decky != *listing::DECKY).then_some(event.time));
        if let Some(session) = session {
            let (growth, facts) =
                self.sessions.entry(session).or_insert_with(|| (Growth::none(), Facts::default()));
            growth.add(Some(event.time));
            facts.add(&event.body);
        }
    }
}

impl Growth {
    /// Moves no time.
    pub(super) const fn none() -> Self {
        let (first, last) = (UtcMicros::from_micros(i64::MAX), UtcMicros::from_micros(i64::MIN));
        Self { first, last, events: 0 }
    }

    pub(super) fn add(&mut self, time: Option<UtcMicros>) {
        if let Some(time) = time {
            self.first = self.first.min(time);
            self.last = self.last.max(time);
        }
        self.events += 1;
    }
}

impl Facts {
    fn add(&mut self, body: &Body) {
        match body {
            Body::Command(_) => self.commands += 1,
            Body::AuthAttempt(attempt) => {
                least(&mut self.service, service(&attempt.service));
                if attempt.result == AuthResult::Success {
                    least(&mut self.login, Some(&attempt.username));
                }
            }
            Body::Session(Life::Connect { service: name, .. }) => least(&mut self.service, service(name)),
            Body::HttpRequest(request) => least(&mut self.service, request.service.as_deref()),
            Body::Session(
                Life::DatabaseQuery { service: name, .. } | Life::FileRequest { service: name, .. },
            ) => least(&mut self.service, name.as_deref()),
            Body::Session(Life::ClientVersion { version }) => least(&mut self.client_version, Some(version)),
            Body::Session(Life::ClientKex { hassh, .. }) => least(&mut self.hassh, Some(hassh)),
            _ => {}
        }
    }
}

fn service(name: &str) -> Option<&str> {
    (name != UNKNOWN_SERVICE).then_some(name)
}

/// Bytes decide, as in every database. NUL is replaced for all of them, because one of them cannot hold it.
fn least(slot: &mut Option<String>, value: Option<&str>) {
    let Some(value) = value.map(without_nul) else { return };
    if slot.as_deref().is_none_or(|known| *value < *known) {
        *slot = Some(value.into_owned());
    }
}

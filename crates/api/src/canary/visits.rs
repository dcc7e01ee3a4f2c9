//! What is told of who opens tokens.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::atomic::AtomicU64;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use vespid_export::text::count;
use vespid_model::UtcMicros;
use vespid_model::canary::CanaryToken;
use vespid_model::id::CanaryTriggerId;

/// What happened to a token.
#[derive(Debug, Clone, PartialEq)]
pub enum Visit {
    /// Somebody opened it.
    Touch(Box<Touch>),
    /// The script of its page tells of the browser.
    Facts(Box<Facts>),
}

/// One time that a token was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct Touch {
    /// The token.
    pub token: CanaryToken,
    /// This visit.
    pub trigger: CanaryTriggerId,
    /// When it was asked for.
    pub time: UtcMicros,
    /// Who.
    pub source: IpAddr,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// The path that was asked for; None over DNS.
    pub path: Option<String>,
    /// The name that was asked for; None over HTTP.
    pub name: Option<String>,
    /// Headers in their order.
    pub headers: Vec<(String, String)>,
}

/// What a page's script sent, not read yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// The token.
    pub token: CanaryToken,
    /// The visit.
    pub trigger: CanaryTriggerId,
    /// When it came.
    pub time: UtcMicros,
    /// Who.
    pub source: IpAddr,
    /// `User-Agent` of what sent it.
    pub user_agent: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Visits of one address in a while that are taken down, and of all: addresses may be forged. The answers do not change
/// with it.
const VISITS: u32 = 60;
const ALL: u32 = 6000;
const WHILE: Duration = Duration::from_mins(1);

/// Why something is not taken down.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// There are too many visits: of one address, of all, or for the database.
    Many,
    /// The database does not answer, so that nobody knows whether a token was opened, or it cannot be stored.
    Away,
    /// There are too many connections.
    Refused,
    /// It is not what a page's script sends, or of no page that is waited for.
    Unread,
}

impl Why {
    const ALL: [Self; 4] = [Self::Many, Self::Away, Self::Refused, Self::Unread];

    /// What is said of so many.
    pub fn said(self, number: u64) -> String {
        let (what, became) = match self {
            Self::Many => ("visit", "answered and not taken down: too many at once"),
            Self::Away => ("request", "answered and not taken down: the database did not answer"),
            Self::Refused => ("connection", "refused: too many at once"),
            Self::Unread => {
                ("script's answer", "not taken down: not what a page sends, or no page waits for it")
            }
        };
        format!("{} {became}", count(number, what))
    }
}

/// What was not taken down, since it was asked last.
#[derive(Debug, Clone, Default)]
pub struct Missed(Arc<[AtomicU64; Why::ALL.len()]>);

impl Missed {
    /// Counts one.
    pub fn count(&self, why: Why) {
        self.add(why, 1);
    }

    /// Counts so many.
    pub fn add(&self, why: Why, count: u64) {
        self.0[why as usize].fetch_add(count, Relaxed);
    }

    /// How many there were of each kind of which there were any. They are counted anew.
    pub fn take(&self) -> Vec<(Why, u64)> {
        let counts = Why::ALL.map(|why| (why, self.0[why as usize].swap(0, Relaxed)));
        counts.into_iter().filter(|(_, count)| *count > 0).collect()
    }
}

/// Counts visits.
#[derive(Debug)]
pub struct Rate(Mutex<Counted>);

#[derive(Debug)]
struct Counted {
    since: Instant,
    all: u32,
    /// At most [`ALL`] of them.
    by_address: HashMap<IpAddr, u32>,
}

impl Counted {
    fn new(since: Instant) -> Self {
        Self { since, all: 0, by_address: HashMap::new() }
    }
}

impl Rate {
    /// Counts from now on.
    pub fn new(now: Instant) -> Self {
        Self(Mutex::new(Counted::new(now)))
    }

    /// Is one more of this address taken down?
    pub fn allows(&self, ip: IpAddr, now: Instant) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(counted.since) >= WHILE {
            *counted = Counted::new(now);
        }
        if counted.all >= ALL {
            return false;
        }
        let count = counted.by_address.entry(ip).or_default();
        if *count >= VISITS {
            return false;
        }
        *count += 1;
        counted.all += 1;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_taken_down_so_often_in_a_while() {
        let now = Instant::now();
        let rate = Rate::new(now);
        let (one, two) = ("203.0.113.1".parse().unwrap(), "203.0.113.2".parse().unwrap());
        assert_eq!((0..100).filter(|_| rate.allows(one, now)).count(), 60);
        assert!(rate.allows(two, now));
        assert!(rate.allows(one, now + WHILE));
        let forged = (0..10_000_u32).map(|number| IpAddr::from(number.to_be_bytes()));
        assert_eq!(forged.filter(|ip| rate.allows(*ip, now + WHILE)).count(), 5999);
    }
}

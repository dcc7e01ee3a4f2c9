//! What is told of who opens tokens.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
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
    /// Who.
    pub source: IpAddr,
    /// `User-Agent` of what sent it.
    pub user_agent: Option<String>,
    /// The bytes.
    pub bytes: Vec<u8>,
}

/// Visits of one address in a while that are taken down. The answers do not change with it.
const VISITS: u32 = 60;
const WHILE: Duration = Duration::from_mins(1);
/// Addresses that are counted: with more, all begin anew.
const ADDRESSES: usize = 10_000;

/// Counts visits by address.
#[derive(Debug)]
pub struct Rate(Mutex<(Instant, HashMap<IpAddr, u32>)>);

impl Rate {
    /// Counts from now on.
    pub fn new(now: Instant) -> Self {
        Self(Mutex::new((now, HashMap::new())))
    }

    /// Is one more of this address taken down?
    pub fn allows(&self, ip: IpAddr, now: Instant) -> bool {
        let mut counted = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.duration_since(counted.0) >= WHILE || counted.1.len() >= ADDRESSES {
            *counted = (now, HashMap::new());
        }
        let count = counted.1.entry(ip).or_default();
        *count = count.saturating_add(1);
        *count <= VISITS
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
    }
}

//! Numbers that a page's script sends back: each once, for the token and the visit that it was made for.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use vespid_model::id::{CanaryTokenId, CanaryTriggerId};

/// How long a page may take.
const LIFE: Duration = Duration::from_mins(10);
/// Pages that are waited for. More come only from who opens them without running their script.
const MOST: usize = 10_000;

/// Pages whose script has not answered yet.
#[derive(Debug, Default)]
pub(super) struct Nonces(Mutex<HashMap<String, Page>>);

#[derive(Debug, Clone, Copy)]
struct Page {
    token: CanaryTokenId,
    trigger: CanaryTriggerId,
    until: Instant,
}

impl Nonces {
    /// A new one. Where there is no room to remember it, it is good for nothing.
    pub(super) fn make(
        &self,
        token: CanaryTokenId,
        trigger: CanaryTriggerId,
        now: Instant,
    ) -> Option<String> {
        let nonce = hex(&random()?);
        let mut pages = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if pages.len() >= MOST {
            pages.retain(|_, page| now < page.until);
        }
        // Those that wait are not forgotten for those that come.
        if pages.len() < MOST {
            pages.insert(nonce.clone(), Page { token, trigger, until: now + LIFE });
        }
        Some(nonce)
    }

    /// The visit that one was made for; it is used up, even where it comes to another token.
    pub(super) fn take(&self, nonce: &str, token: CanaryTokenId, now: Instant) -> Option<CanaryTriggerId> {
        let page = self.0.lock().unwrap_or_else(PoisonError::into_inner).remove(nonce)?;
        (page.token == token && now < page.until).then_some(page.trigger)
    }
}

/// One that is good for nothing, and looks like any other.
pub(super) fn unknown() -> Option<String> {
    random().map(|bytes| hex(&bytes))
}

/// Sixteen bytes that nobody can guess; None where the system has none.
pub(super) fn random() -> Option<[u8; 16]> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).ok().map(|()| bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        // Writing to a String does not fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn token(number: u8) -> CanaryTokenId {
        CanaryTokenId::from_bytes([number; 16])
    }

    #[test]
    fn a_number_counts_once_for_its_token_and_in_time() {
        let (nonces, now) = (Nonces::default(), Instant::now());
        let trigger = CanaryTriggerId::from_bytes([7; 16]);
        let make = || nonces.make(token(1), trigger, now).unwrap();
        let first = make();
        assert_eq!(nonces.take("other", token(1), now), None);
        assert_eq!(nonces.take(&first, token(1), now), Some(trigger));
        assert_eq!(nonces.take(&first, token(1), now), None);
        let second = make();
        assert_eq!((nonces.take(&second, token(2), now), nonces.take(&second, token(1), now)), (None, None));
        assert_eq!(nonces.take(&make(), token(1), now + LIFE), None);
        for _ in 0..MOST {
            nonces.make(token(1), trigger, now).unwrap();
        }
        let over = nonces.make(token(1), trigger, now).unwrap();
        assert_eq!(nonces.take(&over, token(1), now), None);
        let later = nonces.make(token(1), trigger, now + LIFE).unwrap();
        assert_eq!(nonces.take(&later, token(1), now + LIFE), Some(trigger));
    }
}

//! What is asked when it is to be found out whose hands an address is.

use crate::id::AttackerId;
use crate::observable::Observable;
use crate::technique::TacticId;
use crate::time::UtcMicros;

/// One attacker with what was observed with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Features {
    /// Which attacker.
    pub attacker: AttackerId,
    /// Time of its first event.
    pub first_seen: UtcMicros,
    /// Time of its last event.
    pub last_seen: UtcMicros,
    /// What was seen with it, each once, in any order.
    pub observables: Vec<Observable>,
    /// What was seen together: for each session the keys, wallets, interface ids, payloads and addresses to fetch from, with
    /// the client and the credentials. Equal sets once.
    pub sessions: Vec<Vec<Observable>>,
    /// Where it was: one for each decoy.
    pub stays: Vec<Stay>,
}

/// An attacker's time on one decoy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stay {
    /// The decoy.
    pub decky: Box<str>,
    /// Time of the first tag there.
    pub first: UtcMicros,
    /// Time of the last tag there.
    pub last: UtcMicros,
    /// The tactic of the first tag.
    pub begins: Option<TacticId>,
    /// The tactic of the last tag.
    pub ends: Option<TacticId>,
}

/// What a person says of two attackers, or of two identities.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict<T> {
    /// One of them.
    pub a: T,
    /// The other.
    pub b: T,
    /// They are the same, or belong together; otherwise they are not, and do not.
    pub same: bool,
}

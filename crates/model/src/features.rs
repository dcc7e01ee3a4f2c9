//! What is asked when it is to be found out whose hands an address is.

use std::net::IpAddr;

use crate::id::{AttackerId, IdentityId};
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

/// Of whom a person said something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaidOf {
    /// Two attackers: are they the same hands? With their addresses, where they are still there.
    Attackers(Verdict<AttackerId>, [Option<IpAddr>; 2]),
    /// Two identities: are they of one campaign?
    Identities(Verdict<IdentityId>),
}

/// A verdict with who gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerdictRow {
    /// What was said, of whom.
    pub said: SaidOf,
    /// Why; empty where no reason was given.
    pub reason: String,
    /// Who said so.
    pub said_by: String,
    /// When.
    pub said_at: UtcMicros,
}

//! One address, and what is seen with it.

use std::net::{IpAddr, Ipv6Addr};

use vespid_model::features::Stay;
use vespid_model::id::AttackerId;
use vespid_model::{Features, Observable, ObservableKind, TacticId, UtcMicros};

/// One address in the making.
#[derive(Clone)]
pub(super) struct Address {
    features: Features,
}

/// Seconds from the beginning of the fleet's year.
pub(super) const YEAR: u64 = 365 * 24 * 3600;

/// 2026-01-01.
const BEGINNING: i64 = 1_767_225_600_000_000;

/// So many seconds after the beginning.
pub(super) fn at(second: u64) -> UtcMicros {
    UtcMicros::from_micros(BEGINNING + i64::try_from(second).unwrap_or(0) * 1_000_000)
}

impl Address {
    /// The address of this number in the net of this fleet, seen first then, for an hour.
    pub(super) fn new(net: u64, number: u64, first: u64) -> Self {
        let ip = Ipv6Addr::from_bits(0x2001_0db8 << 96 | u128::from(net) << 32 | u128::from(number));
        Self {
            features: Features {
                attacker: AttackerId::derive(IpAddr::V6(ip)),
                first_seen: at(first),
                last_seen: at(first + 3600),
                observables: Vec::new(),
                sessions: Vec::new(),
                stays: Vec::new(),
            },
        }
    }

    /// A session in which all of this was seen.
    pub(super) fn session(&mut self, seen: impl IntoIterator<Item = Observable>) {
        let seen: Vec<_> = seen.into_iter().collect();
        let together = seen.iter().filter(|observable| observable.kind() != ObservableKind::CommandShape);
        self.features.sessions.push(together.cloned().collect());
        self.features.observables.extend(seen);
    }

    /// A stay on a decoy, from the first tactic to the last.
    pub(super) fn stay(&mut self, decky: &str, from: u64, to: u64, begins: u16, ends: u16) {
        let (first, last) = (at(from), at(to));
        let (begins, ends) = (TacticId::from_code(begins), TacticId::from_code(ends));
        self.features.stays.push(Stay { decky: decky.into(), first, last, begins, ends });
    }

    pub(super) fn features(mut self) -> Features {
        self.features.observables.sort();
        self.features.observables.dedup();
        for session in &mut self.features.sessions {
            session.sort();
        }
        self.features.sessions.sort();
        self.features.sessions.dedup();
        self.features
    }
}

/// Texts of the generator are never empty and never long.
pub(super) fn value(kind: ObservableKind, text: &str) -> Observable {
    Observable::new(kind, text).unwrap_or_else(|| unreachable!("the generator made {text:?}"))
}

//! Made-up fleets: attackers of which it is known whose hands they are. Seeded: the same seed, the same fleet.
//!
//! Each scenario is a question that is hard for simple rules, amid background noise (`world.rs`).

mod address;
mod scenarios;
mod simple;
mod world;

use vespid_model::Features;

pub use simple::{by_any_fingerprint, by_owner_or_payload};

/// A fleet with the truth about it.
pub struct LabelledFleet {
    /// The attackers.
    pub attackers: Vec<Features>,
    /// Of each, whose hands it is.
    pub hands: Vec<u64>,
    /// Of each, its campaign; one of its own where it has none.
    pub campaigns: Vec<u64>,
}

/// A question to ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scenario {
    /// Strangers with the same rare wordlist, some with the same rare client too.
    SharedWordlist,
    /// One actor, many addresses, no key: only habits and passwords come along.
    VpnHopping,
    /// Many actors with one or two addresses, all with stock tools.
    LoneWolves,
    /// Thousands of addresses with one key; a rival with the same malware and another key.
    BotnetOneKey,
    /// One actor, two client libraries, other passwords with each.
    TwoLibraries,
    /// Addresses that two actors share.
    Nat,
    /// Strangers who copy commands, client and even the script's URL, with keys of their own.
    Copycats,
    /// One actor over a year, of whose means only some last from one address to the next.
    SlowBurn,
    /// One actor over SSH here and HTTP there.
    MultiProtocol,
    /// One actor that changes its key now and then.
    KeyRotation,
    /// Who breaks in hands over to who uses it; strangers do the same beside them by chance.
    HandOver,
    /// Background only, with a few small botnets.
    NoiseFloor,
}

impl Scenario {
    /// Every scenario.
    pub const ALL: [Self; 12] = [
        Self::SharedWordlist,
        Self::VpnHopping,
        Self::LoneWolves,
        Self::BotnetOneKey,
        Self::TwoLibraries,
        Self::Nat,
        Self::Copycats,
        Self::SlowBurn,
        Self::MultiProtocol,
        Self::KeyRotation,
        Self::HandOver,
        Self::NoiseFloor,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::SharedWordlist => "shared_wordlist",
            Self::VpnHopping => "vpn_hopping",
            Self::LoneWolves => "lone_wolves",
            Self::BotnetOneKey => "botnet_one_key",
            Self::TwoLibraries => "two_libraries",
            Self::Nat => "nat",
            Self::Copycats => "copycats",
            Self::SlowBurn => "slow_burn",
            Self::MultiProtocol => "multi_protocol",
            Self::KeyRotation => "key_rotation",
            Self::HandOver => "hand_over",
            Self::NoiseFloor => "noise_floor",
        }
    }

    /// One fleet of all scenarios together, of about so many attackers.
    pub fn mixed(size: usize, seed: u64) -> LabelledFleet {
        let mut all = LabelledFleet { attackers: Vec::new(), hands: Vec::new(), campaigns: Vec::new() };
        for (scenario, number) in Self::ALL.into_iter().zip(0..) {
            let part = scenario.fleet(size / Self::ALL.len(), seed * 100 + number);
            all.attackers.extend(part.attackers);
            // Labels of one part are no labels of another.
            all.hands.extend(part.hands.into_iter().map(|label| label << 8 | number));
            all.campaigns.extend(part.campaigns.into_iter().map(|label| label << 8 | number));
        }
        all
    }

    /// A fleet of so many attackers, or a few less.
    pub fn fleet(self, size: usize, seed: u64) -> LabelledFleet {
        scenarios::fleet(self, size, seed)
    }
}

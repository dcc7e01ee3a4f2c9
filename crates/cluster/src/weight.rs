//! How much each thing says about whose hands they are: the table, the steps of frequency, and every cap.
//!
//! Weights are thousandths. [`JOINS`] of them join two attackers. Whole numbers, so that no order of adding matters.

use crate::public::{host, is_public};
use vespid_model::{Observable, ObservableKind};

/// As much evidence as it takes to call two attackers the same hands.
pub const JOINS: u32 = 1000;

/// A value that more attackers than this have is too common to look for pairs with, but for keys and wallets.
pub const HOLDERS: usize = 32;

/// How many of its values an attacker is compared by: those that say most.
pub const SELECTED: usize = 32;

/// Of a key or wallet that more than [`HOLDERS`] have, each holder is compared with the next ones in the order of ids.
/// They are one identity all the same.
pub const NEIGHBOURS: usize = 4;

/// How many values of one kind are kept of an attacker: those with the smallest hashes, so that two attackers with the
/// same list keep the same part of it.
pub const KEPT: usize = 512;

/// How many sets of things seen together are kept of an attacker: the first in the order of their values.
pub const SESSIONS: usize = 64;

/// Fewer command shapes than this are no habit.
pub const SHAPES: usize = 3;

/// Steps of frequency: 2 holders, up to 4, 8, 16, 32, 64, 128, and more. A weight changes only with the step.
pub const STEPS: usize = 8;

/// What an observable is when it is weighed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "most are kinds of observables")]
pub enum Class {
    SshKey,
    Wallet,
    /// An interface id made of a hardware address.
    Eui64,
    /// Another one: random, or derived from the network.
    Interface,
    Payload,
    Url,
    Host,
    Domain,
    Email,
    Hassh,
    Ja3,
    Ja4,
    Ja4h,
    Client,
    Credential,
    /// How alike two sets of command shapes are, by how many attackers have a set like that.
    Habit,
    /// One command shape; it says nothing alone.
    Shape,
    /// `::1` and its like.
    Numbered,
    /// A URL, a host or a name that belongs to everybody.
    Public,
}

/// Kinds of evidence that are one fact told several times. What they say together is capped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Family {
    /// Who owns it.
    Owner,
    /// The machine it comes from.
    Machine,
    /// Where its tools come from.
    Supply,
    /// What it speaks with.
    Software,
    /// What it tries at the door.
    Secrets,
    /// What it does inside.
    Habits,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// What is weighed.
    pub class: Class,
    /// With which others it is one fact.
    pub family: Family,
    /// Its weight at each step of frequency.
    pub weights: [u16; STEPS],
    /// Why so much.
    pub reason: &'static str,
}

/// Every class in the order of [`Class`].
#[rustfmt::skip]
pub const TABLE: [Row; 19] = {
    use Class as C;
    use Family as F;
    const fn row(class: Class, family: Family, weights: [u16; STEPS], reason: &'static str) -> Row {
        Row { class, family, weights, reason }
    }
    [
        row(C::SshKey, F::Owner, [1000; 8], "whoever plants it holds the other half; thousands with it are one botnet"),
        row(C::Wallet, F::Owner, [1000; 8], "the money goes to one owner, however many addresses mine for it"),
        row(C::Eui64, F::Machine, [1000, 1000, 1000, 1000, 1000, 600, 300, 0], "one network card; many with it are clones of one image"),
        row(C::Interface, F::Machine, [500, 500, 300, 200, 100, 0, 0, 0], "made anew on each network: equal ones are rare, and may be a default"),
        row(C::Payload, F::Supply, [1000, 1000, 1000, 700, 500, 300, 200, 0], "a build that a few have is theirs; one that many have is a product"),
        row(C::Url, F::Supply, [1000, 1000, 1000, 700, 400, 200, 100, 0], "a place that only they know; or a public one"),
        row(C::Host, F::Supply, [500, 500, 500, 400, 200, 100, 50, 0], "hosts are let to several, and taken over"),
        row(C::Domain, F::Supply, [400, 400, 300, 200, 100, 50, 0, 0], "as a host, and more often a public service"),
        row(C::Email, F::Supply, [600, 600, 500, 400, 300, 200, 100, 0], "a sender's; but victims are addressed, too"),
        row(C::Hassh, F::Software, [300, 250, 200, 150, 100, 50, 0, 0], "a library in one version, which any stranger may have"),
        row(C::Ja3, F::Software, [300, 250, 200, 150, 100, 50, 0, 0], "as a HASSH"),
        row(C::Ja4, F::Software, [300, 250, 200, 150, 100, 50, 0, 0], "as a HASSH"),
        row(C::Ja4h, F::Software, [200, 150, 100, 100, 50, 0, 0, 0], "as a HASSH, and differs with the request"),
        row(C::Client, F::Software, [200, 150, 100, 100, 50, 0, 0, 0], "a text that anybody may write"),
        row(C::Credential, F::Secrets, [150, 120, 80, 50, 20, 0, 0, 0], "root/123456 is everybody's; many rare pairs in common are one list"),
        row(C::Habit, F::Habits, [600, 600, 550, 500, 250, 0, 0, 0], "scripts are copied; nobody else has a rare one by chance"),
        row(C::Shape, F::Habits, [0; 8], "one command is no habit"),
        row(C::Numbered, F::Machine, [0; 8], "numbered by hand, like everywhere"),
        row(C::Public, F::Supply, [0; 8], "a service that anybody uses: who fetches from GitHub or asks ipinfo.io is nobody in particular"),
    ]
};

/// The step of a value that so many attackers have.
pub(crate) const fn step(holders: usize) -> usize {
    let bits = usize::BITS - holders.saturating_sub(1).leading_zeros();
    if bits as usize > STEPS { STEPS } else { bits as usize }
}

impl Class {
    /// The name as stored and shown, for example `ssh_key`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::SshKey => "ssh_key",
            Self::Wallet => "wallet",
            Self::Eui64 => "eui64_interface_id",
            Self::Interface => "interface_id",
            Self::Payload => "payload",
            Self::Url => "url",
            Self::Host => "host",
            Self::Domain => "domain",
            Self::Email => "email_address",
            Self::Hassh => "hassh",
            Self::Ja3 => "ja3",
            Self::Ja4 => "ja4",
            Self::Ja4h => "ja4h",
            Self::Client => "client",
            Self::Credential => "credential",
            Self::Habit => "habit",
            Self::Shape => "command_shape",
            Self::Numbered => "numbered_interface_id",
            Self::Public => "public_place",
        }
    }

    /// How an observable is weighed.
    pub fn of(observable: &Observable) -> Self {
        match observable.kind() {
            ObservableKind::SshKey => Self::SshKey,
            ObservableKind::Wallet => Self::Wallet,
            ObservableKind::InterfaceId => Self::of_interface(observable.value()),
            ObservableKind::Payload => Self::Payload,
            ObservableKind::Url if is_public(host(observable.value())) => Self::Public,
            ObservableKind::Host | ObservableKind::Domain if is_public(observable.value()) => Self::Public,
            ObservableKind::Url => Self::Url,
            ObservableKind::Host => Self::Host,
            ObservableKind::Domain => Self::Domain,
            ObservableKind::EmailAddress => Self::Email,
            ObservableKind::Hassh => Self::Hassh,
            ObservableKind::Ja3 => Self::Ja3,
            ObservableKind::Ja4 => Self::Ja4,
            ObservableKind::Ja4h => Self::Ja4h,
            ObservableKind::Client => Self::Client,
            ObservableKind::Credential => Self::Credential,
            ObservableKind::CommandShape => Self::Shape,
        }
    }

    /// `0011:22ff:fe33:4455` has `ff:fe` in the middle; `0000:0000:0000:0001` was numbered by hand.
    fn of_interface(id: &str) -> Self {
        match id.split(':').collect::<Vec<_>>()[..] {
            ["0000", "0000", "0000", _] => Self::Numbered,
            [_, b, c, _] if b.ends_with("ff") && c.starts_with("fe") => Self::Eui64,
            _ => Self::Interface,
        }
    }

    /// Its row of the table.
    pub const fn row(self) -> &'static Row {
        &TABLE[self as usize]
    }

    /// What a value says that so many attackers have, in a fleet of so many.
    ///
    /// In a fleet of a dozen, what two have is not rare: where there are no more than 128 attackers, weak evidence is as
    /// common as if its share were that of 128. Strong evidence is what it is in any fleet.
    pub const fn weight(self, holders: usize, attackers: usize) -> u32 {
        let row = self.row();
        let few = if row.family.is_weak() { STEPS - step(attackers) } else { 0 };
        let step = step(holders) + few;
        let place = if step > STEPS { STEPS } else { step };
        row.weights[if place == 0 { 0 } else { place - 1 }] as u32
    }

    /// A key or a wallet.
    pub const fn is_owner(self) -> bool {
        matches!(self, Self::SshKey | Self::Wallet)
    }

    /// Are attackers compared because they have it in common? Software alone never joins; what
    /// does beside it is looked for by that.
    pub(crate) const fn seeks(self) -> bool {
        !matches!(self.row().family, Family::Software)
            && !matches!(self, Self::Shape | Self::Numbered | Self::Public)
    }
}

impl Family {
    /// Every family.
    pub const ALL: [Self; 6] =
        [Self::Owner, Self::Machine, Self::Supply, Self::Software, Self::Secrets, Self::Habits];

    /// Is it evidence that must add up, since a stranger may have the same?
    pub const fn is_weak(self) -> bool {
        matches!(self, Self::Software | Self::Secrets | Self::Habits)
    }

    /// What it says at most. Software and habits do not join, nor software and secrets; secrets and habits do.
    pub const fn cap(self) -> u32 {
        match self {
            Self::Owner => 2000,
            Self::Machine | Self::Supply => 1000,
            Self::Software => 350,
            Self::Secrets | Self::Habits => 600,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;
    use crate::sentence;

    #[test]
    fn steps_are_powers_of_two() {
        let steps = [(0, 0), (1, 0), (2, 1), (3, 2), (4, 2), (5, 3), (32, 5), (33, 6), (128, 7), (129, 8)];
        for (holders, wanted) in steps {
            assert_eq!(step(holders), wanted, "{holders}");
        }
        assert_eq!(step(usize::MAX), STEPS);
        // Crossing the cap must be a step, or nobody would look again.
        assert_ne!(step(HOLDERS), step(HOLDERS + 1));
    }

    #[test]
    fn rows_stand_where_their_class_says_and_never_rise() {
        for (place, row) in TABLE.iter().enumerate() {
            assert_eq!(row.class as usize, place);
            assert!(row.weights.is_sorted_by(|a, b| a >= b), "{:?}", row.class);
        }
    }

    #[test]
    fn little_is_rare_in_a_small_fleet() {
        let weights =
            |class: Class| [2, 4, 30, 100, 128, 129, 5000].map(|attackers| class.weight(2, attackers));
        assert_eq!(weights(Class::Hassh), [0, 0, 150, 250, 250, 300, 300]);
        assert_eq!(weights(Class::SshKey), [1000; 7]);
        assert_eq!(weights(Class::Payload), [1000; 7]);
    }

    #[test]
    fn interface_ids_are_told_apart() {
        let class = |id| Class::of(&Observable::new(ObservableKind::InterfaceId, id).unwrap());
        assert_eq!(class("0011:22ff:fe33:4455"), Class::Eui64);
        assert_eq!(class("0000:0000:0000:0001"), Class::Numbered);
        assert_eq!(class("8d3e:12ab:9c44:01fe"), Class::Interface);
        assert_eq!(class("nonsense"), Class::Interface);
    }

    /// What is promised of weak evidence holds for the caps, whatever the table says.
    #[test]
    fn no_weak_family_joins_with_software_alone() {
        use Family::{Habits, Secrets, Software};
        assert!(Software.cap() + Habits.cap() < JOINS);
        assert!(Software.cap() + Secrets.cap() < JOINS);
        assert!(Secrets.cap() + Habits.cap() >= JOINS);
    }

    #[test]
    fn the_readme_shows_the_table() {
        let mut table = String::new();
        for row in TABLE {
            let weights: Vec<_> = row.weights.iter().map(ToString::to_string).collect();
            let (name, weights) = (sentence::name(row.class, false), weights.join(" "));
            writeln!(table, "| {name} | {:?} | {weights} | {} |", row.family, row.reason).unwrap();
        }
        let readme = include_str!("../README.md");
        assert!(readme.contains(&table), "the README's table is not\n{table}");
    }
}

//! Rules that anybody would try first, to see whether a scenario is hard.

use std::collections::HashMap;

use vespid_model::{Features, Observable, ObservableKind as Kind};

/// The same hands if any fingerprint, payload or place is the same. The group of each.
pub fn by_any_fingerprint(attackers: &[Features]) -> Vec<u64> {
    let kinds =
        [Kind::Hassh, Kind::Ja3, Kind::Ja4, Kind::Payload, Kind::Url, Kind::Host, Kind::SshKey, Kind::Wallet];
    by(attackers, &kinds)
}

/// The same hands if any key, wallet or payload is the same. The group of each.
pub fn by_owner_or_payload(attackers: &[Features]) -> Vec<u64> {
    by(attackers, &[Kind::SshKey, Kind::Wallet, Kind::Payload])
}

fn by(attackers: &[Features], kinds: &[Kind]) -> Vec<u64> {
    let mut groups: Vec<usize> = (0..attackers.len()).collect();
    let mut first: HashMap<&Observable, usize> = HashMap::new();
    for (place, attacker) in attackers.iter().enumerate() {
        for observable in attacker.observables.iter().filter(|observable| kinds.contains(&observable.kind()))
        {
            let other = *first.entry(observable).or_insert(place);
            let (a, b) = (root(&mut groups, place), root(&mut groups, other));
            groups[a] = b;
        }
    }
    (0..attackers.len()).map(|place| root(&mut groups, place) as u64).collect()
}

fn root(groups: &mut [usize], mut place: usize) -> usize {
    while groups[place] != place {
        groups[place] = groups[groups[place]];
        place = groups[place];
    }
    place
}

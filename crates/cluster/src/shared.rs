//! One address, several hands: a NAT, a proxy, a rented host that changed hands.

use std::collections::{BTreeMap, BTreeSet};

use crate::token::Tokens;
use crate::weight::{Class, Family};

/// Do the keys, wallets and interface ids of one address fall into groups that are never seen together, each with its
/// own client?
///
/// Two sessions are of one group when they have anything in common that says something: a key, a payload, an address to
/// fetch from, a rare credential, and any client, be it common or not. So whoever only rotates keys stays one. Sessions
/// of which no client is known separate nothing.
pub(crate) fn is_shared(tokens: &Tokens, sessions: &[Box<[u32]>]) -> bool {
    let mut groups: Vec<BTreeSet<u32>> = Vec::new();
    for session in sessions {
        let told = session.iter().copied().filter(|token| tells(tokens, *token));
        let mut group: BTreeSet<u32> = told.collect();
        groups.retain_mut(|other| {
            let apart = other.is_disjoint(&group);
            if !apart {
                group.append(other);
            }
            apart
        });
        groups.push(group);
    }
    let hands = groups.iter().filter(|group| {
        let is = |wanted: fn(Class) -> bool| group.iter().any(|token| wanted(tokens.class(*token)));
        is(is_personal) && is(|class| class.row().family == Family::Software)
    });
    hands.count() > 1
}

/// Does an attacker have so many things of its own that it may be several?
pub(crate) fn may_be_shared(tokens: &Tokens, values: &[u32]) -> bool {
    values.iter().filter(|token| is_personal(tokens.class(**token))).count() > 1
}

fn tells(tokens: &Tokens, token: u32) -> bool {
    let class = tokens.class(token);
    class.row().family == Family::Software || tokens.weight(token) > 0
}

fn is_personal(class: Class) -> bool {
    class.is_owner() || matches!(class, Class::Eui64 | Class::Interface)
}

/// The sets in the order of their values, each once, and no more than fit.
pub(crate) fn bounded(mut sets: BTreeMap<Vec<u64>, Box<[u32]>>, most: usize) -> (Vec<Box<[u32]>>, usize) {
    let over = sets.len().saturating_sub(most);
    for _ in 0..over {
        sets.pop_last();
    }
    (sets.into_values().collect(), over)
}

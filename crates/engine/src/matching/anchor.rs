//! The literals that a rule needs: what decides whether it is worth asking.

use super::atom::AtomId;
use super::tree::{Condition, Node};

/// Atoms of which a matching view has one, and how many of a million views have one, roughly.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) often: u32,
    pub(super) atoms: Vec<AtomId>,
}

/// All that one way to match needs.
pub(super) type Way = Vec<Need>;

/// A rule with more ways is found by one literal of each.
const MOST: usize = 24;

/// The ways in which a rule may match, each with its most telling need first. A way without a need means that it may
/// match without any literal.
pub(super) fn ways(
    condition: &Condition,
    selections: &[Node],
    of_atom: &dyn Fn(AtomId) -> Vec<Way>,
) -> Vec<Way> {
    let mut ways = of_condition(condition, selections, of_atom);
    for way in &mut ways {
        way.sort_by(|one, other| (one.often, &one.atoms).cmp(&(other.often, &other.atoms)));
        way.dedup();
    }
    ways
}

fn of_condition(
    condition: &Condition,
    selections: &[Node],
    of_atom: &dyn Fn(AtomId) -> Vec<Way>,
) -> Vec<Way> {
    let selection =
        |number: &u32| selections.get(*number as usize).map_or_else(anyhow, |node| of_node(node, of_atom));
    let part = |part: &Condition| of_condition(part, selections, of_atom);
    match condition {
        Condition::Selection(number) => selection(number),
        Condition::All(parts) => all(parts.iter().map(part)),
        Condition::Any(parts) => any(parts.iter().map(part)),
        Condition::Some { least, of } if *least == of.len() => all(of.iter().map(selection)),
        Condition::Some { least, of } if *least > 0 => any(of.iter().map(selection)),
        Condition::Some { .. } | Condition::Not(_) => anyhow(),
    }
}

/// The ways in which a formula may hold; `of_atom` knows those of atoms.
pub(super) fn of_node(tree: &Node, of_atom: &dyn Fn(AtomId) -> Vec<Way>) -> Vec<Way> {
    match tree {
        Node::Atom(id) => of_atom(*id),
        Node::All(parts) => all(parts.iter().map(|part| of_node(part, of_atom))),
        Node::Any(parts) => any(parts.iter().map(|part| of_node(part, of_atom))),
        Node::Not(_) => anyhow(),
    }
}

/// One way, which needs nothing.
fn anyhow() -> Vec<Way> {
    vec![Way::new()]
}

/// Each way of one with each of the others; where these are too many, only what all ways of a part need.
fn all(parts: impl Iterator<Item = Vec<Way>>) -> Vec<Way> {
    let mut parts: Vec<_> = parts.map(few).collect();
    parts.sort_by_key(Vec::len);
    let mut joined = anyhow();
    for part in parts {
        let part = if joined.len() * part.len() > MOST { vec![one(&part)] } else { part };
        let with = |way: &Way| part.iter().map(|other| [way.as_slice(), other].concat()).collect::<Vec<_>>();
        joined = joined.iter().flat_map(with).collect();
    }
    joined
}

fn any(parts: impl Iterator<Item = Vec<Way>>) -> Vec<Way> {
    let parts: Vec<_> = parts.map(few).collect();
    let ways: Vec<_> = if parts.iter().map(Vec::len).sum::<usize>() > MOST {
        parts.iter().map(|part| one(part)).collect()
    } else {
        parts.concat()
    };
    if ways.iter().any(Vec::is_empty) { anyhow() } else { few(ways) }
}

fn few(ways: Vec<Way>) -> Vec<Way> {
    if ways.len() > MOST { vec![one(&ways)] } else { ways }
}

/// What several ways have in common, and one of what they need beside it: of each what is least often there.
fn one(ways: &[Way]) -> Way {
    let [first, others @ ..] = ways else { return Way::new() };
    let everywhere = |need: &&Need| others.iter().all(|way| way.contains(need));
    let mut common: Way = first.iter().filter(everywhere).cloned().collect();
    let mut either = Need { often: 0, atoms: Vec::new() };
    for way in ways {
        let beside = way.iter().filter(|need| !common.contains(need));
        let Some(best) = beside.min_by_key(|need| need.often) else { return common };
        either.often = either.often.saturating_add(best.often);
        either.atoms.extend(&best.atoms);
    }
    either.atoms.sort_unstable();
    either.atoms.dedup();
    common.push(either);
    common
}

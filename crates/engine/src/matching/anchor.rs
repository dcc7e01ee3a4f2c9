//! The literals that a rule needs: what decides whether it is worth asking.

use super::atom::AtomId;
use super::tree::{Condition, Node};

/// Atoms of which a matching view has one, and how much that says: the length of the shortest literal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Need {
    pub(super) length: usize,
    pub(super) atoms: Vec<AtomId>,
}

/// All that one way to match needs.
pub(super) type Way = Vec<Need>;

/// A rule with more ways is asked when the shortest of its literals is there.
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
        way.sort_by_key(|need| (std::cmp::Reverse(need.length), need.atoms.len()));
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

/// Each way of one with each of the others, as far as these are not too many.
fn all(parts: impl Iterator<Item = Vec<Way>>) -> Vec<Way> {
    let mut parts: Vec<_> = parts.map(few).collect();
    parts.sort_by_key(Vec::len);
    let mut joined = anyhow();
    for part in parts {
        if joined.len() * part.len() <= MOST {
            let with =
                |way: &Way| part.iter().map(|other| [way.as_slice(), other].concat()).collect::<Vec<_>>();
            joined = joined.iter().flat_map(with).collect();
        }
    }
    joined
}

fn any(parts: impl Iterator<Item = Vec<Way>>) -> Vec<Way> {
    let ways: Vec<_> = parts.flatten().collect();
    if ways.iter().any(Vec::is_empty) { anyhow() } else { few(ways) }
}

/// Too many ways become one: the most telling need of each, one of which is there.
fn few(ways: Vec<Way>) -> Vec<Way> {
    if ways.len() <= MOST {
        return ways;
    }
    let mut one = Need { length: usize::MAX, atoms: Vec::new() };
    for way in ways {
        let Some(best) =
            way.into_iter().max_by_key(|need| (need.length, std::cmp::Reverse(need.atoms.len())))
        else {
            return anyhow();
        };
        one.length = one.length.min(best.length);
        one.atoms.extend(best.atoms);
    }
    one.atoms.sort_unstable();
    one.atoms.dedup();
    vec![vec![one]]
}

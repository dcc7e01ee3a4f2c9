//! The atoms one of which must hold for a rule to match.

use super::atom::AtomId;
use super::tree::{Condition, Node};

/// Atoms, and how telling the least telling one is: the length of its shortest literal.
pub(super) type Anchor = (usize, Vec<AtomId>);

/// More atoms than this, and the rule is asked nearly always anyway.
const MOST: usize = 256;

/// The best anchor of a rule. None when it may match without any literal.
pub(super) fn anchor(
    condition: &Condition,
    selections: &[Node],
    literal: &impl Fn(AtomId) -> Option<(usize, AtomId)>,
) -> Option<Anchor> {
    let selection = |number: &u32| node(selections.get(*number as usize)?, literal);
    match condition {
        Condition::Selection(number) => selection(number),
        Condition::All(parts) => best(parts.iter().map(|part| anchor(part, selections, literal))),
        Condition::Any(parts) => union(parts.iter().map(|part| anchor(part, selections, literal))),
        Condition::Some { least, of } if *least == of.len() => best(of.iter().map(selection)),
        Condition::Some { least, of } if *least > 0 => union(of.iter().map(selection)),
        Condition::Some { .. } | Condition::Not(_) => None,
    }
}

fn node(tree: &Node, literal: &impl Fn(AtomId) -> Option<(usize, AtomId)>) -> Option<Anchor> {
    match tree {
        Node::Atom(id) => literal(*id).map(|(length, atom)| (length, vec![atom])),
        Node::All(parts) => best(parts.iter().map(|part| node(part, literal))),
        Node::Any(parts) => union(parts.iter().map(|part| node(part, literal))),
        Node::Not(_) => None,
    }
}

/// Any of them will do: the most telling.
fn best(anchors: impl Iterator<Item = Option<Anchor>>) -> Option<Anchor> {
    anchors.flatten().max_by_key(|(length, atoms)| (*length, std::cmp::Reverse(atoms.len())))
}

/// All of them are needed.
fn union(anchors: impl Iterator<Item = Option<Anchor>>) -> Option<Anchor> {
    let mut all: Anchor = (usize::MAX, Vec::new());
    for anchor in anchors {
        let (length, atoms) = anchor?;
        all.0 = all.0.min(length);
        all.1.extend(atoms);
    }
    all.1.sort_unstable();
    all.1.dedup();
    (!all.1.is_empty() && all.1.len() <= MOST).then_some(all)
}

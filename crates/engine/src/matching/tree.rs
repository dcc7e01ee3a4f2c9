//! What must hold for a rule to match, over atoms.

use super::atom::AtomId;

/// A formula over atoms.
#[derive(Debug)]
pub(super) enum Node {
    Atom(AtomId),
    All(Box<[Node]>),
    Any(Box<[Node]>),
    Not(Box<Node>),
}

impl Node {
    pub(super) fn holds(&self, atom: &mut impl FnMut(AtomId) -> bool) -> bool {
        match self {
            Self::Atom(id) => atom(*id),
            Self::All(nodes) => nodes.iter().all(|node| node.holds(atom)),
            Self::Any(nodes) => nodes.iter().any(|node| node.holds(atom)),
            Self::Not(node) => !node.holds(atom),
        }
    }
}

/// A condition over the selections of a rule, which are numbered by the order of their names.
#[derive(Debug)]
pub(super) enum Condition {
    Selection(u32),
    All(Box<[Condition]>),
    Any(Box<[Condition]>),
    Not(Box<Condition>),
    /// At least so many of these selections.
    Some {
        least: usize,
        of: Box<[u32]>,
    },
}

impl Condition {
    pub(super) fn holds(&self, selection: &mut impl FnMut(u32) -> bool) -> bool {
        match self {
            Self::Selection(number) => selection(*number),
            Self::All(parts) => parts.iter().all(|part| part.holds(selection)),
            Self::Any(parts) => parts.iter().any(|part| part.holds(selection)),
            Self::Not(part) => !part.holds(selection),
            Self::Some { least, of } => {
                *least == 0 || of.iter().filter(|number| selection(**number)).nth(*least - 1).is_some()
            }
        }
    }

    /// The selections that hold, of a condition that does. What `not` excludes shows nothing.
    pub(super) fn shown(&self, selection: &mut impl FnMut(u32) -> bool, shown: &mut u64) -> bool {
        match self {
            Self::Selection(number) => {
                let holds = selection(*number);
                *shown |= u64::from(holds) << number;
                holds
            }
            Self::All(parts) => parts.iter().all(|part| part.shown(selection, shown)),
            Self::Any(parts) => parts.iter().any(|part| part.shown(selection, shown)),
            Self::Not(part) => !part.holds(selection),
            Self::Some { least, of } => {
                let holding = of.iter().filter(|number| selection(**number));
                let count = holding.inspect(|number| *shown |= 1 << **number).count();
                count >= *least
            }
        }
    }
}

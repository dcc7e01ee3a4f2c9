//! How large a rule's patterns become together: `\w{200}` is short and takes megabytes.

use regex_syntax::hir::{Class, Hir, HirKind};
use rsigma_parser::{DetectionItem, Modifier, SigmaValue};

use crate::problem::Fault;

/// What is said of a rule whose patterns need more than [`MOST`].
pub(crate) const TOO_LARGE: &str = "its patterns are too large together; count less, or split the rule";
/// Ranges of characters of all patterns of a rule, repeated as often as they say. Each takes up to a hundred bytes.
const MOST: usize = 2_000_000;
/// Bytes of a pattern that cannot be large unless something in it is counted.
const SHORT: usize = 1000;

/// What is left for the patterns of a rule.
pub(super) struct Room(usize);

impl Room {
    pub(super) const fn new() -> Self {
        Self(MOST)
    }

    /// Takes what the patterns of an item need.
    pub(super) fn take(&mut self, item: &DetectionItem) -> Result<(), Fault> {
        if !item.field.has_modifier(Modifier::Re) {
            return Ok(());
        }
        for value in &item.values {
            let SigmaValue::String(text) = value else { continue };
            let pattern = &text.original;
            let taken = if pattern.len() <= SHORT && !pattern.contains('{') {
                pattern.len()
            } else {
                // Whoever compiles it says what is wrong with it.
                regex_syntax::parse(pattern).map_or(0, |hir| ranges(&hir))
            };
            let left = self.0.checked_sub(taken);
            self.0 = left.ok_or_else(|| Fault::Uncompilable(TOO_LARGE.to_owned()))?;
        }
        Ok(())
    }
}

/// The ranges of characters of a pattern, repeated as often as it says.
pub(crate) fn ranges(hir: &Hir) -> usize {
    match hir.kind() {
        HirKind::Empty | HirKind::Look(_) | HirKind::Class(Class::Bytes(_)) => 1,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(Class::Unicode(class)) => class.ranges().len(),
        HirKind::Capture(group) => ranges(&group.sub),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min).max(1);
            ranges(&repetition.sub).saturating_mul(times as usize)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().map(ranges).fold(0, usize::saturating_add)
        }
    }
}

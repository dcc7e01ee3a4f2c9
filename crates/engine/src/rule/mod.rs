//! A detection rule, read from Sigma.

pub(crate) mod bounds;
mod correlation;
mod custom;
mod emit;
mod parse;
mod sequence;
mod target;

pub(crate) use correlation::Correlations;
pub use correlation::{Correlation, Step, StepRule};
pub use custom::Example;
pub use emit::Emit;
pub use parse::Parsed;
pub(crate) use parse::{detections, documents};
pub use sequence::Sequence;
pub use target::Target;

use vespid_model::id::RuleId;

use crate::lifter::Lifter;

/// What a tag says of the rule it came from.
#[derive(Debug, Clone)]
pub struct Rule {
    /// The Sigma `name`, else its `id`.
    pub id: RuleId,
    /// Raised by its author when what it matches or names changes.
    pub version: u32,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub description: String,
    /// Which views it looks at.
    pub target: Target,
    /// What it names, each technique once. Empty for a rule that only correlations use.
    pub emits: Vec<Emit>,
    /// What chooses among `emits` and shapes the evidence; None when all of them hold as they stand.
    pub lifter: Option<Lifter>,
    /// Inputs that must be tagged by it.
    pub hits: Vec<Example>,
    /// Inputs that must not.
    pub misses: Vec<Example>,
    /// The file it was read from.
    pub path: String,
    /// The text of that file.
    pub source: String,
}

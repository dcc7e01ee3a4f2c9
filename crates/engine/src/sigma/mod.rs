//! What Sigma says and the library does not, or not so: rewritten in the rule before it is compiled.
//!
//! - `|base64offset` becomes `|contains` of what every encoding holds ([`base64`]).
//! - `|expand` takes its values from the pack ([`placeholder`]).
//! - `*` and `?` match any character, also a line feed, and keywords stand anywhere ([`wildcard`]).
//! - Filters become part of the rules that they name ([`filter`]).

mod base64;
mod filter;
mod placeholder;
mod wildcard;

pub(crate) use filter::{Filter, PREFIX as FILTER_PREFIX, apply};
pub(crate) use placeholder::Placeholders;

use rsigma_parser::{Detection, DetectionItem, Detections};

use crate::problem::Fault;

/// Rewrites a detection. Names of the placeholders that it used are added to `used`.
pub(crate) fn rewrite(
    detections: &mut Detections,
    placeholders: &Placeholders,
    used: &mut Vec<String>,
) -> Result<(), Fault> {
    for detection in detections.named.values_mut() {
        walk(detection, &mut |items| {
            for item in items.iter_mut() {
                placeholders.fill(item, used)?;
            }
            base64::expand(items);
            items.iter_mut().for_each(wildcard::translate);
            Ok(())
        })?;
    }
    Ok(())
}

/// Every list of items that stand for themselves; keywords become such a list where they need it.
fn walk(
    detection: &mut Detection,
    change: &mut impl FnMut(&mut Vec<DetectionItem>) -> Result<(), Fault>,
) -> Result<(), Fault> {
    if let Detection::Keywords(values) = detection
        && let Some(item) = wildcard::keywords(values)
    {
        *detection = Detection::AllOf(vec![item]);
    }
    match detection {
        Detection::AllOf(items) => change(items),
        Detection::AnyOf(parts) | Detection::And(parts) => {
            parts.iter_mut().try_for_each(|part| walk(part, change))
        }
        Detection::Keywords(_) | Detection::ArrayMatch { .. } | Detection::Conditional { .. } => Ok(()),
    }
}

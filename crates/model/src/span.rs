//! The exact bytes that prove a tag.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

/// A range of bytes in one text field of an event, as the attacker sent it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Span {
    /// The field of the event's body, for example `command_text` or `password`.
    pub field: Cow<'static, str>,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// Sorts spans and joins those that touch or overlap in the same field.
#[must_use]
pub fn merge(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort();
    spans.dedup_by(|next, kept| {
        let joined = next.field == kept.field && next.start <= kept.end;
        if joined {
            kept.end = kept.end.max(next.end);
        }
        joined
    });
    spans
}

#[cfg(test)]
mod tests {
    use super::*;

    fn span(field: &'static str, start: u32, end: u32) -> Span {
        Span { field: field.into(), start, end }
    }

    #[test]
    fn merges_only_what_touches_in_one_field() {
        let merged =
            merge(vec![span("a", 5, 9), span("b", 0, 3), span("a", 0, 2), span("a", 8, 12), span("a", 2, 3)]);
        assert_eq!(merged, [span("a", 0, 3), span("a", 5, 12), span("b", 0, 3)]);
    }
}

//! Which views of an event a rule looks at.

use rsigma_parser::LogSource;
use vespid_model::SourceKind;

/// The views that a rule is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Each simple command of a typed line, as a process.
    Process,
    /// The body of an event of this kind, once.
    Body(SourceKind),
}

impl Target {
    /// Reads a log source: `{product: linux, category: process_creation}` or
    /// `{product: honeypot, category: <source kind>}`. None when no event has it.
    pub(super) fn of(source: &LogSource) -> Option<Self> {
        let product = source.product.as_deref();
        match source.category.as_deref()? {
            "process_creation" if matches!(product, None | Some("linux" | "honeypot")) => Some(Self::Process),
            kind if product == Some("honeypot") => kind.parse().ok().map(Self::Body),
            _ => None,
        }
    }

    /// The kind of event that has these views.
    pub const fn kind(self) -> SourceKind {
        match self {
            Self::Process => SourceKind::Command,
            Self::Body(kind) => kind,
        }
    }
}

/// A log source as its author wrote it.
pub(super) fn describe(source: &LogSource) -> String {
    let parts = [("product", &source.product), ("category", &source.category), ("service", &source.service)];
    let parts: Vec<_> = parts
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}: {value}")))
        .collect();
    format!("{{{}}}", parts.join(", "))
}

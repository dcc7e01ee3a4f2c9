//! Which views of an event a rule looks at.

use std::fmt;

use rsigma_parser::LogSource;
use vespid_model::SourceKind;

/// The views that a rule is offered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Target {
    /// Each simple command of a typed line, as a process.
    Process,
    /// The body of an event of this kind, once.
    Body(SourceKind),
    /// The body of any event that OpenCanary would log too, under its names.
    OpenCanary,
}

impl Target {
    /// Reads a log source: `{product: linux, category: process_creation}`, `{product: honeypot, category: <source kind>}`,
    /// `{category: webserver}`, `{category: application, product: opencanary}` or `{product: linux}` alone, which is
    /// any log of a system: here that is the typed line. None when no event has it.
    pub(super) fn of(source: &LogSource) -> Option<Self> {
        let product = source.product.as_deref();
        let Some(category) = source.category.as_deref() else {
            let any_log = product == Some("linux") && source.service.is_none();
            return any_log.then_some(Self::Body(SourceKind::Command));
        };
        match category {
            "process_creation" if matches!(product, None | Some("linux" | "honeypot")) => Some(Self::Process),
            "webserver" => Some(Self::Body(SourceKind::HttpRequest)),
            "application" if product == Some("opencanary") => Some(Self::OpenCanary),
            kind if product == Some("honeypot") => kind.parse().ok().map(Self::Body),
            _ => None,
        }
    }

    /// The kind of event that has these views; None where several have.
    pub const fn kind(self) -> Option<SourceKind> {
        match self {
            Self::Process => Some(SourceKind::Command),
            Self::Body(kind) => Some(kind),
            Self::OpenCanary => None,
        }
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process => f.write_str("process_creation"),
            Self::Body(kind) => kind.fmt(f),
            Self::OpenCanary => f.write_str("opencanary"),
        }
    }
}

/// What may help whoever wrote a log source that no event has.
pub(super) fn hint(source: &LogSource) -> &'static str {
    let system = matches!(source.product.as_deref(), Some("linux" | "unix"));
    if system && (source.service.is_some() || source.category.as_deref() == Some("application")) {
        ": its rules look at lines of a system's log, which a decoy does not give; see process_creation and \
         {product: honeypot, category: auth_attempt}"
    } else {
        ""
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

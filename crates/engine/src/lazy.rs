//! Regular expressions that are compiled when they are first needed: most of the pack never are.

use std::sync::OnceLock;

use regex::Regex;

/// A pattern that is known to compile.
#[derive(Debug, Clone)]
pub(crate) struct Lazy {
    pattern: Box<str>,
    regex: OnceLock<Option<Regex>>,
}

impl Lazy {
    pub(crate) fn new(pattern: &str) -> Self {
        Self { pattern: pattern.into(), regex: OnceLock::new() }
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.pattern
    }

    /// None for a pattern that does not compile after all.
    pub(crate) fn get(&self) -> Option<&Regex> {
        self.regex.get_or_init(|| Regex::new(&self.pattern).ok()).as_ref()
    }
}

impl From<Regex> for Lazy {
    fn from(regex: Regex) -> Self {
        Self { pattern: regex.as_str().into(), regex: OnceLock::from(Some(regex)) }
    }
}

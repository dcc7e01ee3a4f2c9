//! What operators say of rules: their definitions and whether they fire.

use std::fmt;
use std::str::FromStr;

use crate::confidence::Confidence;
use crate::id::RuleId;
use crate::time::UtcMicros;

/// Does a rule fire?
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RuleMode {
    /// As without any state.
    Enabled,
    /// Never.
    Disabled,
    /// With at most the state's confidence.
    Clipped,
}

/// A text that names no state.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no state of a rule is called {0:?}; there are enabled, disabled and clipped")]
pub struct UnknownMode(String);

/// What an operator says of a rule.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleState {
    /// The rule's name. It need not be stored: states may come before their rules.
    pub rule: RuleId,
    /// Does it fire?
    pub state: RuleMode,
    /// The most that a clipped rule is sure.
    pub confidence_max: Option<Confidence>,
    /// From then on the rule is as without this state.
    pub expires_at: Option<UtcMicros>,
    /// Why.
    pub reason: Option<String>,
    /// Who says so.
    pub set_by: Option<String>,
}

/// A state as it is stored.
#[derive(Debug, Clone, PartialEq)]
pub struct RuleStateRow {
    /// What it says.
    pub state: RuleState,
    /// Since when.
    pub set_at: UtcMicros,
}

impl RuleStateRow {
    /// Is the rule as without this state?
    pub fn is_expired(&self, now: UtcMicros) -> bool {
        self.state.expires_at.is_some_and(|end| end <= now)
    }
}

/// A rule's definition as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleRow {
    /// Its name.
    pub rule: RuleId,
    /// Its version.
    pub version: u32,
    /// One line.
    pub title: String,
    /// A few sentences.
    pub description: String,
    /// The file it came from.
    pub source_path: String,
    /// Its text; empty for a rule of which only tags are known.
    pub yaml: String,
    /// When somebody defined it; None where it came with a batch.
    pub updated_at: Option<UtcMicros>,
    /// Who defined it.
    pub updated_by: Option<String>,
}

/// What became of a definition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Defined {
    /// There was no rule of this name with a text.
    New,
    /// There was one, with another text or version.
    Changed,
    /// This is the definition already.
    Same,
}

impl RuleMode {
    /// As it is stored.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Enabled => "enabled",
            Self::Disabled => "disabled",
            Self::Clipped => "clipped",
        }
    }
}

impl fmt::Display for RuleMode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for RuleMode {
    type Err = UnknownMode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let all = [Self::Enabled, Self::Disabled, Self::Clipped];
        all.into_iter().find(|mode| mode.as_str() == text).ok_or_else(|| UnknownMode(text.to_owned()))
    }
}

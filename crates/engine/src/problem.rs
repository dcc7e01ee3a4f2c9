//! What is wrong with a rule, in the words of whoever has to mend it.

use std::fmt;

/// A fault in one rule file. The rule is skipped; every other rule still runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The file, as it was named to [`crate::Pack::load`].
    pub path: String,
    /// The rule, where it could be read that far.
    pub rule: Option<String>,
    /// What is wrong.
    pub fault: Fault,
}

/// A kind of fault. The code is stable: scripts may rely on it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// The file is no Sigma rule.
    #[error("not a Sigma rule: {0}")]
    Unreadable(String),
    /// No tag names a technique.
    #[error("no technique; add a tag such as attack.t1059.004")]
    NoTechnique,
    /// A tag that names nothing in ATT&CK.
    #[error("attack.{0} names no technique, tactic, group, software or campaign")]
    UnknownTag(String),
    /// The loaded ATT&CK release has no such technique.
    #[error("unknown technique {0}")]
    UnknownTechnique(String),
    /// The technique was withdrawn.
    #[error("technique {id} is revoked or deprecated{}", successor.as_ref().map(|by| format!("; use {by}")).unwrap_or_default())]
    DeadTechnique {
        /// The technique named.
        id: String,
        /// The one that takes its place.
        successor: Option<String>,
    },
    /// The tactics named do not include one of the technique's own.
    #[error("no tactic tag fits {technique}, which belongs to {belongs}")]
    WrongTactic {
        /// The technique named.
        technique: String,
        /// The tactics it belongs to.
        belongs: String,
    },
    /// A confidence is outside 0..=1 or is given for a technique that the rule does not name.
    #[error("confidence: {0}")]
    BadConfidence(String),
    /// No event has this log source.
    #[error("no events have the log source {0}; see rules/README.md")]
    UnknownLogsource(String),
    /// Two rules have the same name.
    #[error("the name is taken by {0}")]
    Duplicate(String),
    /// A rule without `name` and `id`.
    #[error("no name and no id")]
    Nameless,
    /// The evaluator refused it.
    #[error("cannot be compiled: {0}")]
    Uncompilable(String),
    /// The `vespid` block is malformed.
    #[error("the vespid block: {0}")]
    BadCustom(String),
    /// A placeholder without values.
    #[error("the placeholder %{0}% is not defined")]
    UndefinedPlaceholder(String),
    /// Placeholders that cannot be put in.
    #[error("placeholders: {0}")]
    BadPlaceholder(String),
    /// A filter that cannot be applied, or not to all that it names.
    #[error("the filter: {0}")]
    BadFilter(String),
    /// The lifter is none, or does not fit the rule.
    #[error("lifter {name}: {why}")]
    BadLifter {
        /// As the rule names it.
        name: String,
        /// What is wrong.
        why: String,
    },
    /// A correlation that cannot run.
    #[error("the correlation: {0}")]
    BadCorrelation(String),
    /// A correlation whose condition more events may unmake.
    #[error(
        "the correlation: {0} is not monotone: what held would cease to hold when another event comes late; use gte or gt"
    )]
    NotMonotone(&'static str),
}

impl Fault {
    /// The stable code.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => "E001",
            Self::NoTechnique => "E002",
            Self::UnknownTechnique(_) => "E003",
            Self::DeadTechnique { .. } => "E004",
            Self::WrongTactic { .. } => "E005",
            Self::BadConfidence(_) => "E006",
            Self::UnknownLogsource(_) => "E007",
            Self::Duplicate(_) => "E008",
            Self::Nameless => "E009",
            Self::Uncompilable(_) => "E010",
            Self::BadCustom(_) => "E011",
            Self::UnknownTag(_) => "E013",
            Self::UndefinedPlaceholder(_) | Self::BadPlaceholder(_) => "E016",
            Self::BadFilter(_) => "E017",
            Self::BadLifter { .. } => "E014",
            Self::BadCorrelation(_) => "E020",
            Self::NotMonotone(_) => "E021",
        }
    }
}

impl Problem {
    /// As it is shown, with the line of its file: `command/x.yml:7: E003 rule x: unknown technique T9999`
    pub fn at(&self, line: u32) -> String {
        let whole = self.to_string();
        let rest = whole.strip_prefix(&self.path).unwrap_or(&whole);
        format!("{}:{line}{rest}", self.path)
    }
}

/// `command/x.yml: E003 rule x: unknown technique T9999`
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.path, self.fault.code())?;
        if let Some(rule) = &self.rule {
            write!(f, " rule {rule}")?;
        }
        write!(f, ": {}", self.fault)
    }
}

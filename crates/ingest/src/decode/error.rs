//! Why a line is no event.

use vespid_model::time::TimeError;

use super::decoded::MOST_EVENTS;

/// Why a line is no event. [`DecodeError::reason`] is a stable code for counters.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DecodeError {
    /// Not UTF-8.
    #[error("invalid UTF-8 at byte {0}")]
    InvalidUtf8(usize),
    /// A NUL byte, which no JSON text has: often the mark of a disk that was full.
    #[error("a NUL byte at byte {0}")]
    NulByte(usize),
    /// Not JSON.
    #[error("not JSON: {0}")]
    NotJson(String),
    /// JSON that ends too early.
    #[error("JSON that ends too early: {0}")]
    Truncated(String),
    /// JSON, but no object.
    #[error("JSON, but no object")]
    NotAnObject,
    /// An object that is no event of Cowrie.
    #[error("no event of Cowrie: {0:?}")]
    NotCowrie(String),
    /// No format has such lines.
    #[error(
        "no known format: give it with --format, or say in a mapping what its fields are (docs/formats.md)"
    )]
    Unrecognised,
    /// A format that is known and has no decoder.
    #[error("the format of {0} is known, and not read")]
    NotRead(&'static str),
    /// A record or line of something else.
    #[error("no line of {0}")]
    NotThis(&'static str),
    /// A part of a text in quotes that has line breaks.
    #[error("a part of a text with line breaks, which an attacker may have written")]
    Torn,
    /// A line of text whose end is not written yet.
    #[error("the line has no end yet; it is read when it has")]
    Unfinished,
    /// A JSON object among lines of text.
    #[error("a JSON object in a log that is none")]
    NotText,
    /// None of Vespid's kinds of event.
    #[error("unknown kind {0:?}; docs/events.md has them all")]
    UnknownKind(String),
    /// The fields are not those of the kind.
    #[error("{0}")]
    BadBody(String),
    /// A field that this event needs is not there.
    #[error("field {0} is missing")]
    Missing(&'static str),
    /// A field has a type or value that it cannot have.
    #[error("field {name}: expected {expected}, found {found}")]
    WrongType {
        /// The field.
        name: &'static str,
        /// What it should hold.
        expected: &'static str,
        /// What it holds.
        found: &'static str,
    },
    /// A name is longer than names are.
    #[error("field {0} is longer than 255 characters")]
    TooLong(&'static str),
    /// A number is negative or larger than its field can be.
    #[error("field {0} is out of range")]
    OutOfRange(&'static str),
    /// A line says more than a line does.
    #[error("more than {MOST_EVENTS} events in one line")]
    TooMany,
    /// A field stands twice.
    #[error("{0}")]
    Duplicate(String),
    /// The source address is none.
    #[error("the source is no address: {0:?}")]
    BadAddress(String),
    /// The time is none, or lies outside the plausible years.
    #[error("timestamp {text:?}: {error}")]
    BadTime {
        /// What stood there, shortened.
        text: String,
        /// What is wrong with it.
        error: TimeError,
    },
}

impl DecodeError {
    /// A stable code.
    pub const fn reason(&self) -> &'static str {
        match self {
            Self::InvalidUtf8(_) => "invalid_utf8",
            Self::NulByte(_) => "nul_byte",
            Self::NotJson(_) => "not_json",
            Self::Truncated(_) => "truncated_json",
            Self::NotAnObject => "not_an_object",
            Self::NotCowrie(_) => "not_cowrie",
            Self::Unrecognised => "unrecognised_format",
            Self::NotRead(_) => "unsupported_format",
            Self::NotThis(_) => "not_this_format",
            Self::Torn => "torn_line",
            Self::Unfinished => "unfinished_line",
            Self::NotText => "not_text",
            Self::UnknownKind(_) => "unknown_kind",
            Self::BadBody(_) => "bad_body",
            Self::Missing(_) => "missing_field",
            Self::WrongType { .. } => "wrong_type",
            Self::TooLong(_) => "too_long",
            Self::OutOfRange(_) => "out_of_range",
            Self::TooMany => "too_many_events",
            Self::Duplicate(_) => "duplicate_field",
            Self::BadAddress(_) => "bad_address",
            Self::BadTime { error: TimeError::Unreadable, .. } => "bad_time",
            Self::BadTime { error: TimeError::Implausible, .. } => "implausible_time",
        }
    }
}

/// The beginning of a text, for messages.
pub(super) fn shorten(text: &str) -> String {
    text.chars().take(80).collect()
}

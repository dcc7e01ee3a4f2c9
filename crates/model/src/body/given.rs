//! A body out of fields that somebody wrote: strict, so that a misspelt field is an error and not a detection lost.

use serde_json::{Map, Value};

use super::Body;
use crate::kind::SourceKind;

/// Why fields are no body.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadBody {
    /// A field is missing, or holds something else than it should.
    #[error("{0}")]
    Field(String),
    /// A field that this kind does not have.
    #[error("{kind} has no field {field:?}")]
    Unknown {
        /// The kind.
        kind: &'static str,
        /// The field, shortened.
        field: String,
    },
}

/// Names that a field is given too: those of DECNET's events, and the usual ones.
const ALIASES: [(SourceKind, &str, &str); 4] = [
    (SourceKind::HttpRequest, "url", "raw_url"),
    (SourceKind::Session, "command_text", "op_text"),
    (SourceKind::Session, "tftp_filename", "path"),
    (SourceKind::Session, "note_text", "body_text"),
];

impl Body {
    /// Reads the fields of a kind. Fields that hold null are absent.
    ///
    /// # Errors
    /// [`BadBody`] when a field is missing, of another type, or none of this kind's.
    pub fn from_fields(kind: SourceKind, mut given: Map<String, Value>) -> Result<Self, BadBody> {
        given.retain(|_, value| !value.is_null());
        for (_, alias, name) in ALIASES.iter().filter(|(of, ..)| *of == kind) {
            if !given.contains_key(*name)
                && let Some(value) = given.remove(*alias)
            {
                given.insert((*name).to_owned(), value);
            }
        }
        let text = Value::Object(given).to_string();
        let body = Self::from_json(kind, &text).map_err(|error| BadBody::Field(without_place(&error)))?;
        let kept: Map<String, Value> = serde_json::from_str(&body.to_json()).unwrap_or_default();
        let given: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
        let empty = |value: &Value| {
            value.as_array().is_some_and(Vec::is_empty) || value.as_object().is_some_and(Map::is_empty)
        };
        match given.iter().find(|(name, value)| !kept.contains_key(*name) && !empty(value)) {
            Some((name, _)) => {
                let field = name.chars().take(80).collect();
                Err(BadBody::Unknown { kind: kind.as_str(), field })
            }
            None => Ok(body),
        }
    }
}

/// The message without the place, which is one of a text that nobody wrote.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    let end = message.rfind(" at line ").unwrap_or(message.len());
    message.chars().take(end.min(200)).collect()
}

//! Where the text is that a DECNET rule looks at.

use vespid_model::SourceKind;

/// The field of a kind that a rule without one means, under DECNET's name.
const fn usual(kind: SourceKind) -> Option<&'static str> {
    match kind {
        SourceKind::Command => Some("command_text"),
        SourceKind::HttpRequest => Some("raw_url"),
        SourceKind::Email => Some("subject"),
        SourceKind::Intel => Some("verdict"),
        SourceKind::CanaryFingerprint => Some("ua_signature"),
        SourceKind::AuthAttempt => Some("username"),
        SourceKind::Payload => Some("payload_text"),
        _ => None,
    }
}

/// Our name of the field that a rule looks at.
///
/// # Errors
/// A sentence, when there is no such text here.
pub(super) fn counterpart(kind: SourceKind, field: Option<&str>) -> Result<&str, String> {
    let field =
        field.or(usual(kind)).ok_or_else(|| format!("match.field is needed for events of kind {kind}"))?;
    Ok(match (kind, field) {
        (SourceKind::Intel, "verdict") => "aggregate_verdict",
        (SourceKind::HttpRequest, "request_path")
        | (SourceKind::Session, "request_path" | "matched_path") => "path",
        (SourceKind::Session, "note_text") => "body_text",
        (SourceKind::Payload, "payload_text") => {
            return Err(
                "payload_text: a payload has a name, an address and a hash here, and no text".to_owned()
            );
        }
        _ => field,
    })
}

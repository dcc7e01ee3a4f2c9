//! Names that DECNET's rules have for fields of a session.

use std::borrow::Cow;

use vespid_model::body::Session;

use super::body::{Place, Texts, WorkedOut};

pub(super) fn worked_out(session: &Session) -> Vec<WorkedOut<'_>> {
    let alias = |name, text, from| WorkedOut {
        name,
        texts: Texts::One(Cow::Borrowed(text)),
        from,
        place: Place::At(0),
    };
    match session {
        Session::FileRequest { path, service, .. } => {
            let tftp = service.as_deref() == Some("tftp");
            let names = ["matched_path", "request_path"].into_iter().chain(tftp.then_some("tftp_filename"));
            names.map(|name| alias(name, path.as_str(), "path")).collect()
        }
        Session::DatabaseQuery { op_text, .. } => vec![alias("command_text", op_text.as_str(), "op_text")],
        Session::Note { body_text, .. } => vec![alias("note_text", body_text.as_str(), "body_text")],
        _ => Vec::new(),
    }
}

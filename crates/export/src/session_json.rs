//! A session for programs, the same in every document.

use serde::Serialize;
use vespid_model::rows::SessionRow;

/// Its keys are the documents' keys.
#[derive(Serialize)]
pub(crate) struct SessionJson<'a> {
    decky: &'a str,
    session: &'a str,
    ip: String,
    service: Option<&'a str>,
    first_seen: String,
    last_seen: String,
    client_version: Option<&'a str>,
    hassh: Option<&'a str>,
    login: Option<&'a str>,
    events: u64,
    commands: u64,
    tags: u64,
}

impl<'a> From<&'a SessionRow> for SessionJson<'a> {
    fn from(row: &'a SessionRow) -> Self {
        Self {
            decky: &row.key.decky,
            session: &row.key.session,
            ip: row.key.ip.to_string(),
            service: row.service.as_deref(),
            first_seen: row.first_seen.to_string(),
            last_seen: row.last_seen.to_string(),
            client_version: row.client_version.as_deref(),
            hassh: row.hassh.as_deref(),
            login: row.login.as_deref(),
            events: row.events,
            commands: row.commands,
            tags: row.tags,
        }
    }
}

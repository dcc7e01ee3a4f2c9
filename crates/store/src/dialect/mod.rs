//! What differs between databases.

mod grown;
mod letter;
pub(crate) mod retag;
pub(crate) mod server;
mod sightings;
pub(crate) mod sqlite;
pub(crate) mod windows;

/// Spans and names always serialise.
pub(crate) fn json<T: serde::Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_else(|_| "[]".to_owned())
}

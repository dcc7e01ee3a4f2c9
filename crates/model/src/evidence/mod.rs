//! What a lifter shows of an event: one struct per kind. Nothing outside these types can be stored as evidence, so that
//! what must not be shown, such as the addresses in a message, has no place.

mod browser;
mod client;
mod email;
mod intel;
mod leak;
mod secret;
mod text;

use serde::Serialize;

pub use browser::Browser;
pub use client::Client;
pub use email::{Email, Header};
pub use intel::Intel;
pub use leak::Leak;
pub use secret::Secret;
pub use text::{Domain, Sha256, Words};

/// Evidence of a tag, in place of the whole body of its event.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Evidence {
    /// Of what providers say.
    Intel(Box<Intel>),
    /// Of a message.
    Email(Box<Email>),
    /// Of a canary token's page.
    Browser(Browser),
    /// Of an HTTP client.
    Client(Client),
    /// Of an IPv6 address.
    Leak(Leak),
    /// Of a secret tried in several places.
    Secret(Secret),
}

impl Evidence {
    /// The evidence as stored.
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

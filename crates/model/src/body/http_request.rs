//! A request to a web service.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// A request to a web service.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpRequest {
    /// For example `GET`; as sent.
    pub method: String,
    /// The target of the request line, as sent: nothing is decoded.
    pub raw_url: String,
    /// The `Host` asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    /// The `User-Agent`, where it is not among the headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// Headers by name. Several of one name are one text, with `, ` between them.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// The beginning of the body, as text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<String>,
    /// The account name that a login form or an authorisation header carried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub username: Option<String>,
    /// The password that went with it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub password: Option<String>,
    /// What the decoy answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// The service asked, for example `http`, `docker`, `kubernetes`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub service: Option<String>,
}

impl HttpRequest {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; method, raw_url, host, user_agent, headers, body, username, password, status, service);
    }
}

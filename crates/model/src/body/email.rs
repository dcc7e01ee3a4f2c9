//! A message given to a mail service.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// A message given to a mail service. What was not looked at is absent, which is not the same as false.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Email {
    /// The subject line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<String>,
    /// The domain of the `From` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from_domain: Option<String>,
    /// The domain of the envelope's sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mail_from_domain: Option<String>,
    /// The domain of the `Return-Path` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub return_path_domain: Option<String>,
    /// Recipients of the envelope.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rcpt_count: Option<i64>,
    /// Their domains.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub rcpt_domains: Vec<String>,
    /// The `X-Mailer` header.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub x_mailer: Option<String>,
    /// The phishing kit whose mailer this is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_kit: Option<String>,
    /// Did a DKIM signature hold?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dkim_signed: Option<bool>,
    /// Did SPF let the sender pass?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spf_pass: Option<bool>,
    /// URLs in the body.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub urls: Vec<String>,
    /// Attachments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_count: Option<i64>,
    /// SHA-256 of each, lower-case hex.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachment_sha256s: Vec<String>,
    /// Their extensions, without dot.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachment_extensions: Vec<String>,
    /// Has one of them macros?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_macros: Option<bool>,
    /// Is one of them an encrypted archive?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment_password_protected: Option<bool>,
    /// Does a page assemble a file in the reader's browser?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub html_smuggling: Option<bool>,
    /// Is one of them known to be malicious?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mal_hash_match: Option<bool>,
    /// A hash that similar bodies share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_simhash: Option<String>,
    /// Bytes that base64 in the body decodes to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_base64_bytes: Option<i64>,
    /// SHA-256 of the body, lower-case hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<String>,
    /// The body's text, or its beginning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body_text: Option<String>,
    /// Where the sensor keeps the message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stored_as: Option<String>,
}

impl Email {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; subject, from_domain, mail_from_domain, return_path_domain, rcpt_count, rcpt_domains, x_mailer, matched_kit, dkim_signed, spf_pass, urls, attachment_count, attachment_sha256s, attachment_extensions, attachment_macros, attachment_password_protected, html_smuggling, mal_hash_match, body_simhash, body_base64_bytes, body_sha256, body_text, stored_as);
    }
}

//! Why a message has a technique.

use serde::Serialize;

use super::text::{Domain, Sha256, Words};

/// What of a message led to a technique: never an address, the value of a header, a URL or the body.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Email {
    /// Which body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub body_sha256: Option<Sha256>,
    /// The headers that showed it, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matched_headers: Vec<Header>,
    /// The recipients' domains, sorted, each once; 64 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rcpt_domain_set: Vec<Domain>,
    /// Which attachments; 64 at most.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub attachment_sha256s: Vec<Sha256>,
    /// How many recipients.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rcpt_count: Option<i64>,
    /// The phishing kit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_kit: Option<Words>,
    /// What makes the attachment malicious.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_trigger: Option<&'static str>,
    /// The host of the URL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_url_host: Option<Domain>,
    /// What does not fit together, sorted.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub matched_signals: Vec<&'static str>,
    /// The keyword in the subject.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_subject_kw: Option<&'static str>,
    /// The keyword in the body.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub matched_body_kw: Option<&'static str>,
    /// Bytes that base64 in the body decodes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encoded_byte_count: Option<i64>,
}

/// Where in a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[expect(missing_docs, reason = "each name says what it is")]
pub enum Header {
    #[serde(rename = "Authentication-Results")]
    AuthenticationResults,
    #[serde(rename = "DKIM-Signature")]
    DkimSignature,
    From,
    #[serde(rename = "Mail-From")]
    MailFrom,
    #[serde(rename = "Return-Path")]
    ReturnPath,
    Subject,
    #[serde(rename = "X-Mailer")]
    Mailer,
    /// No header: the body.
    #[serde(rename = "body")]
    Body,
}

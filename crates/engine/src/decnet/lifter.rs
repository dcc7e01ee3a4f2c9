//! What Vespid has where DECNET has a lifter.

/// A DECNET lifter, by how its name begins and a part of the rest, and what there is instead. The first line that fits.
const INSTEAD: &[(&str, &str, &str)] = &[
    ("intel_", "abuse", "rule abuseipdb_reported"),
    ("intel_", "greynoise", "rule greynoise_seen"),
    ("intel_", "feodo", "rule feodo_listed"),
    ("intel_", "threatfox", "rule threatfox_listed"),
    ("intel_", "", "what the providers' rules say is raised when their common verdict is malicious"),
    ("email_", "relay", "rule mail_open_relay"),
    ("email_", "mass", "rule mail_to_many"),
    ("email_", "kit", "rule mail_phishing_kit"),
    ("email_", "idn", "rule mail_lookalike_link"),
    ("email_", "homoglyph", "rule mail_lookalike_link"),
    ("email_", "masquerade", "rule mail_sender_spoofed"),
    ("email_", "attachment", "rule mail_malicious_attachment"),
    ("email_", "bec", "rule mail_impersonation"),
    ("email_", "encoded", "rule mail_encoded_body"),
    ("email_", "", "the rules of rules/email"),
    ("canary_", "webdriver", "rule canary_automated"),
    ("canary_", "canvas", "rule canary_tool_rendering"),
    ("canary_", "webrtc", "rule canary_behind_proxy"),
    ("canary_", "timezone", "rule canary_foreign_clock"),
    ("canary_", "tz", "rule canary_foreign_clock"),
    ("canary_", "language", "rule canary_foreign_clock"),
    ("canary_", "platform", "rule canary_false_platform"),
    ("canary_", "webgl", "rule canary_false_platform"),
    ("canary_", "", "the rules of rules/canary"),
    ("identity_", "", "rule password_sprayed_over_accounts"),
    ("credential_", "reuse", "rule credential_reused"),
    ("credential_", "", "the rules of rules/auth and rules/correlation"),
    ("behavioral_", "ransom", "rule mail_extortion for mail, the rules of rules/session for notes"),
    ("behavioral_", "", "the rules of rules/session and rules/http"),
    ("ipv6_", "", "the lifter ipv6_leak"),
    ("http_fingerprint", "", "the lifter http_fingerprint"),
];

/// What there is instead of a lifter, in words.
pub(super) fn instead(lifter: &str) -> &'static str {
    let fits = |(begin, part, _): &&(&str, &str, &str)| lifter.starts_with(begin) && lifter.contains(part);
    INSTEAD.iter().find(fits).map_or("nothing: DECNET has no code for it either", |(.., instead)| instead)
}

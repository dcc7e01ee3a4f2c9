//! The browser that opened a canary token, as compared with what it says of itself.

use serde::{Deserialize, Serialize};

use super::fields::{Fields, offer};

/// Tools whose canvas and audio hashes may be known, as [`CanaryFingerprint::canvas_audio_hash_match`] names them.
pub const TOOLS: [&str; 4] = ["curl_impersonate", "playwright", "puppeteer", "selenium"];

/// The browser that opened a canary token, as compared with what it says of itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CanaryFingerprint {
    /// The token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token_id: Option<String>,
    /// This touch of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub trigger_id: Option<String>,
    /// The `User-Agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// What was asked for over HTTP.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_path: Option<String>,
    /// What was asked for over DNS.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dns_qname: Option<String>,
    /// The signature made of the `User-Agent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ua_signature: Option<String>,
    /// Does the browser say that a program drives it?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub navigator_webdriver: Option<bool>,
    /// The tool whose canvas and audio hashes these are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub canvas_audio_hash_match: Option<String>,
    /// The same under its other name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matched_tool: Option<String>,
    /// Does WebRTC show an address elsewhere than the one that asks?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub webrtc_geo_mismatch: Option<bool>,
    /// Hours between the browser's time zone and the address's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tz_mismatch_zones: Option<i64>,
    /// Is the browser's language none of the address's country?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lang_country_mismatch: Option<bool>,
    /// Do `navigator.platform` and the `User-Agent` differ?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub platform_ua_inconsistent: Option<bool>,
    /// Do the `User-Agent` and the graphics renderer differ?
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ua_webgl_mismatch: Option<bool>,
}

impl CanaryFingerprint {
    pub(super) fn fields<'a>(&'a self, fields: &mut Fields<'a>) {
        offer!(fields, self; token_id, trigger_id, user_agent, request_path, dns_qname, ua_signature, navigator_webdriver, canvas_audio_hash_match, matched_tool, webrtc_geo_mismatch, tz_mismatch_zones, lang_country_mismatch, platform_ua_inconsistent, ua_webgl_mismatch);
    }
}

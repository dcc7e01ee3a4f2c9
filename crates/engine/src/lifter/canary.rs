//! Canary tokens: what a browser says of itself, and what shows that it is not so. Only the signal is shown, never the
//! fingerprint.

use vespid_model::body::{CanaryFingerprint, TOOLS};
use vespid_model::evidence::Browser;

use super::{Choice, Evidence, Which};

/// The signal that a rule looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    Automation,
    Locale,
    Platform,
    Tool,
    Webrtc,
}

/// Hours that a traveller's clock may be wrong.
const ZONES: i64 = 3;

impl Metric {
    pub(super) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "automation" => Self::Automation,
            "locale" => Self::Locale,
            "platform" => Self::Platform,
            "tool" => Self::Tool,
            "webrtc" => Self::Webrtc,
            _ => return None,
        })
    }

    pub(super) fn lift(self, seen: &CanaryFingerprint) -> Choice {
        let shown = match self {
            Self::Automation => (seen.navigator_webdriver == Some(true))
                .then_some(("navigator_webdriver", "navigator.webdriver_true")),
            Self::Tool => tool(seen).map(|tool| ("canvas_audio_hash", tool)),
            Self::Webrtc => (seen.webrtc_geo_mismatch == Some(true))
                .then_some(("webrtc_geo_mismatch", "webrtc_private_vs_source_ip")),
            Self::Locale if seen.tz_mismatch_zones.is_some_and(|zones| zones.saturating_abs() >= ZONES) => {
                Some(("timezone_geo_mismatch", "tz_zones>=3"))
            }
            Self::Locale => (seen.lang_country_mismatch == Some(true))
                .then_some(("language_country_mismatch", "lang_vs_source_country")),
            Self::Platform if seen.platform_ua_inconsistent == Some(true) => {
                Some(("platform_ua_mismatch", "navigator.platform_vs_userAgent"))
            }
            Self::Platform => (seen.ua_webgl_mismatch == Some(true))
                .then_some(("ua_webgl_mismatch", "userAgent_vs_webgl_renderer")),
        };
        let evidence = |(metric, matched_signature)| Evidence::Browser(Browser { metric, matched_signature });
        shown.map(|shown| (Which::Every, 1.0, evidence(shown))).into_iter().collect()
    }
}

/// That a rule matched, and no more.
pub(super) fn shield() -> Evidence {
    Evidence::Browser(Browser { metric: "fields", matched_signature: "the rule's detection" })
}

fn tool(seen: &CanaryFingerprint) -> Option<&'static str> {
    let named = seen.canvas_audio_hash_match.as_deref().or(seen.matched_tool.as_deref())?;
    TOOLS.into_iter().find(|tool| named.eq_ignore_ascii_case(tool))
}

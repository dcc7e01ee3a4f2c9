//! R0049 to R0053: browsers that open canary tokens.

use serde_json::{Value, json};

use super::{check, native, row};

fn opened(fields: Value) -> Value {
    native("canary_fingerprint", fields)
}

#[test]
fn what_a_browser_shows() {
    check(vec![
        // DECNET says T1059 for both; a browser that a program drives on the attacker's host is no command on the
        // decoy. Documents are gone through by machine (T1119), with a tool that was obtained (T1588.002).
        row("R0049", opened(json!({ "navigator_webdriver": true })), &["T1119@0.7"]),
        row("R0049", opened(json!({ "navigator_webdriver": false })), &[]),
        row(
            "R0050",
            opened(json!({ "canvas_audio_hash_match": "puppeteer" })),
            &["T1119@0.7", "T1588.002@0.85"],
        ),
        row("R0050", opened(json!({ "matched_tool": "selenium" })), &["T1119@0.7", "T1588.002@0.85"]),
        row("R0050", opened(json!({ "canvas_audio_hash_match": "firefox" })), &[]),
        row("R0051", opened(json!({ "webrtc_geo_mismatch": true })), &["T1090@0.85"]),
        row("R0052", opened(json!({ "tz_mismatch_zones": 3 })), &["T1090@0.7"]),
        row("R0052", opened(json!({ "tz_mismatch_zones": 2 })), &[]),
        row("R0052", opened(json!({ "lang_country_mismatch": true })), &["T1090@0.7"]),
        // DECNET says T1036; release 19 has a sub-technique for browsers.
        row("R0053", opened(json!({ "platform_ua_inconsistent": true })), &["T1036.012@0.8"]),
        row("R0053", opened(json!({ "ua_webgl_mismatch": true })), &["T1036.012@0.8"]),
        // That a token was opened, without a browser's fingerprint, is no technique of these.
        row("G6", opened(json!({ "token_id": "t", "user_agent": "curl/8.5.0" })), &[]),
    ]);
}

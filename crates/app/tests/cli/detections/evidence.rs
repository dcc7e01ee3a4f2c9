//! What tags of lifters show, and what they never show.

use serde_json::{Value, json};

use super::{native, tags_of};
use crate::program::Place;

fn of(tags: &[Value], technique: &str) -> Value {
    let found =
        tags.iter().find(|tag| [&tag["technique_id"], &tag["sub_technique_id"]].contains(&&json!(technique)));
    found.unwrap_or_else(|| panic!("no {technique} in {tags:?}"))["evidence"].clone()
}

#[test]
fn providers_words_that_stand_for_the_technique() {
    let place = Place::new();
    let line = native(
        "intel",
        json!({
            "aggregate_verdict": "malicious", "abuseipdb_score": 92, "abuseipdb_categories": [22, 18, 14, 22, 4],
            "feodo_listed": true, "feodo_malware_family": "QakBot", "first_seen_feodo": "2026-01-02",
            "threatfox_threat_types": ["cc_skimming"], "threatfox_malware_families": ["js.skim"],
            "greynoise_classification": "malicious", "greynoise_tags": ["Tor Exit Node", "mirai"],
        }),
    );
    let tags = tags_of(&place, std::iter::once(line)).remove(0);
    assert_eq!(
        of(&tags, "T1110"),
        json!({ "abuseipdb_categories": [18, 22], "abuse_confidence_score": 92, "aggregate_verdict": "malicious" })
    );
    assert_eq!(of(&tags, "T1595")["abuseipdb_categories"], json!([14]));
    assert_eq!(
        of(&tags, "T1588.001"),
        json!({
            "feodo_listed": true, "malware_family": "QakBot", "first_seen_feodo": "2026-01-02",
            "aggregate_verdict": "malicious",
        })
    );
    assert_eq!(
        of(&tags, "T1056"),
        json!({ "threat_types": ["cc_skimming"], "malware_families": ["js.skim"], "aggregate_verdict": "malicious" })
    );
    assert_eq!(of(&tags, "T1090.003")["greynoise_tags"], json!(["tor_exit_node"]));
    // G25: every tag has its page.
    assert!(
        tags.iter().all(|tag| tag["mitre_url"].as_str().unwrap().starts_with("https://attack.mitre.org/"))
    );
}

/// Names of headers, domains, hosts, hashes and counts; never an address, a header's value, a URL or the body.
#[test]
fn nothing_private_of_a_message() {
    let place = Place::new();
    let secret = "SECRET";
    let line = native(
        "email",
        json!({
            "subject": format!("urgent wire {secret}"), "body_text": format!("please send {secret} bitcoin 1BoatSLRHtKNngkdXEeobR76b53LETtpyT"),
            "from_domain": "bank.example", "mail_from_domain": format!("{secret}@x.test"), "return_path_domain": "x.test",
            "rcpt_count": 30, "rcpt_domains": ["B.example", "a.example", format!("{secret}@a.example"), "a.example"],
            "x_mailer": format!("Leaf {secret}"), "matched_kit": "leafmailer",
            "urls": [format!("https://{secret}@www.xn--pple-43d.example/{secret}?{secret}")], "attachment_macros": true,
            "attachment_sha256s": ["9F86D081884C7D659A2FEAA0C55AD015A3BF4F1B2B0B822CD15D6C15B0F00A08", secret],
            "body_sha256": secret, "body_simhash": secret, "body_base64_bytes": 5000, "spf_pass": false,
        }),
    );
    let tags = tags_of(&place, std::iter::once(line)).remove(0);
    let shared = json!({
        "rcpt_domain_set": ["a.example", "b.example"], "rcpt_count": 30,
        "attachment_sha256s": ["9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"],
    });
    let with = |more: Value| {
        let mut all = shared.clone();
        all.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        all
    };
    for (technique, more) in [
        (
            "T1684.001",
            json!({ "matched_headers": ["Subject", "body"], "matched_subject_kw": "urgent", "matched_body_kw": "send" }),
        ),
        (
            "T1684.002",
            json!({
                "matched_headers": ["Authentication-Results", "From", "Return-Path"],
                "matched_signals": ["from_return_path_mismatch", "spf_fail"],
            }),
        ),
        ("T1566.002", json!({ "matched_headers": ["body"], "matched_url_host": "www.xn--pple-43d.example" })),
        ("T1566.001", json!({ "matched_trigger": "macros" })),
        ("T1588.002", json!({ "matched_headers": ["X-Mailer"], "matched_kit": "leafmailer" })),
        ("T1027.013", json!({ "matched_headers": ["body"], "encoded_byte_count": 5000 })),
        ("T1657", json!({ "matched_headers": ["body"], "matched_body_kw": "bitcoin" })),
    ] {
        assert_eq!(of(&tags, technique), with(more), "{technique}");
    }
    for tag in &tags {
        assert!(!tag.to_string().contains(secret), "{tag}");
    }
    // DECNET's view of the table says the same.
    let seen = place.ask(&format!("SELECT count(*) FROM ttp_tag WHERE evidence LIKE '%{secret}%'"));
    assert_eq!(seen, "Integer(0)");
}

/// Explaining a tag says what its lifter shows.
#[test]
fn an_explanation_shows_it() {
    let place = Place::new();
    let lines =
        std::iter::once(native("intel", json!({ "abuseipdb_score": 92, "abuseipdb_categories": [22] })));
    let tags = tags_of(&place, lines).remove(0);
    let text = place.say(&["explain", tags[0]["uuid"].as_str().unwrap()]);
    assert!(text.contains(r#"shows {"abuseipdb_categories":[22],"abuse_confidence_score":92}"#), "{text}");
    let session: Value = serde_json::from_str(&place.say(&["explain", "row0", "--format", "json"])).unwrap();
    assert_eq!(session["events"][0]["tags"][0]["evidence"], tags[0]["evidence"]);
}

#[test]
fn the_signal_of_a_browser_and_not_its_fingerprint() {
    let place = Place::new();
    let lines = [
        native(
            "canary_fingerprint",
            json!({ "matched_tool": "Selenium", "user_agent": "Mozilla/5.0 SECRET" }),
        ),
        native("ipv6_leak", json!({ "addr": "FE80::0001%eth0", "iid_kind": "eui64", "mac_oui": "02:00:5e" })),
        native("credential", json!({ "credential_hash": "5e88", "reuse_count": 2, "services": ["ssh"] })),
        native(
            "http_fingerprint",
            json!({ "ja4": "t13d190900_9dc949149365_97f8aa674fd9", "user_agent": "SECRET" }),
        ),
    ];
    let found = tags_of(&place, lines.into_iter());
    let expected = [
        ("T1588.002", json!({ "metric": "canvas_audio_hash", "matched_signature": "selenium" })),
        ("T1090", json!({ "addr": "fe80::1", "iid_kind": "eui64", "mac_oui": "02:00:5e" })),
        ("T1110.004", json!({ "credential_hash": "5e88", "reuse_count": 2 })),
        (
            "T1071.001",
            json!({ "kind": "ja4", "hash": "t13d190900_9dc949149365_97f8aa674fd9", "tool": "Sliver" }),
        ),
    ];
    for (tags, (technique, evidence)) in found.iter().zip(expected) {
        assert_eq!(of(tags, technique), evidence);
    }
}

//! Requests, messages and what else sensors send, made of attackers' words: the fast way and the slow one agree, and
//! every span lies in the stored text of its field.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use rsigma_eval::{CompiledRule, ResultBody, evaluate_rule};
use serde_json::{Value, json};
use vespid_attack::Catalogue;
use vespid_engine::evaluate::{Evaluator, Match, mask};
use vespid_engine::rule::Target;
use vespid_engine::view::View;
use vespid_engine::{Engine, Pack, Rule, shipped_rules};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind, UtcMicros};
use vespid_testkit::event::ip;

/// Asks every rule of the target.
struct Exhaustive(Vec<(Target, CompiledRule)>);

impl Evaluator for Exhaustive {
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match> {
        let rules = self.0.iter().enumerate().filter(|(_, (own, _))| *own == target);
        let found = rules.filter_map(|(rule, (_, compiled))| match evaluate_rule(compiled, view)?.body {
            ResultBody::Detection(body) => {
                Some(Match { rule, selections: mask(compiled, &body.matched_selections) })
            }
            ResultBody::Correlation(_) => None,
        });
        found.collect()
    }
}

fn engine() -> Engine {
    let attack = Catalogue::default_release();
    Engine::new(Pack::load(&shipped_rules(), attack), attack).0
}

fn check(kind: SourceKind, body: &Value) {
    thread_local! {
        static ENGINES: (Engine, Engine<Exhaustive>) = (engine(), engine().with_evaluator(|rules, compiled| {
            let pair = |(rule, compiled): (&Rule, &CompiledRule)| (rule.target, compiled.clone());
            Exhaustive(rules.iter().zip(compiled).map(pair).collect())
        }));
    }
    let body = Body::from_fields(kind, body.as_object().unwrap().clone()).unwrap();
    let event = Event::new(UtcMicros::EARLIEST, ip(1), "d", None, body);
    ENGINES.with(|(fast, slow)| {
        let verdict = slow.tag(&event);
        assert_eq!(fast.tag(&event), verdict, "{}", event.body_json);
        assert_eq!(fast.tag(&event), verdict, "the second time: {}", event.body_json);
        let fields = event.body.fields();
        for (tag, span) in verdict.tags.iter().flat_map(|tag| tag.spans.iter().map(move |span| (tag, span))) {
            let (_, text) = fields.iter().find(|(name, _)| *name == span.field).unwrap();
            let bytes = text.get(span.start as usize..span.end as usize);
            assert!(bytes.is_some_and(|bytes| !bytes.is_empty()), "{}: {span:?} of {text:?}", tag.rule);
        }
    });
}

const PARTS: &[&str] = &[
    "/",
    "..",
    "%2e%2e",
    "%252f",
    "%c0%af",
    "?",
    "=",
    "&",
    ";",
    "id",
    "wget",
    " ",
    "+",
    "http://198.51.100.7/x",
    ".env",
    ".git/config",
    "${",
    "jndi:",
    "}",
    "lower:j",
    "' or 1=1",
    "union select",
    "<?php",
    "eval(",
    "é",
    "\u{0}",
    "\"",
    "\\",
    ".php",
    "cmd",
    "etc/passwd",
    "{{7*7}}",
    "() { :;}",
    "<script>",
    "rO0AB",
    "169.254.169.254",
    "containers/create",
    "\"Privileged\":true",
    "%",
    "%u002e",
];

fn text() -> impl Strategy<Value = String> {
    vec(select(PARTS), 0..10).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn requests(
        method in select(&["GET", "POST", "PUT", "DELETE", "CONNECT"][..]),
        url in text(),
        headers in vec((select(&["User-Agent", "cookie", "Authorization", "\"X\""][..]), text()), 0..3),
        body in proptest::option::of(text()),
        name in proptest::option::of(text()),
    ) {
        let headers: serde_json::Map<_, _> = headers.into_iter().map(|(name, text)| (name.to_owned(), text.into())).collect();
        check(SourceKind::HttpRequest, &json!({
            "method": method, "raw_url": url, "headers": headers, "body": body, "user_agent": name, "username": name,
            "password": name, "service": "elasticsearch",
        }));
    }

    #[test]
    fn messages(
        texts in vec(text(), 6),
        urls in vec(text(), 0..3),
        counts in vec(proptest::option::of(-5_i64..6000), 3),
        flags in vec(any::<Option<bool>>(), 4),
    ) {
        check(SourceKind::Email, &json!({
            "subject": texts[0], "from_domain": texts[1], "mail_from_domain": texts[2], "body_text": texts[3],
            "x_mailer": texts[4], "matched_kit": texts[5], "body_simhash": texts[0], "urls": urls,
            "rcpt_domains": urls, "attachment_sha256s": urls, "rcpt_count": counts[0], "body_base64_bytes": counts[1],
            "attachment_count": counts[2], "spf_pass": flags[0], "dkim_signed": flags[1],
            "attachment_macros": flags[2], "html_smuggling": flags[3],
        }));
    }

    #[test]
    fn intel(
        score in proptest::option::of(any::<i64>()),
        categories in vec(any::<i64>(), 0..5),
        words in vec(select(&["botnet_cc", "payload", "Tor Exit Node", "é", "malicious", "scanner"][..]), 0..4),
        listed in any::<Option<bool>>(),
    ) {
        check(SourceKind::Intel, &json!({
            "abuseipdb_score": score, "abuseipdb_categories": categories, "greynoise_tags": words,
            "threatfox_threat_types": words, "greynoise_classification": words.first(), "feodo_listed": listed,
            "aggregate_verdict": words.last(),
        }));
    }

    #[test]
    fn fingerprints_and_addresses(text in "(ge11nn|po10nn|[0-9a-z]){0,3}[0-9]{0,6}(_[0-9a-f]{0,12}){0,3}\\PC{0,3}", addr in "(fe80::|FE80:)?[0-9a-f:%/]{0,8}") {
        check(SourceKind::HttpFingerprint, &json!({ "ja4h": text, "ja4": text, "ja4_quic": text, "user_agent": text }));
        check(SourceKind::Ipv6Leak, &json!({ "addr": addr, "mac_oui": text }));
        check(SourceKind::CanaryFingerprint, &json!({ "matched_tool": text, "tz_mismatch_zones": text.len() }));
    }
}

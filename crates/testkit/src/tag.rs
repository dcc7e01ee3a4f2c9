//! Tags with just the parts that a test speaks of.

use vespid_model::event::Event;
use vespid_model::id::{RuleId, TagId};
use vespid_model::release::Release;
use vespid_model::span::Span;
use vespid_model::{Confidence, TacticId, Tag, TechniqueId};

/// A tag of `event` by version 1 of `rule`; `technique` is written as `TA0007/T1082@0.7`.
///
/// # Panics
/// When the text is not of that form: a test is wrong then.
#[expect(clippy::expect_used, reason = "a builder for tests")]
pub fn tag(event: &Event, rule: &str, technique: &str) -> Tag {
    let (ids, confidence) = technique.split_once('@').expect("TA0007/T1082@0.7");
    let (tactic, technique) = ids.split_once('/').expect("TA0007/T1082@0.7");
    let tactic: TacticId = tactic.parse().expect("a tactic id");
    let technique: TechniqueId = technique.parse().expect("a technique id");
    let confidence =
        confidence.parse().ok().and_then(|value| Confidence::new(value).ok()).expect("a confidence");
    let rule = RuleId::new(rule);
    let (field, text) = event
        .body
        .fields()
        .into_iter()
        .next()
        .map_or(("", String::new()), |(field, text)| (field, text.into_owned()));
    Tag {
        id: TagId::derive(event.kind(), &event.id.to_string(), &rule, 1, technique),
        rule,
        rule_version: 1,
        technique,
        tactic,
        confidence,
        release: Release::new(19, 2),
        spans: vec![Span {
            field: field.into(),
            start: 0,
            end: u32::try_from(text.len()).unwrap_or(u32::MAX),
        }],
        via: Vec::new(),
        evidence: None,
    }
}

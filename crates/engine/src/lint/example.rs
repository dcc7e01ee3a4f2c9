//! Runs the examples of a rule.

use std::net::{IpAddr, Ipv4Addr};

use vespid_model::UtcMicros;
use vespid_model::event::Event;

use super::Report;
use crate::rule::Example;
use crate::tagger::Engine;

/// The engine is that of all rules: an example is an event like any other.
pub(super) fn check(report: &mut Report<'_>, engine: &Engine) {
    let rule = &report.parsed.rule;
    // What names nothing is there for other rules, and tags nothing by itself.
    if rule.emits.is_empty() {
        return;
    }
    let hits = |example: &Example| {
        let body = example.body(rule.target).ok()?;
        let event =
            Event::new(UtcMicros::EARLIEST, IpAddr::V4(Ipv4Addr::LOCALHOST), "decky", Some("session"), body);
        Some(engine.tag(&event).tags.iter().any(|tag| tag.rule == rule.id))
    };
    for example in rule.hits.iter().filter(|example| hits(example) == Some(false)) {
        report.add("E032", place(report, "hits", example), format!("the rule misses {}", shown(example)));
    }
    for example in rule.misses.iter().filter(|example| hits(example) == Some(true)) {
        report.add("E033", place(report, "misses", example), format!("the rule hits {}", shown(example)));
    }
}

fn place(report: &Report<'_>, list: &str, example: &Example) -> super::Place {
    let path = ["vespid", "examples", list];
    match example {
        Example::Line(line) => report.document.written(&path, line),
        Example::Fields(_) => report.document.key(&path),
    }
}

fn shown(example: &Example) -> String {
    match example {
        Example::Line(line) => format!("{line:?}"),
        Example::Fields(fields) => serde_json::Value::Object(fields.clone()).to_string(),
    }
}

//! Sigma as its specification (2.x) has it, from a rule's text to a tag. Each case is asked twice: of the engine, and of
//! the library rule by rule.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod base64;
mod conditions;
mod documents;
mod filters;
mod modifiers;
mod placeholders;
mod published;
mod remembered;
mod values;

use rsigma_eval::{CompiledRule, evaluate_rule};
use serde_json::json;
use vespid_attack::Catalogue;
use vespid_engine::evaluate::{Evaluator, Match};
use vespid_engine::rule::Target;
use vespid_engine::view::View;
use vespid_engine::{Engine, Pack, RuleFile};
use vespid_model::event::Event;
use vespid_model::{Body, SourceKind};
use vespid_testkit::event::{at, command, ip};

pub(crate) const PROCESS: &str = "{product: linux, category: process_creation}";
pub(crate) const SESSION: &str = "{product: honeypot, category: session}";

/// A rule with this detection, given as the lines below `detection:`.
pub(crate) fn rule(name: &str, logsource: &str, detection: &str) -> RuleFile {
    let detection = indented(detection);
    let text = format!(
        "title: A rule\nname: {name}\ntags: [attack.t1082]\nlogsource: {logsource}\ndetection:\n{detection}"
    );
    file(name, &text)
}

/// Lines two columns deeper.
pub(crate) fn indented(lines: &str) -> String {
    lines.lines().flat_map(|line| ["  ", line, "\n"]).collect()
}

pub(crate) fn file(name: &str, text: &str) -> RuleFile {
    RuleFile { path: format!("{name}.yml"), text: text.to_owned() }
}

/// The engine over these files, and what is wrong with them.
pub(crate) fn load(files: &[RuleFile]) -> (Engine, Vec<String>) {
    let attack = Catalogue::default_release();
    let (engine, problems) = Engine::new(Pack::load(files, attack), attack);
    (engine, problems.iter().map(ToString::to_string).collect())
}

/// The rules that tag an event, by name.
pub(crate) fn named(files: &[RuleFile], event: &Event) -> Vec<String> {
    let (engine, problems) = load(files);
    assert!(problems.is_empty(), "{problems:?}");
    let fast: Vec<_> = engine.tag(event).tags.into_iter().map(|tag| tag.rule.to_string()).collect();
    let slow = one_by_one(engine);
    let slow: Vec<_> = slow.tag(event).tags.into_iter().map(|tag| tag.rule.to_string()).collect();
    assert_eq!(fast, slow, "the library says otherwise: {} of {files:#?}", event.body_json);
    fast
}

/// The same rules, asked one by one by the library.
pub(crate) fn one_by_one(engine: Engine) -> Engine<OneByOne> {
    engine.with_evaluator(|rules, compiled| {
        OneByOne(rules.iter().map(|rule| rule.target).zip(compiled.iter().cloned()).collect())
    })
}

/// Does a rule with this detection tag a typed line?
pub(crate) fn hits(detection: &str, line: &str) -> bool {
    !named(&[rule("r", PROCESS, detection)], &command(0, 1, "s", line)).is_empty()
}

/// The same of one item, which is all of the detection.
pub(crate) fn item_hits(item: &str, line: &str) -> bool {
    hits(&format!("selection:\n  {}\ncondition: selection", item.replace('\n', "\n  ")), line)
}

/// Does a rule with this item tag a request to connect onward?
pub(crate) fn forward_hits(item: &str, host: &str, port: u32) -> bool {
    let body = json!({"action": "forward_request", "dst_host": host, "dst_port": port}).to_string();
    let body = Body::from_json(SourceKind::Session, &body).unwrap();
    let event = Event::new(at(0), ip(1), "d", None, body);
    let detection = format!("selection:\n  {item}\ncondition: selection");
    !named(&[rule("r", SESSION, &detection)], &event).is_empty()
}

pub(crate) struct OneByOne(Vec<(Target, CompiledRule)>);

impl Evaluator for OneByOne {
    fn matches(&self, target: Target, view: &View<'_>) -> Vec<Match> {
        let own = self.0.iter().enumerate().filter(|(_, (own, _))| *own == target);
        own.filter(|(_, (_, rule))| evaluate_rule(rule, view).is_some())
            .map(|(rule, _)| Match { rule, selections: 0 })
            .collect()
    }
}

//! The shipped rules: each loads, and each is held to its own examples.
#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::net::IpAddr;

use vespid_attack::Catalogue;
use vespid_engine::rule::{Correlation, Example, Sequence, Target};
use vespid_engine::{Engine, Pack, Rule, shipped_rules};
use vespid_model::event::Event;
use vespid_model::window::WindowTag;
use vespid_model::{Tag, UtcMicros};
use vespid_testkit::event::ip;

fn shipped() -> Engine {
    let attack = Catalogue::default_release();
    let (engine, problems) = Engine::new(Pack::load(&shipped_rules(), attack), attack);
    assert!(
        problems.is_empty(),
        "{}",
        problems.iter().map(|it| format!("\n{it}")).collect::<Vec<_>>().concat()
    );
    engine
}

fn tags(engine: &Engine, rule: &Rule, example: &Example) -> Vec<Tag> {
    let body = example.body(rule.target).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
    let event = Event::new(UtcMicros::EARLIEST, ip(1), "decky", Some("session"), body);
    engine.tag(&event).tags.into_iter().filter(|tag| tag.rule == rule.id).collect()
}

#[test]
fn every_example_hits_or_misses_as_it_says() {
    let engine = shipped();
    let mut wrong = Vec::new();
    for rule in engine.rules().iter().filter(|rule| !rule.emits.is_empty()) {
        assert!(
            rule.hits.len() >= 2 && rule.misses.len() >= 2,
            "{} needs two examples of each kind",
            rule.id
        );
        let mut shown = BTreeSet::new();
        for example in &rule.hits {
            let tags = tags(&engine, rule, example);
            // A lifter chooses among the techniques; each must be shown by one of the examples.
            let enough = if rule.lifter.is_some() { 1 } else { rule.emits.len() };
            if tags.len() < enough {
                wrong.push(format!("{} misses {example:?}", rule.id));
            }
            shown.extend(tags.iter().map(|tag| tag.technique));
        }
        for emit in rule.emits.iter().filter(|emit| !shown.contains(&emit.technique)) {
            wrong.push(format!("{}: no example shows {}", rule.id, emit.technique));
        }
        for example in &rule.misses {
            if !tags(&engine, rule, example).is_empty() {
                wrong.push(format!("{} hits {example:?}", rule.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What a correlation says of an example, whichever way round its events come.
fn shown(engine: &Engine, correlation: &Correlation, example: &Sequence) -> Vec<WindowTag> {
    let mut events =
        example.events(correlation.kind).unwrap_or_else(|error| panic!("{}: {error}", correlation.id));
    let own = |(_, tag): (IpAddr, WindowTag)| (tag.rule == correlation.id).then_some(tag);
    let tags: Vec<_> = engine.correlate(&events).into_iter().filter_map(own).collect();
    events.reverse();
    let again: Vec<_> = engine.correlate(&events).into_iter().filter_map(own).collect();
    assert_eq!(again, tags, "{}: the order of arrival counts", correlation.id);
    tags
}

#[test]
fn every_sequence_hits_or_misses_as_it_says() {
    let engine = shipped();
    let mut wrong = Vec::new();
    for correlation in engine.correlations() {
        let (hits, misses) = (&correlation.hits, &correlation.misses);
        assert!(hits.len() >= 2 && misses.len() >= 2, "{} needs two examples of each kind", correlation.id);
        for example in hits {
            if shown(&engine, correlation, example).len() != correlation.emits.len() {
                wrong.push(format!("{} misses {example:?}", correlation.id));
            }
        }
        for example in misses {
            if !shown(&engine, correlation, example).is_empty() {
                wrong.push(format!("{} hits {example:?}", correlation.id));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What has a sub-technique of its own is not named by the technique above it too.
#[test]
fn a_sequence_has_one_name() {
    let engine = shipped();
    for correlation in engine.correlations() {
        for example in &correlation.hits {
            let events = example.events(correlation.kind).unwrap_or_else(|error| panic!("{error}"));
            let techniques: BTreeSet<_> = engine
                .correlate(&events)
                .into_iter()
                .map(|(_, tag)| tag.technique)
                .filter(|technique| technique.parent() == correlation.emits[0].technique.parent())
                .collect();
            assert_eq!(techniques.len(), 1, "{}: {techniques:?} for {example:?}", correlation.id);
        }
    }
}

/// Where output goes says nothing of what a command does: with it silenced, each example hits or misses as before,
/// and so do its first words alone.
#[test]
fn silenced_examples_hit_or_miss_as_before() {
    let engine = shipped();
    let mut wrong = BTreeSet::new();
    for rule in engine.rules().iter().filter(|rule| rule.target == Target::Process) {
        for example in rule.hits.iter().chain(&rule.misses) {
            let Example::Line(line) = example else { continue };
            if line.contains(|char| "<>|;&'\"`(){}\n\\#".contains(char)) {
                continue;
            }
            let words: Vec<_> = line.split_whitespace().collect();
            for count in 1..=words.len() {
                let line = words.get(..count).unwrap_or_default().join(" ");
                let hits = |line: String| !tags(&engine, rule, &Example::Line(line)).is_empty();
                let hit = hits(line.clone());
                for silence in ["2>/dev/null", ">/dev/null 2>&1", "&>/dev/null"] {
                    if hits(format!("{line} {silence}")) != hit {
                        wrong.insert(format!(
                            "{} {} {line} {silence}",
                            rule.id,
                            if hit { "misses" } else { "hits" }
                        ));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", Vec::from_iter(wrong).join("\n"));
}

#[test]
fn every_hit_shows_bytes_of_its_event() {
    let engine = shipped();
    for rule in engine.rules() {
        for example in &rule.hits {
            let body = example.body(rule.target).unwrap_or_else(|error| panic!("{}: {error}", rule.id));
            let fields = body.fields();
            for span in tags(&engine, rule, example).iter().flat_map(|tag| &tag.spans) {
                let (_, text) = fields
                    .iter()
                    .find(|(name, _)| *name == span.field)
                    .unwrap_or_else(|| panic!("{}: no field {}", rule.id, span.field));
                let bytes = text.get(span.start as usize..span.end as usize);
                assert!(bytes.is_some_and(|bytes| !bytes.is_empty()), "{}: {span:?} of {text:?}", rule.id);
            }
        }
    }
}

#[test]
fn the_pack_is_as_wide_as_it_claims() {
    let engine = shipped();
    let emits = || engine.rules().iter().flat_map(|rule| &rule.emits);
    let tactics: BTreeSet<_> = emits().map(|emit| emit.tactic).collect();
    let techniques: BTreeSet<_> = emits().map(|emit| emit.technique).collect();
    assert!(engine.rules().len() >= 80, "{} rules", engine.rules().len());
    assert!(
        techniques.len() >= 50 && tactics.len() >= 10,
        "{} techniques, {} tactics",
        techniques.len(),
        tactics.len()
    );
    let named = engine.rules().iter().filter(|rule| !rule.emits.is_empty());
    let named = named.map(|rule| (&rule.id, &rule.path, &rule.title, &rule.description));
    let correlations = engine.correlations().iter();
    let correlations = correlations.map(|it| (&it.id, &it.path, &it.title, &it.description));
    for (id, path, title, description) in named.chain(correlations) {
        let file = path.rsplit('/').next().and_then(|name| name.strip_suffix(".yml"));
        assert_eq!(file, Some(id.as_str()), "the file has the rule's name");
        assert!(!description.is_empty() && !title.is_empty());
    }
}

//! What several events show together.

use vespid_attack::Catalogue;
use vespid_engine::{Engine, Pack, RuleFile};
use vespid_model::body::AuthResult;
use vespid_model::event::Event;
use vespid_model::window::MAX_NAMED;
use vespid_testkit::event::{at, command, event, login};

const BASE: &str = "title: No
name: refused
tags: [attack.credential-access, attack.t1110]
logsource: {product: honeypot, category: auth_attempt}
detection: {selection: {result: failure}, condition: selection}
---
title: Yes
name: let_in
tags: [attack.initial-access, attack.t1078]
logsource: {product: honeypot, category: auth_attempt}
detection: {selection: {result: success}, condition: selection}
---
title: Id
name: id_run
tags: [attack.discovery, attack.t1033]
logsource: {product: linux, category: process_creation}
detection: {selection: {Image|endswith: /id}, condition: selection}
---
";

/// The rules above with a correlation, whose body this is.
fn engine(correlation: &str) -> Engine {
    let text = format!(
        "{BASE}title: Many\nname: many\ntags: [attack.credential-access, attack.t1110]\ncorrelation:\n{correlation}\n"
    );
    let attack = Catalogue::default_release();
    let files = [RuleFile { path: "many.yml".to_owned(), text }];
    let (engine, problems) = Engine::new(Pack::load(&files, attack), attack);
    assert!(problems.is_empty(), "{problems:?}");
    engine
}

/// When its windows were complete, in seconds, by which session.
fn complete(engine: &Engine, events: &[Event]) -> Vec<(i64, Option<String>)> {
    let tags = engine.correlate(events).into_iter().map(|(_, tag)| {
        let seconds = (tag.created_at.as_micros() - at(0).as_micros()) / 1_000_000;
        (seconds, tag.session.map(|session| session.to_string()))
    });
    tags.collect()
}

fn refused(second: i64, name: &str, password: &str) -> Event {
    login(second, 1, "s", (name, password), AuthResult::Failure)
}

fn let_in(second: i64) -> Event {
    login(second, 1, "t", ("root", "x"), AuthResult::Success)
}

fn in_s(second: i64) -> Vec<(i64, Option<String>)> {
    vec![(second, Some("s".to_owned()))]
}

fn in_several(second: i64) -> Vec<(i64, Option<String>)> {
    vec![(second, None)]
}

#[test]
fn events_are_counted_within_their_group_and_window() {
    let engine = engine(
        "  type: event_count\n  rules: refused\n  group-by: [username]\n  timespan: 1m\n  condition: {gt: 2}",
    );
    let root =
        |seconds: &[i64]| seconds.iter().map(|second| refused(*second, "root", "x")).collect::<Vec<_>>();
    assert_eq!(complete(&engine, &root(&[0, 10, 59, 59, 20])), in_s(20));
    assert_eq!(complete(&engine, &root(&[58, 59, 60])), [], "two windows");
    assert_eq!(complete(&engine, &root(&[5, 5, 5])), [], "the same event three times is one");
    let both = [refused(0, "root", "x"), refused(1, "pi", "x"), refused(2, "root", "x")];
    assert_eq!(complete(&engine, &both), []);
    let tag = engine.correlate(&root(&[1, 2, 3])).remove(0).1;
    assert_eq!(tag.evidence.group, [("username".to_owned(), "root".to_owned())]);
    assert_eq!((tag.evidence.event_count, tag.decky.as_deref()), (3, Some("decky-a")));
}

#[test]
fn different_values_are_counted_each_by_its_first_event() {
    let engine = engine(
        "  type: value_count\n  rules: [refused]\n  timespan: 1m\n  condition: {field: [username, password], gte: 2}",
    );
    let events = [refused(0, "a", "b"), refused(1, "a", "b"), refused(2, "ab", "")];
    assert_eq!(complete(&engine, &events), in_s(2));
    let tag = engine.correlate(&events).remove(0).1;
    assert_eq!(tag.evidence.event_count, 2, "the second says nothing new");
    assert_eq!(tag.evidence.events[0].time, at(0));
    // No password, no value.
    let mut without = refused(3, "x", "y");
    let vespid_model::Body::AuthAttempt(attempt) = &mut without.body else { unreachable!() };
    attempt.password = None;
    let without = event(3, 1, "decky-a", "s", without.body);
    assert_eq!(complete(&engine, &[refused(0, "a", "b"), without]), []);
}

#[test]
fn what_comes_one_after_the_other_must() {
    let engine = engine("  type: temporal_ordered\n  rules: [refused, refused, let_in]\n  timespan: 1m");
    let events = [refused(0, "a", "b"), refused(1, "a", "b"), let_in(2)];
    assert_eq!(complete(&engine, &events), in_several(2));
    assert_eq!(complete(&engine, &[refused(0, "a", "b"), let_in(2)]), [], "one event is one step");
    assert_eq!(complete(&engine, &[let_in(0), refused(1, "a", "b"), refused(2, "a", "b")]), []);
    let late = [let_in(0), refused(1, "a", "b"), let_in(2), refused(3, "a", "b"), let_in(9), let_in(10)];
    assert_eq!(complete(&engine, &late), in_several(9));
}

#[test]
fn all_rules_must_be_seen_in_any_order() {
    let engine = engine("  type: temporal\n  rules: [let_in, refused]\n  timespan: 1m");
    assert_eq!(complete(&engine, &[refused(0, "a", "b"), let_in(2)]), in_several(2));
    assert_eq!(complete(&engine, &[refused(3, "a", "b"), let_in(2)]), in_several(3));
    assert_eq!(complete(&engine, &[refused(3, "a", "b"), refused(2, "a", "c")]), []);
}

#[test]
fn decoys_and_sessions_group_too() {
    let engine = engine(
        "  type: value_count\n  rules: [refused]\n  group-by: [session]\n  timespan: 1m\n  condition: {field: decky, gte: 2}",
    );
    let on = |second, decky: &str, session: Option<&str>| {
        let it = refused(second, "a", "b");
        Event::new(it.time, it.source_ip, decky, session, it.body)
    };
    let same = [on(0, "d1", Some("s")), on(1, "d2", Some("s"))];
    assert_eq!(complete(&engine, &same), in_several(1), "a name on two decoys is two connections");
    assert_eq!(complete(&engine, &[on(0, "d1", Some("s")), on(1, "d2", Some("t"))]), []);
    assert_eq!(complete(&engine, &[on(0, "d1", None), on(1, "d2", None)]), [], "no session, no group");
}

#[test]
fn rules_over_commands_count_and_speak_only_when_they_are_to() {
    let lines = [command(0, 1, "s", "id; id"), command(1, 1, "s", "sudo id")];
    let correlation = "  type: event_count\n  rules: [id_run]\n  timespan: 1m\n  condition: {gte: 2}";
    let silent = engine(correlation);
    assert_eq!(complete(&silent, &lines), in_s(1));
    assert_eq!(complete(&silent, &lines[..1]), [], "a line counts once");
    assert!(silent.tag(&lines[0]).tags.is_empty());
    let speaking = engine(&format!("{correlation}\ngenerate: true"));
    assert_eq!(speaking.tag(&lines[0]).tags.len(), 1);
    assert_eq!(complete(&speaking, &lines), in_s(1));
}

#[test]
fn rules_may_have_other_names_for_a_field() {
    let engine = engine(
        "  type: event_count\n  rules: [refused, id_run]\n  group-by: [who]\n  timespan: 1m\n  condition: {gte: 2}\n  \
         aliases: {who: {refused: username, id_run: CommandLine}}",
    );
    assert_eq!(complete(&engine, &[refused(0, "id", "x"), command(1, 1, "s", "id")]), in_s(1));
    assert_eq!(complete(&engine, &[refused(0, "root", "x"), command(1, 1, "s", "id")]), []);
}

#[test]
fn evidence_names_the_first_events_and_the_last() {
    let engine = engine("  type: event_count\n  rules: [refused]\n  timespan: 1h\n  condition: {gte: 100}");
    let events: Vec<_> = (0..300).map(|second| refused(second, "a", "b")).collect();
    let tag = engine.correlate(&events).remove(0).1;
    let named: Vec<_> = tag.evidence.events.iter().map(|event| event.time).collect();
    assert_eq!((tag.evidence.event_count, named.len()), (100, MAX_NAMED));
    assert_eq!((named[0], named[30], named[31], tag.created_at), (at(0), at(30), at(99), at(99)));
}

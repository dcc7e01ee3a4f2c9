//! Filters.

use vespid_engine::RuleFile;
use vespid_testkit::event::command;

use crate::{PROCESS, file, indented, load, named, rule};

fn fetch(name: &str, condition: &str) -> RuleFile {
    let detection = format!(
        "selection_tool:\n  Image|endswith: ['/wget', '/curl']\nselection_net:\n  CommandLine|contains: \
         'http'\ncondition: {condition}"
    );
    rule(name, PROCESS, &detection)
}

fn filter(rules: &str, rest: &str) -> RuleFile {
    let rest = indented(rest);
    let text =
        format!("title: Our mirror\nname: mirror\nlogsource: {PROCESS}\nfilter:\n  rules: {rules}\n{rest}");
    file("mirror", &text)
}

const MIRROR: &str = "selection:\n  CommandLine|contains: 'mirror.example'\ncondition: not selection";

fn tagged(files: &[RuleFile], line: &str) -> Vec<String> {
    named(files, &command(0, 1, "s", line))
}

#[test]
fn a_filter_excludes_from_the_rules_that_it_names() {
    let files = [
        fetch("fetch", "all of selection_*"),
        fetch("other", "all of selection_*"),
        filter("[fetch]", MIRROR),
    ];
    assert_eq!(tagged(&files, "wget http://192.0.2.1/x"), ["fetch", "other"]);
    assert_eq!(tagged(&files, "wget http://mirror.example/x"), ["other"]);
}

#[test]
fn rules_are_named_by_name_by_id_or_all_at_once() {
    let id = "9942f8d0-de38-5852-aeb4-277292079581";
    let mut by_id = fetch("fetch", "all of selection_*");
    by_id.text = by_id.text.replace("name: fetch", &format!("id: {id}"));
    for rules in [format!("[{id}]"), id.to_owned(), "any".to_owned()] {
        let files = [by_id.clone(), filter(&rules, MIRROR)];
        assert_eq!(tagged(&files, "wget http://192.0.2.1/x"), [id], "{rules}");
        assert!(tagged(&files, "wget http://mirror.example/x").is_empty(), "{rules}");
    }
}

#[test]
fn selectors_of_the_rule_do_not_find_selections_of_the_filter() {
    for condition in ["all of them", "1 of *", "1 of *_net", "all of *", "2 of them"] {
        let files = [fetch("fetch", condition), filter("any", MIRROR)];
        assert_eq!(tagged(&files, "wget http://192.0.2.1/x"), ["fetch"], "{condition}");
        assert!(tagged(&files, "wget http://mirror.example/x").is_empty(), "{condition}");
        assert!(tagged(&files, "echo mirror.example").is_empty(), "{condition}");
    }
}

#[test]
fn conditions_of_filters_are_whole_conditions() {
    let two = "selection_a:\n  CommandLine|contains: 'a.example'\nselection_b:\n  CommandLine|contains: \
               'b.example'\ncondition: not 1 of selection_*";
    let files = [fetch("fetch", "selection_tool"), filter("any", two)];
    assert!(tagged(&files, "wget a.example").is_empty() && tagged(&files, "wget b.example").is_empty());
    assert_eq!(tagged(&files, "wget c.example"), ["fetch"]);

    let only = "selection:\n  CommandLine|contains: 'evil'\ncondition: selection";
    let files = [fetch("fetch", "selection_tool"), filter("any", only)];
    assert!(tagged(&files, "wget good").is_empty());
    assert_eq!(tagged(&files, "wget evil"), ["fetch"]);
}

#[test]
fn several_filters_and_several_conditions() {
    let second = filter("any", &MIRROR.replace("mirror.example", "backup.example"));
    let second = file("backup", &second.text.replace("name: mirror", "name: backup"));
    let files = [fetch("fetch", "\n  - selection_tool\n  - selection_net"), filter("any", MIRROR), second];
    assert!(
        tagged(&files, "wget mirror.example").is_empty() && tagged(&files, "wget backup.example").is_empty()
    );
    assert_eq!(tagged(&files, "wget x"), ["fetch"]);
    assert!(tagged(&files, "echo http://mirror.example").is_empty());
}

#[test]
fn another_log_source_is_left_alone() {
    let auth = rule(
        "auth",
        "{product: honeypot, category: auth_attempt}",
        "selection:\n  username: root\ncondition: selection",
    );
    let (engine, problems) = load(&[auth.clone(), filter("any", MIRROR)]);
    assert!(problems.is_empty() && engine.compiled()[0].detections.len() == 1, "{problems:?}");
    let (_, problems) = load(&[auth, filter("[auth]", MIRROR)]);
    assert_eq!(problems, ["mirror.yml: E017 rule mirror: the filter: the rule auth has another log source"]);
}

#[test]
fn a_faulty_filter_costs_no_rule() {
    let fetch = fetch("fetch", "selection_tool");
    for (rules, rest, said) in [
        ("[nobody]", MIRROR, "no rule has the name or id nobody"),
        (
            "any",
            "selection:\n  CommandLine: x\ncondition: not selektion",
            "a selection that it does not have",
        ),
        ("any", "selection:\n  CommandLine|re: '(x'\ncondition: not selection", "regex"),
        ("any", "selection:\n  CommandLine|expand: '%x%'\ncondition: not selection", "%x%"),
    ] {
        let files = [fetch.clone(), filter(rules, rest)];
        let (engine, problems) = load(&files);
        assert!(problems.len() == 1 && problems[0].contains(said), "{problems:?}");
        let tags = engine.tag(&command(0, 1, "s", "wget mirror.example")).tags;
        assert_eq!(tags.len(), 1, "{said}");
    }
}

/// Tags are a function of events and rules: a filtered rule is another rule.
#[test]
fn a_filter_is_part_of_the_rule() {
    let digest = |files: &[RuleFile]| load(files).0.digest().to_owned();
    let fetch = fetch("fetch", "selection_tool");
    let filtered = digest(&[fetch.clone(), filter("any", MIRROR)]);
    assert_ne!(digest(std::slice::from_ref(&fetch)), filtered);
    assert_ne!(digest(&[fetch.clone(), filter("any", &MIRROR.replace("mirror", "other"))]), filtered);
    assert_eq!(digest(&[filter("any", MIRROR), fetch]), filtered);
}

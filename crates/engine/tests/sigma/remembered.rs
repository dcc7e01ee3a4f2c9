//! What was said of a command is remembered for other lines: that changes no answer.

use proptest::collection::vec;
use proptest::prelude::*;
use vespid_engine::RuleFile;
use vespid_model::Tag;
use vespid_testkit::event::command;

use crate::{PROCESS, load, one_by_one, rule};

/// With one engine for all lines, and for their commands in other lines.
fn agree(files: &[RuleFile], lines: &[String]) {
    let (fast, problems) = load(files);
    assert!(problems.is_empty(), "{problems:?}");
    let slow = one_by_one(load(files).0);
    let others = lines.iter().map(|line| format!("{line}; other"));
    for line in lines.iter().cloned().chain(others) {
        let event = command(0, 1, "s", &line);
        let (found, expected) = (fast.tag(&event).tags, slow.tag(&event).tags);
        let names = |tags: &[Tag]| tags.iter().map(|tag| tag.rule.to_string()).collect::<Vec<_>>();
        assert_eq!(names(&found), names(&expected), "{line} of {lines:?}, {files:#?}");
    }
}

fn lines(lines: &[&str]) -> Vec<String> {
    lines.iter().map(|line| (*line).to_owned()).collect()
}

#[test]
fn a_line_does_not_switch_a_rule_off_for_its_commands() {
    let either = |number: usize| {
        let (field, word) = if number < 13 { ("CommandLine", "aaa") } else { ("command_text", "bbb") };
        format!("\n  - {field}|contains: {word}{number:02}")
    };
    let many: String = (0..26).map(either).collect();
    let files = [rule("r", PROCESS, &format!("selection:{many}\ncondition: selection"))];
    agree(&files, &lines(&["run aaa10; echo bbb20", "run aaa10", "echo bbb20", "run aaa10 | cat"]));
}

#[test]
fn what_a_line_and_its_command_have_together_counts() {
    let pair =
        |n: usize| format!("s{n}:\n  - CommandLine|contains: aaa{n}\n  - command_text|contains: bbb{n}\n");
    let pairs: String = (1..=5).map(pair).collect();
    let files = [rule("r", PROCESS, &format!("{pairs}condition: all of s*"))];
    agree(
        &files,
        &lines(&["echo bbb1 bbb2 bbb3 bbb4; run aaa5", "echo bbb1 bbb2 bbb3 bbb5; run aaa4", "run aaa5"]),
    );
}

#[test]
fn a_pattern_with_the_mark_of_stand_ins_is_itself() {
    let files = [
        rule("r", PROCESS, "selection:\n  CommandLine|re: ['safe', 'x\u{F0000}0']\ncondition: selection"),
        rule(
            "s",
            PROCESS,
            "a:\n  CommandLine|re: 'safe'\nb:\n  CommandLine|re: 'x\u{F0000}0'\ncondition: a or b",
        ),
    ];
    agree(&files, &lines(&["echo x\u{F0000}0", "echo xsafe", "echo x"]));
}

/// One question to one field.
fn item() -> impl Strategy<Value = String> {
    let field = prop::sample::select(&["CommandLine", "Arguments", "command_text"][..]);
    let word = prop::sample::select(&["ab", "cd", "ef", "gh"][..]);
    let text =
        (field.clone(), prop::sample::select(&["contains", "startswith", "endswith"][..]), word.clone());
    let pattern = (field, prop::sample::select(&["re", "re|i", "re|m"][..]), word.clone(), word.clone());
    prop_oneof![
        text.prop_map(|(field, how, word)| format!("{field}|{how}: {word}")),
        pattern.prop_map(|(field, how, one, two)| format!("{field}|{how}: '({one}|x{two})\\s*{two}?'")),
        word.clone().prop_map(|word| format!("Image|endswith: /{word}")),
        word.prop_map(|word| format!("PipedFrom|endswith: /{word}")),
    ]
}

fn selections() -> impl Strategy<Value = String> {
    let map = vec(item(), 1..3).prop_map(|items| {
        let mut fields = std::collections::BTreeMap::new();
        for item in items {
            let (field, value) = item.split_once(": ").map(|(a, b)| (a.to_owned(), b.to_owned())).unwrap();
            fields.insert(field, value);
        }
        let items: Vec<_> = fields.iter().map(|(field, value)| format!("{field}: {value}")).collect();
        format!("\n  - {}", items.join("\n    "))
    });
    vec(vec(map, 1..6), 3).prop_map(|all| {
        let named = all.iter().enumerate().map(|(place, maps)| format!("s{place}:{}\n", maps.concat()));
        named.collect::<String>()
    })
}

fn line() -> impl Strategy<Value = String> {
    let word = prop::sample::select(&["ab", "cd", "ef", "gh", "xab", "AB", "-x"][..]);
    let command = vec(word, 1..4).prop_map(|words| words.join(" "));
    let between = prop::sample::select(&["; ", " | ", " && ", " >ab; "][..]);
    (vec(command, 1..4), between).prop_map(|(commands, between)| commands.join(between))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_rules_and_lines_agree(
        rules in vec((selections(), prop::sample::select(&[
            "1 of s*", "all of s*", "s0 and s1", "s0 and not s1", "(s0 or s1) and s2", "not s0 and s2",
        ][..])), 1..5),
        lines in vec(line(), 1..12),
    ) {
        let files: Vec<_> = rules
            .iter()
            .enumerate()
            .map(|(place, (named, condition))| {
                rule(&format!("r{place}"), PROCESS, &format!("{named}condition: {condition}"))
            })
            .collect();
        agree(&files, &lines);
    }
}

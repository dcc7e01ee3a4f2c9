//! Each fault is found, with its place.

#![expect(clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use vespid_attack::Catalogue;
use vespid_engine::lint::{CODES, Finding, lint};
use vespid_engine::{RuleFile, shipped_rules};

/// A rule in which nothing is wrong.
const GOOD: &str = "\
title: Mine
id: 9942f8d0-de38-5852-aeb4-277292079581
name: mine
description: Looks for the archive tool, which only miners bring.
tags:
  - attack.discovery
  - attack.t1082
logsource: {product: linux, category: process_creation}
detection:
  selection_tool:
    Image|endswith: '/mine'
  selection_word:
    CommandLine|contains:
      - 'gold'
      - 'silver'
  condition: selection_tool and selection_word
level: high
vespid:
  version: 1
  examples:
    hits:
      - 'mine gold'
    misses:
      - 'mine dirt'
";

fn file(path: &str, text: &str) -> RuleFile {
    RuleFile { path: path.to_owned(), text: text.to_owned() }
}

fn check(files: &[RuleFile]) -> Vec<Finding> {
    lint(files, Catalogue::default_release())
}

fn changed(part: &str, other: &str) -> String {
    assert!(GOOD.contains(part), "{part}");
    GOOD.replacen(part, other, 1)
}

#[test]
fn a_good_rule_has_no_findings() {
    assert_eq!(check(&[file("mine.yml", GOOD)]), Vec::new());
}

#[test]
fn each_fault_has_its_code_and_place() {
    for (part, other, code, line, column, said) in [
        ("title: Mine", "title: [", "E001", 3, 5, "YAML"),
        ("title: Mine\n", "", "E001", 1, 1, "title"),
        ("selection_tool and", "selection_tool and and", "E001", 16, 3, "ondition"),
        ("  - attack.t1082\n", "", "E002", 5, 1, "no technique"),
        ("t1082", "t9999", "E003", 7, 5, "T9999"),
        ("t1082", "t1562.001", "E004", 7, 5, "use T1685"),
        ("discovery", "impact", "E005", 7, 5, "T1082"),
        ("version: 1", "confidence: 1.5", "E006", 19, 3, "1.5"),
        ("product: linux", "product: mars", "E007", 8, 1, "mars"),
        ("id: 9942f8d0-de38-5852-aeb4-277292079581\nname: mine\n", "", "E009", 1, 1, "no name"),
        ("|contains:\n      - 'gold'", "|re:\n      - 'go(?!ld)'", "E010", 14, 10, "look-around"),
        ("|contains:\n      - 'gold'", "|re:\n      - '(g)\\1'", "E010", 14, 10, "backreferences"),
        ("|contains:", "|contaisn:", "E001", 13, 17, "contaisn"),
        ("version: 1", "versoin: 1", "E011", 19, 3, "versoin"),
        ("discovery", "discoverie", "E013", 6, 5, "discoverie"),
        ("    Image|endswith: '/mine'", "    Image|endswith: []", "E030", 11, 5, "empty"),
        ("Image|endswith: '/mine'", "Image: 'mine'", "E030", 11, 13, "path"),
        (
            "    Image|endswith: '/mine'",
            "    Image: /usr/bin/mine\n    Image|endswith: '/dig'",
            "E030",
            12,
            5,
            "no text is both",
        ),
        ("|contains:", "|all:", "E030", 13, 5, "all of these at once"),
        ("|contains:", "|startswith|all:", "E030", 13, 5, "all of these at once"),
        (
            "  condition:",
            "  selection_re:\n    CommandLine|re: 'a[^\\s\\S]b'\n  condition:",
            "E030",
            17,
            22,
            "no text matches",
        ),
        ("and selection_word", "and selection_wrod", "E031", 16, 3, "selection_wrod"),
        ("and selection_word", "and not 1 of filter_*", "E031", 16, 3, "filter_*"),
        ("'mine gold'", "'mine iron'", "E032", 22, 10, "mine iron"),
        ("'mine dirt'", "'mine silver'", "E033", 24, 10, "mine silver"),
        (
            "description: Looks for the archive tool, which only miners bring.\n",
            "",
            "W001",
            1,
            1,
            "description",
        ),
        ("level: high\n", "", "W002", 1, 1, "level"),
        ("    misses:\n      - 'mine dirt'\n", "", "W003", 20, 3, "misses"),
        ("name: mine", "name: yours", "W004", 3, 1, "yours"),
        ("selection_tool and selection_word", "not selection_tool", "W005", 9, 1, "every match"),
        (" and selection_word", "", "W006", 12, 3, "selection_word"),
        ("'/mine'", "'/mine'\n    OriginalFileName: mine", "W007", 12, 5, "OriginalFileName"),
    ] {
        let findings = check(&[file("mine.yml", &changed(part, other))]);
        let found = findings.iter().find(|finding| finding.code == code);
        let Some(found) = found else { panic!("{other}: no {code} among {findings:#?}") };
        assert_eq!((found.line, found.column), (line, column), "{other}: {found:#?}");
        assert!(found.message.contains(said), "{other}: {found:#?}");
        assert!(!found.hint.is_empty() && !found.message.contains('\n'), "{found:#?}");
        assert_eq!(found.is_error(), code.starts_with('E'));
    }
}

#[test]
fn names_and_ids_are_taken_once() {
    let other = GOOD.replace("name: mine", "name: yours");
    let twice = format!("{GOOD}---\n{}", other.replace("9942", "0000"));
    let findings = check(&[file("a/mine.yml", &twice), file("b/mine.yml", GOOD), file("yours.yml", &other)]);
    let said: Vec<_> =
        findings.iter().map(|it| (it.path.as_str(), it.line, it.code, it.message.as_str())).collect();
    assert_eq!(
        said,
        [
            ("b/mine.yml", 3, "E008", "the name is taken by a/mine.yml"),
            ("yours.yml", 3, "E008", "the name is taken by a/mine.yml"),
        ]
    );
    let findings = check(&[file("mine.yml", GOOD), file("yours.yml", &other)]);
    let said: Vec<_> = findings.iter().map(|it| (it.path.as_str(), it.line, it.code)).collect();
    assert_eq!(said, [("yours.yml", 2, "E034")], "{findings:#?}");
}

#[test]
fn words_that_a_field_never_holds_are_named() {
    let text = |value: &str, category: &str, key: &str| {
        format!(
            "title: A\nname: a\ndescription: d\ntags: [attack.t1078]\nlogsource: {{product: honeypot, category: \
             {category}}}\ndetection:\n  selection:\n    {key}: {value}\n  condition: selection\nlevel: low\n"
        )
    };
    let errors = |value: &str, category: &str, key: &str| {
        let findings = check(&[file("a.yml", &text(value, category, key))]);
        findings
            .into_iter()
            .filter(Finding::is_error)
            .map(|it| (it.code, it.line, it.message))
            .collect::<Vec<_>>()
    };
    let found = errors("failed", "auth_attempt", "result");
    assert_eq!((found.len(), found[0].0, found[0].1), (1, "E030", 8));
    assert!(found[0].2.contains("expected `success` or `failure`"), "{found:?}");
    assert_eq!(errors("Failure", "auth_attempt", "result"), []);
    assert_eq!(errors("Failure", "auth_attempt", "result|cased").len(), 1);
    assert_eq!(errors("fail", "auth_attempt", "result|startswith"), []);
    assert_eq!(errors("'fail*'", "auth_attempt", "result"), []);
    assert_eq!(errors("anybody", "auth_attempt", "username"), []);
    assert_eq!(errors("forward_requests", "session", "action").len(), 1);
    assert_eq!(errors("forward_request", "session", "action"), []);
    assert_eq!(errors("[upload, uplaod]", "payload", "origin").len(), 1);
}

#[test]
fn placeholders_and_filters_have_their_places() {
    let undefined = changed("|contains:\n      - 'gold'", "|contains|expand:\n      - '%metals%'");
    let filter = "title: Ours\nname: ours\nfilter:\n  rules: [nobody]\n  selection:\n    CommandLine: x\n  \
                  condition: not selection\n";
    let files = [file("mine.yml", &undefined), file("ours.yml", filter)];
    let said: Vec<_> = check(&files).into_iter().map(|it| (it.path, it.line, it.column, it.code)).collect();
    assert_eq!(said, [("mine.yml".to_owned(), 14, 10, "E016"), ("ours.yml".to_owned(), 4, 3, "E017")]);

    let values = file("values.yml", "expand:\n  metals: [gold]\n");
    let filter = file("ours.yml", &filter.replace("nobody", "mine"));
    assert_eq!(check(&[file("mine.yml", &undefined), values, filter]), Vec::new());
}

/// What a filter excludes is no longer hit, and an example that says otherwise is wrong.
#[test]
fn examples_are_run_with_the_filters_of_the_pack() {
    let filter = "title: Ours\nname: ours\nfilter:\n  rules: any\n  selection:\n    CommandLine|contains: gold\n  \
                  condition: not selection\n";
    let said: Vec<_> = check(&[file("mine.yml", GOOD), file("ours.yml", filter)]);
    assert_eq!(said.iter().map(|it| (it.code, it.line)).collect::<Vec<_>>(), [("E032", 22)], "{said:#?}");
}

#[test]
fn hints_know_the_case() {
    let hint = |part: &str, other: &str| {
        let findings = check(&[file("mine.yml", &changed(part, other))]);
        findings.into_iter().next().unwrap().hint
    };
    assert_eq!(
        hint("t1082", "t1562.001"),
        "write attack.t1685, and its tactics are attack.defense-impairment (attack.defense-evasion before release \
         19; both are understood)"
    );
    assert_eq!(hint("discovery", "impact"), "its tactics are attack.discovery");
    assert!(hint("|contains:\n      - 'gold'", "|re:\n      - 'go(?!ld)'").contains("`not`"));
}

/// Rules that look at the shape of a text have no literal: they are few, and the engine asks them of every line.
#[test]
fn the_rules_of_the_program_are_clean() {
    let findings = check(&shipped_rules());
    let line = |it: &Finding| format!("\n{}:{} {} {}", it.path, it.line, it.code, it.message);
    let (shapes, others): (Vec<_>, Vec<_>) = findings.iter().partition(|finding| finding.code == "W005");
    assert!(others.is_empty(), "{}", others.into_iter().map(line).collect::<String>());
    // They look for characters of any kind that do not show.
    let asked: Vec<_> = shapes.iter().map(|finding| finding.path.as_str()).collect();
    assert_eq!(asked, ["command/invisible_unicode.yml", "command/name_written_backwards.yml"]);
}

#[test]
fn lines_are_those_of_the_file_also_in_later_documents() {
    let lines = |second: &str| {
        let text = format!("{GOOD}---\n{second}");
        check(&[file("mine.yml", &text)]).iter().map(|it| (it.code, it.line)).collect::<Vec<_>>()
    };
    let first = u32::try_from(GOOD.lines().count()).unwrap() + 1;
    assert_eq!(lines("title: A\ntags: [\n"), [("E001", first + 3)]);
    assert_eq!(lines("title: A\nname: a\n"), [("E001", first + 1)]);
    let other = GOOD.replace("mine\n", "yours\n").replace("9942", "0000").replace("t1082", "t9999");
    assert_eq!(lines(&other), [("E003", first + 7)]);
}

/// Codes are in the document, and no code of a fault is without a line in the table.
#[test]
fn every_code_is_explained() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let document = fs::read_to_string(root.join("../../docs/rules-lint.md")).unwrap();
    let known: BTreeSet<_> = CODES.iter().map(|code| code.code).collect();
    assert_eq!(known.len(), CODES.len(), "a code is there twice");
    for code in CODES {
        let line = format!("| {} | {} | {} |", code.code, code.what, code.hint);
        assert!(document.contains(&line), "docs/rules-lint.md lacks\n{line}");
    }
    for file in [
        "src/problem.rs",
        "src/lint/condition.rs",
        "src/lint/reach.rs",
        "src/lint/manners.rs",
        "src/lint/example.rs",
    ] {
        let text = fs::read_to_string(root.join(file)).unwrap();
        let codes = text.split('"').filter(|part| part.len() == 4 && part.starts_with(['E', 'W']));
        for code in codes.filter(|code| code[1..].bytes().all(|byte| byte.is_ascii_digit())) {
            assert!(known.contains(code), "{code} of {file} is not in the table");
        }
    }
}

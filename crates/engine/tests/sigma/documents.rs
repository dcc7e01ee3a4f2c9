//! Files of several documents.

use vespid_testkit::event::command;

use crate::{file, load, named};

const TWO: &str = "\
title: First
name: first
tags: [attack.t1082]
logsource: {product: linux, category: process_creation}
detection:
  selection: {CommandLine|contains: one}
  condition: selection
---
title: Second
name: second
tags: [attack.t1033]
logsource: {category: process_creation}
detection:
  selection: {CommandLine|contains: two}
  condition: selection
";

#[test]
fn each_document_is_a_rule() {
    let files = [file("two", TWO)];
    assert_eq!(named(&files, &command(0, 1, "s", "echo one")), ["first"]);
    assert_eq!(named(&files, &command(0, 1, "s", "echo two")), ["second"]);
}

#[test]
fn a_fault_in_one_leaves_the_other() {
    let (engine, problems) = load(&[file("two", &TWO.replace("t1082", "t9999"))]);
    assert_eq!((engine.rules().len(), problems.len()), (1, 1), "{problems:?}");
    let (engine, problems) = load(&[file("two", &TWO.replacen("detection:", "detektion:", 1))]);
    assert_eq!((engine.rules().len(), problems.len()), (1, 1), "{problems:?}");
}

/// `action: global` gives what the documents behind it share.
#[test]
fn what_is_global_is_everybodys() {
    let text = "\
action: global
tags: [attack.t1082]
logsource: {product: linux, category: process_creation}
level: high
---
title: First
name: first
detection:
  selection: {CommandLine|contains: one}
  condition: selection
---
title: Second
name: second
detection:
  selection: {CommandLine|contains: two}
  condition: selection
---
action: repeat
name: third
detection:
  selection: {CommandLine|contains: three}
";
    let files = [file("global", text)];
    for (line, rule) in [("echo one", "first"), ("echo two", "second"), ("echo three", "third")] {
        let found = named(&files, &command(0, 1, "s", line));
        assert!(found.contains(&rule.to_owned()), "{line}: {found:?}");
    }
}

/// Keys of other tools, and an empty document, are in nobody's way.
#[test]
fn unknown_keys_are_left_alone() {
    let text = TWO.replace(
        "title: Second",
        "title: Second\nregression_tests_path: x\nsimulation: [{type: y}]\nlicense: z",
    );
    let (engine, problems) = load(&[file("two", &text)]);
    assert_eq!((engine.rules().len(), problems.len()), (2, 0), "{problems:?}");
}

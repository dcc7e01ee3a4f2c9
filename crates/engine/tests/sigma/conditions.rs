//! Conditions.

use crate::hits;

/// Selections that hold where the line has their letter.
const LETTERS: &str = "\
sel_a:
  CommandLine|contains: ' a'
sel_b:
  CommandLine|contains: ' b'
filter_c:
  CommandLine|contains: ' c'
filter_d:
  CommandLine|contains: ' d'
_hidden:
  CommandLine|contains: ' h'
";

fn holds(condition: &str, line: &str) -> bool {
    hits(&format!("{LETTERS}condition: {condition}"), line)
}

#[test]
fn words_brackets_and_their_order() {
    for (condition, line, expected) in [
        ("sel_a", "x a", true),
        ("sel_a and sel_b", "x a b", true),
        ("sel_a and sel_b", "x a", false),
        ("sel_a or sel_b", "x b", true),
        ("not sel_a", "x b", true),
        ("sel_a and not filter_c", "x a", true),
        ("sel_a and not filter_c", "x a c", false),
        ("sel_a or sel_b and filter_c", "x a", true),
        ("(sel_a or sel_b) and filter_c", "x a", false),
        ("sel_a and not (filter_c or filter_d)", "x a d", false),
        ("sel_a and not (filter_c and filter_d)", "x a d", true),
        ("not not sel_a", "x a", true),
    ] {
        assert_eq!(holds(condition, line), expected, "{condition}: {line}");
    }
}

#[test]
fn numbers_of_selections() {
    for (condition, line, expected) in [
        ("1 of sel_*", "x b", true),
        ("1 of sel_*", "x c", false),
        ("any of sel_*", "x b", true),
        ("all of sel_*", "x a b", true),
        ("all of sel_*", "x a", false),
        ("2 of sel_*", "x a b", true),
        ("2 of sel_*", "x a", false),
        ("2 of them", "x a c", true),
        ("1 of them", "x d", true),
        ("all of them", "x a b c", false),
        ("all of them", "x a b c d", true),
        ("1 of *_c", "x c", true),
        ("1 of filter_*", "x a", false),
        ("sel_a and not 1 of filter_*", "x a", true),
        ("sel_a and not 1 of filter_*", "x a d", false),
        ("all of sel_* and not all of filter_*", "x a b c", true),
        ("all of sel_* and not all of filter_*", "x a b c d", false),
        ("1 of sel_a", "x a", true),
    ] {
        assert_eq!(holds(condition, line), expected, "{condition}: {line}");
    }
}

#[test]
fn selections_that_begin_with_an_underscore_are_none_of_them() {
    assert!(!holds("1 of them", "x h"));
    assert!(holds("1 of _hid*", "x h"));
    assert!(holds("_hidden", "x h"));
}

#[test]
fn of_several_conditions_one_is_enough() {
    let both = "\n  - sel_a and sel_b\n  - filter_c";
    for (line, expected) in [("x a b", true), ("x c", true), ("x a", false)] {
        assert_eq!(holds(both, line), expected, "{line}");
    }
}

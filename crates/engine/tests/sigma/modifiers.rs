//! Every modifier that a typed line or a session can answer to.

use crate::{PROCESS, forward_hits, item_hits, load, rule};

#[test]
fn where_a_text_stands() {
    for (item, line, expected) in [
        ("CommandLine|contains: '/etc/'", "cat /etc/passwd", true),
        ("CommandLine|startswith: 'CAT'", "cat /etc/passwd", true),
        ("CommandLine|startswith: '/etc'", "cat /etc/passwd", false),
        ("CommandLine|endswith: 'passwd'", "cat /etc/passwd", true),
        ("CommandLine|endswith: 'pass'", "cat /etc/passwd", false),
        ("CommandLine|contains|all: ['cat', 'passwd']", "cat /etc/passwd", true),
        ("CommandLine|contains|all: ['cat', 'shadow']", "cat /etc/passwd", false),
        ("CommandLine|all|contains: ['cat', 'shadow']", "cat /etc/shadow", true),
        ("CommandLine|contains|cased: 'PASS'", "cat /etc/passwd", false),
        ("CommandLine|contains|cased: 'PASS'", "echo PASS", true),
        ("CommandLine|neq: 'uname'", "uname -a", true),
        ("CommandLine|neq: 'uname'", "uname", false),
        ("CommandLine|contains|neq: ['a', 'b']", "cat b", false),
        ("CommandLine|contains|neq: ['a', 'b']", "who", true),
        ("OriginalFileName|neq: 'x'", "who", false),
    ] {
        assert_eq!(item_hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn patterns() {
    for (item, line, expected) in [
        (r"CommandLine|re: 'una.e\s-[ar]$'", "uname -r", true),
        (r"CommandLine|re: 'UNAME'", "uname -r", false),
        (r"CommandLine|re|i: 'UNAME'", "uname -r", true),
        (r"CommandLine|re|m: '^second$'", "echo 'first\nsecond\nthird'", true),
        (r"CommandLine|re: '^second$'", "echo 'first\nsecond\nthird'", false),
        (r"CommandLine|re: 'first.second'", "echo 'first\nsecond'", false),
        (r"CommandLine|re|s: 'first.second'", "echo 'first\nsecond'", true),
        (r"CommandLine|re|i|s: 'FIRST.second'", "echo 'first\nsecond'", true),
        (r"CommandLine|re|all: ['una', '-r$']", "uname -r", true),
        (r"CommandLine|re|all: ['una', '-a$']", "uname -r", false),
        (r"CommandLine|re: ['xyz', '-r$']", "uname -r", true),
        // A star is the pattern's own here, no wildcard.
        (r"CommandLine|re: 'l*s'", "ls", true),
    ] {
        assert_eq!(item_hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn networks_and_numbers() {
    for (item, host, port, expected) in [
        ("dst_host|cidr: 10.0.0.0/8", "10.9.8.7", 25, true),
        ("dst_host|cidr: 10.0.0.0/8", "192.0.2.7", 25, false),
        ("dst_host|cidr: ['10.0.0.0/8', '192.0.2.0/24']", "192.0.2.7", 25, true),
        ("dst_host|cidr: '2001:db8::/32'", "2001:db8::1", 25, true),
        ("dst_host|cidr: 10.0.0.0/8", "mail.example", 25, false),
        ("dst_port|gt: 25", "192.0.2.7", 26, true),
        ("dst_port|gt: 25", "192.0.2.7", 25, false),
        ("dst_port|gte: 25", "192.0.2.7", 25, true),
        ("dst_port|lt: 25", "192.0.2.7", 24, true),
        ("dst_port|lt: 25", "192.0.2.7", 25, false),
        ("dst_port|lte: 25", "192.0.2.7", 25, true),
        ("dst_port|lt: 9", "192.0.2.7", 10, false),
        ("dst_port|neq: 25", "192.0.2.7", 26, true),
        ("dst_port|neq: 25", "192.0.2.7", 25, false),
    ] {
        assert_eq!(forward_hits(item, host, port), expected, "{item} {host} {port}");
    }
}

#[test]
fn is_there_or_not() {
    assert!(item_hits("RedirectTarget|exists: true", "echo x > y"));
    assert!(!item_hits("RedirectTarget|exists: true", "echo x"));
    assert!(item_hits("RedirectTarget|exists: false", "echo x"));
    assert!(!item_hits("OriginalFileName|exists: true", "echo x"));
    assert!(item_hits("OriginalFileName|exists: no", "echo x"));
}

#[test]
fn another_field_is_the_value() {
    for (item, line, expected) in [
        ("Image|fieldref: ParentImage", "sudo sudo id", true),
        ("Image|fieldref: ParentImage", "sudo id", false),
        ("command_text|fieldref: CommandLine", "id", true),
        ("command_text|fieldref|startswith: CommandLine", "id -u; who", true),
        ("command_text|fieldref|endswith: CommandLine", "who -a; id -u", true),
        ("command_text|fieldref|contains: CommandLine", "who; id -u; w", true),
        ("Image|fieldref: OriginalFileName", "id", false),
    ] {
        assert_eq!(item_hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn dashes_of_windows() {
    for (item, line, expected) in [
        ("CommandLine|windash|contains: ' -enc '", "pwsh /enc QQ==", true),
        ("CommandLine|windash|contains: ' -enc '", "pwsh -enc QQ==", true),
        ("CommandLine|contains|windash: ' -enc '", "pwsh \u{2013}enc QQ==", true),
        ("CommandLine|windash|contains: ' -enc '", "pwsh +enc QQ==", false),
        ("CommandLine|contains|all|windash: [' -f ', ' -e ']", "pwsh /f x \u{2014}e y", true),
        ("CommandLine|contains|all|windash: [' -f ', ' -e ']", "pwsh /f x y", false),
    ] {
        assert_eq!(item_hits(item, line), expected, "{item} {line:?}");
    }
}

#[test]
fn what_makes_no_sense_is_an_error() {
    for item in [
        "CommandLine|contains|endswith: x",
        "CommandLine|i: x",
        "CommandLine|re|base64: x",
        "CommandLine|base64|base64offset: x",
        "CommandLine|contains|all: x",
        "dst|cidr: 10.0.0.0/99",
        "dst|gt: many",
        "CommandLine|not: x",
        "CommandLine|nonsense: x",
        "CommandLine|re: '(?=x)'",
    ] {
        let file = rule("r", PROCESS, &format!("selection:\n  {item}\ncondition: selection"));
        let (engine, problems) = load(&[file]);
        assert!(engine.rules().is_empty() && problems.len() == 1, "{item}: {problems:?}");
    }
}

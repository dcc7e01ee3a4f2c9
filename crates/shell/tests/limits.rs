//! Lines made to be expensive.

use vespid_shell::{Line, MAX_COMMANDS, parse};

fn nested(open: &str, close: &str) -> String {
    (0..15).fold("id".to_owned(), |text, _| format!("{open}{text}{close}"))
}

/// The outer shell runs a substitution, and once.
#[test]
fn work_does_not_double_with_each_level() {
    for text in [nested("eval $(", ")"), nested("sh -c \"$(", ")\""), nested("trap \"$(", ")\" EXIT")] {
        let Line { commands, truncated } = parse(&text);
        let ids = commands.iter().filter(|it| it.line.as_str() == "id").count();
        assert_eq!((ids, commands.len(), truncated), (1, 31, false), "{text}");
    }
    assert!(parse(&nested("eval `", "`")).commands.len() < 100);
}

/// What does not fit is left out, what comes after it is not.
#[test]
fn a_spent_budget_is_told_and_hides_nothing_small() {
    let long = "x".repeat(900_000);
    let Line { commands, truncated } =
        parse(&format!("find / > {long} {}; wget http://x/y", "-exec a \\; ".repeat(1000)));
    assert!(truncated && commands.len() < MAX_COMMANDS);
    assert_eq!(commands[0].redirects[0].target.as_str(), long);
    assert_eq!(commands.last().unwrap().line.as_str(), "wget http://x/y");
}

#[test]
fn more_decoders_than_are_followed_are_told() {
    for (number, truncated) in [(15, false), (16, true), (40, true)] {
        let line = parse(&format!("python -c 'system(\"di\"{})'", "[::-1]".repeat(number)));
        assert_eq!(
            (line.commands.len(), line.truncated),
            (2 - usize::from(truncated), truncated),
            "{number}"
        );
    }
}

/// The words of a command, what a wrapper runs, and its redirections are one text.
#[test]
fn a_line_that_is_all_escapes_is_kept_whole() {
    for piece in ["\\a", "a'b'"] {
        let word = piece.repeat((1 << 20) / piece.len() - 40);
        let line = parse(&format!("{}{word} > f", "sudo ".repeat(15)));
        assert!(!line.truncated);
        let last = line.commands.last().unwrap();
        assert_eq!((line.commands.len(), last.argv.len(), last.redirects.len()), (16, 1, 1));
        assert_eq!(last.argv[0].raw(0..1), 75..76 + usize::from(piece == "\\a"));
    }
}

/// A quadratic step would take minutes here.
#[test]
fn a_megabyte_of_more_is_read() {
    for piece in [
        "cat <<E\n$(\nE\n",
        "cat <<E\n`\nE\n",
        "<<E ",
        "cat <<E|",
        "cat <<E|sh|",
        "bash <<E | sudo sh;",
        "sudo -s <<E\nid\nE\n",
        "${a:-",
        "\"${a:-",
        "$((",
        "$((a))",
        "a=(",
        "a=(b)",
        "a=()=",
        "a=( #\n",
        "a=($(b) ",
        "${a:-<(",
        "$(#",
        "$( #\n",
        "${a:-$((",
        "`\\",
        "``",
        "$(case x in ",
        "$(case x in x) ",
        "time ",
        "eval $(",
        "find / -exec a \\; ",
        "a{b,c}{",
        "'a'\\b",
        "a=b;",
        "$a",
        "a='b c'\n$a ",
        "a+=b;",
        "echo a|rev|",
        "echo a|tr a b|",
        "echo a|sh;",
        "echo -e '\\x41'|",
        "printf '%s' a|",
        "base64 -d<<<YQ==|",
        "eval $(echo a);",
        "bash <(echo a);",
        "$(echo a) ",
        "x=$(echo a);",
        "cd a||",
        "python -c 'run(",
        "perl -e '`a`';",
        "sudo -u a ",
        "parallel ::: ",
        "docker exec a ",
    ] {
        parse(&piece.repeat((1 << 20) / piece.len()));
    }
    for (program, piece) in [
        ("python -c", "run ( "),
        ("python -c", "os.system(\"a\");"),
        ("python -c", "b64decode("),
        ("python -c", "\"\"\" "),
        ("python -c", "\"a\"+"),
        ("python -c", "a."),
        ("node -e", "exec("),
        ("perl -e", "qx{ "),
        ("perl -e", "`"),
        ("ruby -e", "%x( "),
        ("php -r", "# "),
        ("awk", "system("),
    ] {
        parse(&format!("{program} '{}'", piece.repeat((1 << 20) / piece.len())));
    }
    for (open, close) in [("$((", "))"), ("$((", ") )"), ("$((", ")"), ("$(( $(a) ", "))")] {
        parse(&format!("echo {}{}", open.repeat(100_000), close.repeat(100_000)));
        parse(&format!("cat <<E\n{}{}\nE", open.repeat(100_000), close.repeat(100_000)));
    }
    let documents = format!("cat {}\n{}", "<<E ".repeat(4000), "$(\nE\n".repeat(200_000));
    parse(&documents);
}

/// The same where the place matters: what it begins with, and what is repeated behind that.
#[test]
fn a_megabyte_behind_a_beginning_is_read() {
    let half = "a".repeat(1 << 19);
    let long = "a".repeat(60_000);
    for (open, piece) in [
        ("python3 -c '", "1"),
        ("python3 -c '", "é"),
        ("python3 -c '", "1é"),
        ("python3 -c 'system(\"a\"", "+\"a\""),
        ("python3 -c 'system(\"a\"", " \"a\""),
        ("perl -e 'system(\"a\"", ".\"a\""),
        (&format!("python3 -c 'system(\"{half}\""), "[::-1]"),
        (&format!("ruby -e 'system(\"{half}\""), ".reverse"),
        ("A=x;", "$A"),
        ("A=x;", "$A\"$A\""),
        (&format!("A={long};"), &format!("{};", "A+= ".repeat(4000))),
        (&format!("A={long};"), &format!("{};", "A+=b ".repeat(1000))),
    ] {
        parse(&format!("{open}{}", piece.repeat(((1 << 20) - open.len()) / piece.len())));
    }
}

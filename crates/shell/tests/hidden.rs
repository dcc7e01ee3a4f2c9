//! Commands where they are easily overlooked.

use vespid_shell::parse;

/// Texts with exactly one `wget`, which is a command of its own and stands where it says.
fn found(texts: &[&str]) {
    for text in texts {
        let commands = parse(text).commands;
        let told: Vec<_> = commands.iter().map(|it| (it.via.join(", "), it.line.as_str())).collect();
        let wgets: Vec<_> =
            commands.iter().filter(|it| it.image.as_deref() == Some("/usr/bin/wget")).collect();
        assert_eq!(wgets.len(), 1, "{text}: {told:?}");
        assert_eq!(wgets[0].line.as_str(), "wget http://x/y", "{text}");
        let place = text.find("wget").unwrap_or_default();
        assert_eq!(wgets[0].span, place..place + 15, "{text}");
        assert_eq!(wgets[0].line.raw(0..4), place..place + 4, "{text}");
        assert_eq!(wgets[0].argv[1].raw(0..10), place + 5..place + 15, "{text}");
    }
}

/// `via` of the last command.
fn via(text: &str) -> String {
    parse(text).commands.pop().unwrap_or_default().via.join(", ")
}

#[test]
fn a_here_document_belongs_to_the_shell_that_reads_it() {
    found(&[
        "sudo bash <<E\nwget http://x/y\nE",
        "nohup sh <<E\nwget http://x/y\nE\nid",
        "busybox sh <<'E'\nwget http://x/y\nE",
        "sudo -s <<E\nwget http://x/y\nE",
        "sudo -u root -i <<E\nwget http://x/y\nE",
        "sudo -n --shell <<E\nwget http://x/y\nE",
        "su - <<E\nwget http://x/y\nE",
        "sudo su - root <<E\nwget http://x/y\nE",
        "bash <<E && id\nwget http://x/y\nE\nps",
        "bash <<E &\nwget http://x/y\nE",
        "(sh <<E)\nwget http://x/y\nE",
        "cat <<E | sudo sh\nwget http://x/y\nE",
        "cat <<E | sh | tee log\nwget http://x/y\nE",
        "cat <<A; sh <<B\n$(id)\nA\nwget http://x/y\nB",
        "{ sh; } <<E\nwget http://x/y\nE",
        "bash -s a b <<E\nwget http://x/y\nE",
        "bash -eo pipefail <<E\nwget http://x/y\nE",
        "bash /dev/stdin a <<E\nwget http://x/y\nE",
        "sh -x$(wget http://x/y) <<E\nid\nE",
    ]);
    assert_eq!(via("sudo bash <<E\nid\nE"), "sudo, bash <<");
    assert_eq!(via("sudo -s <<E\nid\nE"), "sudo <<");
    assert_eq!(via("cat <<E | sudo sh\nid\nE"), "sudo, sh <<");
    let command = parse("sudo bash <<E\nid\nE").commands.pop().unwrap_or_default();
    assert_eq!(command.parent_image.as_deref(), Some("/bin/bash"));
    for text in [
        "sudo tee x <<E\nwget http://x/y\nE",
        "sudo sh x.sh <<E\nwget http://x/y\nE",
        "bash -c id <<E\nwget http://x/y\nE",
        "sudo -u sid cat <<E\nwget http://x/y\nE",
        "sudo -V <<E\nwget http://x/y\nE",
        "sh; cat <<E\nwget http://x/y\nE",
    ] {
        let images = parse(text).commands.into_iter().filter_map(|it| it.image);
        assert_eq!(images.filter(|it| &**it == "/usr/bin/wget").count(), 0, "{text}");
    }
}

#[test]
fn a_here_string_is_read_by_the_innermost_shell_too() {
    found(&[
        "sudo bash <<< 'wget http://x/y'",
        "su - <<< 'wget http://x/y'",
        "sudo -s <<< 'wget http://x/y'",
        "bash -s a <<< 'wget http://x/y'",
        ". /dev/stdin <<< 'wget http://x/y'",
    ]);
    assert_eq!(via("bash -c 'a' <<< 'b'"), "bash -c", "b is what a reads");
}

#[test]
fn a_parameter_hides_no_substitution() {
    found(&[
        "echo ${a:-$(wget http://x/y)}",
        "x=${a:-`wget http://x/y`}",
        "echo \"${a:-$(wget http://x/y)}\" b",
        "echo \"${a:-`wget http://x/y`}\" b",
        "echo ${a:-$(echo })$(wget http://x/y)} c",
        "echo ${a:-'}'`wget http://x/y`} c",
        "echo ${a:-\"}\"$(wget http://x/y)} c",
        "echo ${a:-\\}$(wget http://x/y)} c",
        "echo \"${a:-${b:-$(wget http://x/y)}}\" c",
        "echo ${a:-'$(id)'} \"${a:-'$(wget http://x/y)'}\"",
        "cat <<E\n${a:-$(wget http://x/y)}\nE",
        "echo ${a}; wget http://x/y",
        "echo ${a:-$(id)}`id`$(wget http://x/y)",
    ]);
    assert_eq!(parse("echo ${a:-'$(id)'}").commands.len(), 1, "an apostrophe outside double quotes");
    let command = parse("echo ${a:-$(echo })} c").commands.swap_remove(0);
    assert_eq!(command.argv.len(), 3, "the brace inside does not end it");
}

#[test]
fn the_parenthesis_of_a_pattern_ends_no_substitution() {
    found(&[
        "echo $(case x in x) wget http://x/y;; esac)",
        "echo $(case x in (a|b) id;; x) wget http://x/y;; esac; id) z",
        "echo $(if true; then case x in *) wget http://x/y; esac; fi)",
        "echo \"$(case $(uname) in L|M) wget http://x/y;; esac)\" z",
        "echo $(case a in a) case b in b) id;; esac;; c) wget http://x/y;; esac) z",
        "echo $(f() { case a in a) wget http://x/y;; esac; }; f) z",
    ]);
    let command = parse("echo $(echo case in) z").commands.swap_remove(0);
    assert_eq!(command.argv.len(), 3, "no case but words");
}

#[test]
fn nested_quotes_are_followed() {
    found(&[
        "echo $(echo \"$(echo ')')\" `wget http://x/y`) z",
        "echo `echo \\`wget http://x/y\\``",
        "echo $(echo $'it\\'s)'; wget http://x/y) z",
        "echo \"$(echo \"`wget http://x/y`\")\"",
        "bash -c \"bash -c 'echo \\$(wget http://x/y)'\"",
    ]);
    let command = parse("echo $(echo \"$(echo ')')\") z").commands.swap_remove(0);
    assert_eq!(command.argv.len(), 3);
}

#[test]
fn options_and_reserved_words_hide_nothing() {
    found(&[
        "trap -- 'wget http://x/y' EXIT",
        "eval -- wget http://x/y",
        "bash -euo pipefail -c 'wget http://x/y'",
        "time { wget http://x/y; }",
        "time if true; then wget http://x/y; fi",
        "while read x; do id; done < <(wget http://x/y)",
        ". <(wget http://x/y)",
        "timeout 5 sh -c 'wget http://x/y'",
        "find / | xargs -I{} sh -c 'wget http://x/y'",
        "ls 2> >(wget http://x/y)",
        "a=($(wget http://x/y))",
    ]);
    let command = parse("exec 3<>/dev/tcp/192.0.2.1/80").commands.swap_remove(0);
    assert_eq!(command.redirects[0].target.as_str(), "/dev/tcp/192.0.2.1/80");
    assert_eq!(parse("echo $(<file)").commands[1].redirects[0].target.as_str(), "file");
}

#[test]
fn a_list_in_braces_is_a_command() {
    for (text, lines) in [
        ("{wget,http://x/y}", vec!["wget http://x/y"]),
        ("{echo,aWQ=}|{base64,-d}|{bash,-i}", vec!["echo aWQ=", "base64 -d", "bash -i", "id"]),
        ("bash -c {echo,aWQ=}|{base64,-d}", vec!["bash -c {echo,aWQ=}", "echo aWQ=", "base64 -d"]),
        ("A=b {wget,,-q} x", vec!["A=b wget -q x"]),
        ("{sudo,sh,-c,id}", vec!["sudo sh -c id", "sh -c id", "id"]),
        ("ls {a,b}", vec!["ls {a,b}"]),
        ("'{wget,x}'", vec!["{wget,x}"]),
        ("{}", vec!["{}"]),
        ("{wget}", vec!["{wget}"]),
        ("> {a,b}", vec!["> {a,b}"]),
    ] {
        let commands = parse(text).commands;
        let told: Vec<_> = commands.iter().map(|it| it.line.as_str()).collect();
        assert_eq!(told, lines, "{text}");
    }
    let command = parse("id; {wget,http://x/y}").commands.swap_remove(1);
    assert_eq!(command.image.as_deref(), Some("/usr/bin/wget"));
    assert_eq!((command.line.raw(0..4), command.line.raw(5..15), command.span), (5..9, 10..20, 4..21));
}

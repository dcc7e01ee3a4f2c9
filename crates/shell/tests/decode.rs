//! Commands that are typed encoded: from the line to the commands that run in the end, and the bytes that made them.

use vespid_shell::{MAX_DEPTH, parse};

/// How the last command of a line was found, as `via, via: line`, and the typed bytes of its program.
fn last(text: &str) -> (String, String) {
    let command = parse(text).commands.pop().unwrap_or_default();
    let program = command.argv[0].raw(0..command.argv[0].as_str().len());
    (format!("{}: {}", command.via.join(", "), command.line.as_str()), text[program].to_owned())
}

/// How `id -u` is found in a line, which must have it once.
fn finds(text: &str, via: &str) {
    let commands = parse(text).commands;
    let told: Vec<_> =
        commands.iter().map(|it| format!("{}: {}", it.via.join(", "), it.line.as_str())).collect();
    assert_eq!(told.iter().filter(|it| it.ends_with(": id -u")).count(), 1, "{text}: {told:?}");
    assert!(told.contains(&format!("{via}: id -u")), "{text}: {told:?}");
}

#[test]
fn what_is_piped_into_a_shell_is_decoded() {
    for (text, via) in [
        ("echo id -u | sh", "| sh"),
        ("echo aWQgLXU= | base64 -d | sh", "| sh, base64 -d"),
        ("echo aWQgLXU=|base64 --decode|bash", "| bash, base64 -d"),
        ("echo -n 'aWQgLXUK' | base64 -di | sudo bash -s x", "sudo, | bash, base64 -d"),
        ("base64 -d <<< aWQgLXU= | bash", "| bash, base64 -d"),
        ("printf '\\x69\\x64 -u' | sh", "| sh, printf"),
        ("printf '%s' 'id -u' | sh", "| sh, printf"),
        ("printf '%b' '\\151\\144 -u' | sh", "| sh, printf"),
        ("printf '%s ' id -u | sh", "| sh, printf"),
        ("echo -e '\\x69d\\x20-u' | sh", "| sh, echo -e"),
        ("echo -ne '\\0151d -u\\c; w' | sh", "| sh, echo -e"),
        ("/bin/busybox echo -e '\\x69d -u' | /bin/busybox sh", "busybox, | sh, echo -e"),
        ("echo 6964202d75 | xxd -r -p | sh", "| sh, xxd -r -p"),
        ("echo '69 64 20 2d 75' | xxd -p -r | sh", "| sh, xxd -r -p"),
        ("echo 'u- di' | rev | sh", "| sh, rev"),
        ("echo '=UXLgQWa' | rev | base64 -d | sh", "| sh, rev, base64 -d"),
        ("echo 'vq -h' | tr a-zA-Z n-za-mN-ZA-M | sh", "| sh, tr"),
        ("echo 'i_d_ -_u' | tr -d _ | cat | tee /dev/null | sh", "| sh, tr"),
        ("echo aWQgLXU= | openssl base64 -d | sh", "| sh, openssl base64 -d"),
        ("echo aWQgLXU= | openssl enc -d -a | sh", "| sh, openssl base64 -d"),
        ("{echo,aWQgLXU=}|{base64,-d}|{bash,-i}", "| bash, base64 -d"),
        ("bash -c '{echo,aWQgLXU=}|{base64,-d}|{bash,-i}'", "bash -c, | bash, base64 -d"),
        ("echo aWQgLXU= | base64 -d | (cd /tmp; sh)", ""),
        (
            "echo ZWNobyBhV1FnTFhVPSB8IGJhc2U2NCAtZCB8IHNo | base64 -d | sh",
            "| sh, base64 -d, | sh, base64 -d",
        ),
        // import os; os.system("id -u")
        ("echo aW1wb3J0IG9zOyBvcy5zeXN0ZW0oImlkIC11Iik= | base64 -d | python3", "| python3, base64 -d"),
    ] {
        if via.is_empty() {
            // Which of the commands of a group reads it is not known.
            assert!(!parse(text).truncated);
        } else {
            finds(text, via);
        }
    }
}

#[test]
fn a_here_document_is_decoded_on_its_way() {
    for (text, via) in [
        ("base64 -d <<E | sh\naWQgLXU=\nE", "sh <<, base64 -d"),
        ("base64 -d <<'E' | sudo bash\naWQg\nLXU=\nE\nw", "sudo, bash <<, base64 -d"),
        ("cat <<E | base64 -d | sh\naWQgLXU=\nE", "sh <<, base64 -d"),
        ("cat <<E | rev | xxd -r -p | sh\n57d2024696\nE", "sh <<, rev, xxd -r -p"),
        ("tr a-z n-za-m <<E | sh\nvq -h\nE", "sh <<, tr"),
        ("cat <<E | sh\nid -u\nE", "sh <<"),
    ] {
        finds(text, via);
    }
    let text = "base64 -d <<E | sh\naWQgLXU=\nE";
    assert_eq!(last(text).1, "aWQg");
    assert_eq!(parse("base64 -d x <<E | sh\naWQgLXU=\nE").commands.len(), 2, "it reads x");
    assert_eq!(parse("curl x | base64 -d | sh <<E\nw\nE").commands.len(), 4);
}

#[test]
fn what_a_substitution_puts_out_is_run() {
    for (text, via) in [
        ("eval $(echo aWQgLXU= | base64 -d)", "eval, $(...), base64 -d"),
        ("eval \"$(echo aWQgLXU= | base64 -d)\"", "eval, $(...), base64 -d"),
        ("eval `echo aWQgLXU= | base64 -d`", "eval, `...`, base64 -d"),
        ("eval $(base64 -d <<< aWQgLXU=)", "eval, $(...), base64 -d"),
        ("bash -c \"$(echo aWQgLXU= | base64 -d)\"", "bash -c, $(...), base64 -d"),
        ("sudo bash -c \"$(echo aWQgLXU= | base64 -d;)\"", "sudo, bash -c, $(...), base64 -d"),
        ("bash <(echo aWQgLXU= | base64 -d)", "bash <(...), base64 -d"),
        ("bash < <(echo aWQgLXU= | base64 -d)", "bash <(...), base64 -d"),
        (". <(echo aWQgLXU= | base64 -d)", ". <(...), base64 -d"),
        ("source <(printf '\\x69d -u')", "source <(...), printf"),
        ("$(echo aWQ= | base64 -d) -u", "$(...), base64 -d"),
        ("$(printf '\\x69d') -u", "$(...), printf"),
        ("`echo id` -u", "`...`"),
        ("sh -c \"$(echo 'di' | rev) -u\"", "sh -c, $(...), rev"),
        ("bash <<< \"$(echo aWQgLXU= | base64 -d)\"", "bash <<<, $(...), base64 -d"),
        ("echo $(echo aWQgLXU= | base64 -d)", ""),
    ] {
        if via.is_empty() {
            assert_eq!(parse(text).commands.len(), 3, "echo runs nothing: {text}");
        } else {
            finds(text, via);
        }
    }
    assert_eq!(last("X=$(echo aWQ= | base64 -d); $X -u").0, ": id -u");
    assert_eq!(last("X=aWQ=; echo $X | base64 -d | sh"), ("| sh, base64 -d: id".into(), "$X".into()));
}

/// Each byte leads to what was typed for it.
#[test]
fn decoded_bytes_are_found_again() {
    let text = "echo d2dldCBodHRwOi8veC95 | base64 -d | sh";
    let command = parse(text).commands.pop().unwrap_or_default();
    assert_eq!(command.line.as_str(), "wget http://x/y");
    assert_eq!(&text[command.line.raw(0..4)], "d2dldCBo");
    assert_eq!(&text[command.line.raw(5..15)], "dCBodHRwOi8veC95");
    assert_eq!(&text[command.span.clone()], "d2dldCBodHRwOi8veC95");
    assert_eq!(command.parent_image.as_deref(), Some("/bin/sh"));

    for (text, program) in [
        ("echo 6964 | xxd -r -p | sh", "6964"),
        ("printf '\\x69\\x64' | sh", "\\x69\\x64"),
        ("echo 'di;w' | rev | sh", "di"),
        ("echo -e 'a;\\x69d' | sh", "\\x69d"),
        ("eval $(echo 'aWQ=' | base64 -d)", "aWQ"),
    ] {
        assert_eq!(last(text).1, program, "{text}");
    }
}

#[test]
fn what_is_not_known_is_not_made_up() {
    for (text, commands) in [
        ("cat x | sh", 2),
        ("base64 -d x | sh", 2),
        ("curl x | base64 -d | sh", 3),
        ("echo aWQ= | base64 | sh", 3),
        ("echo aWQ= | sed s/a/b/ | sh", 3),
        ("echo id > x | sh", 2),
        ("echo id | sh x.sh", 2),
        ("echo id | grep x", 2),
        ("echo id; sh", 2),
        ("echo id | cat x | sh", 3),
        ("(echo a; echo b) | sh", 3),
        ("eval $(cat x)", 3),
        ("eval $(echo a; cat x)", 4),
        ("echo '???' | base64 -d | sh", 3),
        ("echo x | tr '[:lower:]' '[:upper:]' | sh", 3),
        ("printf '%08x' 5 | sh", 2),
        ("base64 -d", 1),
        ("printf", 1),
        ("printf | sh", 2),
        ("echo | sh", 2),
    ] {
        let told: Vec<_> = parse(text).commands.into_iter().map(|it| it.line.as_str().to_owned()).collect();
        assert_eq!(told.len(), commands, "{text}: {told:?}");
    }
}

#[test]
fn bytes_that_are_no_text_are_shown_as_such() {
    let text = "echo d2dldCBodHRwOi8veC95/w== | base64 -d | sh";
    let command = parse(text).commands.pop().unwrap_or_default();
    assert_eq!(command.line.as_str(), "wget http://x/y\u{fffd}");
    assert_eq!(&text[command.line.raw(15..18)], "/w");
    assert_eq!(parse("echo /2lk | base64 -d | sh").commands.len(), 3, "mostly no text");
    assert_eq!(last("printf '\\xc3\\xa9\\n' | sh"), ("| sh, printf: é".into(), "\\xc3\\xa9".into()));
}

#[test]
fn decoding_ends() {
    let many = format!("echo {}{}| sh", "a".repeat(5000), "| rev ".repeat(800));
    assert!(parse(&many).truncated);
    let line = parse(&format!("echo id{}| sh", "| rev ".repeat(MAX_DEPTH + 2)));
    assert!(line.truncated);
    assert!(line.commands.iter().all(|it| it.via.is_empty()));
    let repeated = format!("printf '{}' {}| sh", "%s".repeat(500), "a ".repeat(2000));
    assert!(parse(&repeated).commands.len() > 1);
}

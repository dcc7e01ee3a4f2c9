//! What holds for every text.

use proptest::prelude::*;
use vespid_shell::{MAX_COMMANDS, MAX_DEPTH, Mapped, parse};

/// Every range of a text leads to whole characters inside the raw text.
fn leads_back(mapped: &Mapped, raw: &str) {
    let length = mapped.as_str().len();
    for (start, end) in
        [(0, length), (0, 1), (length / 2, length / 2 + 1), (length / 3, length), (length, length)]
    {
        let range = mapped.raw(start..end);
        assert!(raw.get(range.clone()).is_some(), "{range:?} of {raw:?} for {:?}", mapped.as_str());
    }
}

fn holds(text: &str) {
    let line = parse(text);
    assert!(line.commands.len() <= MAX_COMMANDS);
    for command in &line.commands {
        assert!(command.via.len() <= MAX_DEPTH + 1);
        assert!(text.get(command.span.clone()).is_some(), "{:?} of {text:?}", command.span);
        leads_back(&command.line, text);
        command.argv.iter().for_each(|word| leads_back(word, text));
        command.assignments.iter().for_each(|word| leads_back(word, text));
        command.redirects.iter().for_each(|redirect| leads_back(&redirect.target, text));
    }
}

fn shellish() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "é",
        " ",
        "\n",
        ";",
        "&",
        "|",
        "(",
        ")",
        "{ ",
        "}",
        "<",
        ">",
        ">>",
        "<<",
        "<<<",
        "&>",
        "2>&1",
        "'",
        "\"",
        "\\",
        "$",
        "$(",
        "`",
        "${",
        "${IFS}",
        "$IFS",
        "$'",
        "#",
        "=",
        "A=b",
        "\0",
        "\r",
        "sudo ",
        "sh -c ",
        "bash ",
        "eval ",
        "env ",
        "xargs ",
        "find -exec ",
        "busybox ",
        "case ",
        " in ",
        "esac",
        "for ",
        "do ",
        "done",
        ";;",
        "EOF\n",
        "<(",
        "$((",
        "\\x41",
        "su ",
        "-c ",
        "timeout 5 ",
        "\u{202e}",
        "${a:-",
        "\\`",
        "<<E\n",
        "\nE\n",
        "x)",
        "{a,b}",
        "sudo -s ",
        "time ",
        " # ",
        "a=(",
        "a='x y';",
        "$a",
        "${a}",
        "echo ",
        "base64 -d ",
        "aWQ=",
        "| sh",
        "printf '%s\\x41' ",
        "rev ",
        "xxd -r -p ",
        "tr a-c b-d ",
        "python3 -c ",
        "perl -e ",
        "os.system(",
        "b64decode(",
        "cd ",
        "/tmp",
        "|| ",
        "docker exec x ",
        "parallel ::: ",
        "su -u x ",
        "for ((",
        "coproc x { ",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        holds(&text);
    }

    #[test]
    fn any_shell_like_text_is_read(text in shellish()) {
        holds(&text);
    }

    #[test]
    fn plain_words_are_themselves(words in prop::collection::vec("[b-z][a-z0-9./:-]{1,8}x", 1..8)) {
        let text = words.join(" ");
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let line = parse(&text);
        let argv: Vec<_> = line.commands[0].argv.iter().map(Mapped::as_str).collect();
        prop_assert_eq!(argv, words);
        prop_assert_eq!(line.commands[0].line.as_str(), &text);
        prop_assert_eq!(line.commands[0].line.raw(0..text.len()), 0..text.len());
    }
}

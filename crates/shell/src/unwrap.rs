//! Programs that run other programs.

use crate::build::is_assignment;
use crate::command::SimpleCommand;
use crate::image::{is_shell, name};
use crate::input;
use crate::mapped::Mapped;

/// What a wrapper runs.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Inside {
    /// The words of `argv` in this range are a command.
    Words { label: String, from: usize, to: usize },
    /// These words, joined, are a script.
    Script { label: String, words: Vec<Mapped> },
}

/// How a wrapper's own arguments end and the command begins.
struct Wrapper {
    name: &'static str,
    /// Options that take the next word with them, without the dash: letters, and long names after two dashes.
    with_value: &'static str,
    long_with_value: &'static [&'static str],
    /// Plain words before the command, for example the duration of `timeout`.
    operands: usize,
    /// `NAME=value` words may stand before the command.
    assignments: bool,
}

const fn wrapper(name: &'static str, with_value: &'static str, operands: usize) -> Wrapper {
    Wrapper { name, with_value, long_with_value: &[], operands, assignments: false }
}

/// Options as in the manual pages of sudo, opendoas, GNU coreutils, util-linux, findutils, sshpass, polkit, screen
/// and bash.
const WRAPPERS: &[Wrapper] = &[
    Wrapper {
        long_with_value: &[
            "user",
            "group",
            "host",
            "prompt",
            "chdir",
            "chroot",
            "role",
            "type",
            "close-from",
        ],
        assignments: true,
        ..wrapper("sudo", "ughpCDRrtTU", 0)
    },
    wrapper("doas", "uC", 0),
    wrapper("nohup", "", 0),
    wrapper("setsid", "", 0),
    Wrapper { long_with_value: &["signal", "kill-after"], ..wrapper("timeout", "sk", 1) },
    Wrapper { long_with_value: &["adjustment"], ..wrapper("nice", "n", 0) },
    Wrapper { long_with_value: &["class", "classdata"], ..wrapper("ionice", "cn", 0) },
    Wrapper { long_with_value: &["input", "output", "error"], ..wrapper("stdbuf", "ioe", 0) },
    Wrapper { long_with_value: &["unset", "chdir"], assignments: true, ..wrapper("env", "uC", 0) },
    wrapper("exec", "a", 0),
    wrapper("command", "", 0),
    wrapper("builtin", "", 0),
    wrapper("time", "fo", 0),
    Wrapper {
        long_with_value: &["max-args", "max-procs", "max-lines", "delimiter", "arg-file", "max-chars"],
        ..wrapper("xargs", "nPLdsaEI", 0)
    },
    wrapper("chroot", "", 1),
    wrapper("watch", "nd", 0),
    wrapper("torsocks", "", 0),
    wrapper("torify", "", 0),
    wrapper("proxychains", "f", 0),
    wrapper("proxychains4", "f", 0),
    wrapper("sshpass", "pfdP", 0),
    Wrapper { long_with_value: &["user"], ..wrapper("pkexec", "", 0) },
    Wrapper { long_with_value: &["timeout", "conflict-exit-code"], ..wrapper("flock", "wE", 1) },
    wrapper("unshare", "SG", 0),
    wrapper("screen", "cehpsStT", 0),
];

/// What a command runs, when it is a wrapper that runs something it names. Only `find` runs several things.
pub(crate) fn inside(command: &SimpleCommand) -> Vec<Inside> {
    let argv = &command.argv;
    let Some(program) = argv.first().map(|word| name(word.as_str())) else { return Vec::new() };
    let one = match program {
        "busybox" | "toybox" => applet(argv, program),
        "eval" => script(without_dashes(argv), "eval"),
        "trap" => trap(without_dashes(argv)),
        "su" => after_c(argv, "su -c", &["-s", "--shell", "-g", "-G", "-w"]),
        "script" => after_c(argv, "script -c", &[]),
        "find" => return find_exec(argv),
        _ if is_shell(program) => after_c(argv, &format!("{program} -c"), &[]),
        _ => WRAPPERS.iter().find(|wrapper| wrapper.name == program).and_then(|wrapper| wrapper.inside(argv)),
    };
    one.or_else(|| here_string(command)).into_iter().collect()
}

/// The arguments after `--`.
fn without_dashes(argv: &[Mapped]) -> &[Mapped] {
    let dashes = argv.get(1).is_some_and(|word| word.as_str() == "--");
    argv.get(1 + usize::from(dashes)..).unwrap_or_default()
}

/// `sh <<< text`, for all that reads commands from its input.
fn here_string(command: &SimpleCommand) -> Option<Inside> {
    let text = command.redirects.iter().rfind(|redirect| redirect.operator == "<<<")?;
    let program = input::reader(&command.argv)?;
    script(std::slice::from_ref(&text.target), &format!("{program} <<<"))
}

fn words(label: &str, from: usize, to: usize) -> Option<Inside> {
    (from < to).then(|| Inside::Words { label: label.to_owned(), from, to })
}

fn script(words: &[Mapped], label: &str) -> Option<Inside> {
    let any = words.iter().any(|word| !word.is_empty());
    any.then(|| Inside::Script { label: label.to_owned(), words: words.to_vec() })
}

/// `busybox wget ...`; options of busybox itself run nothing.
fn applet(argv: &[Mapped], label: &str) -> Option<Inside> {
    let first = argv.get(1)?.as_str();
    if first.starts_with('-') { None } else { words(label, 1, argv.len()) }
}

/// The script behind the first group of options that has a `c`, as one word: `-c text`, `-lc text`, `-c -- text`,
/// `--command text`, `--command=text`.
fn after_c(argv: &[Mapped], label: &str, with_value: &[&str]) -> Option<Inside> {
    let takes_file = label.starts_with("su ") || label.starts_with("script ");
    let mut place = 1;
    while let Some(word) = argv.get(place) {
        let text = word.as_str();
        place += 1;
        if let Some(start) = text.find('=').filter(|_| text.starts_with("--command=")) {
            return script(&[word.slice(start + 1..text.len())], label);
        } else if with_value.contains(&text) || (!takes_file && !has_c(text) && input::takes_value(text)) {
            place += 1;
        } else if text == "--command" || has_c(text) {
            let skip = usize::from(argv.get(place).is_some_and(|word| word.as_str() == "--"));
            return script(argv.get(place + skip..place + skip + 1)?, label);
        } else if !text.starts_with(['-', '+']) && !takes_file {
            // A shell's first plain word is a file to run; that of `su` is a user, that of `script` a log.
            return None;
        }
    }
    None
}

/// A group of options with a `c`.
fn has_c(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains('c')
}

/// `trap 'text' EXIT`; `trap - EXIT` and `trap -l` run nothing.
fn trap(arguments: &[Mapped]) -> Option<Inside> {
    let text = arguments.first().filter(|word| !word.as_str().starts_with('-') && arguments.len() > 1)?;
    script(std::slice::from_ref(text), "trap")
}

/// `find ... -exec command ;`, as often as it stands there.
fn find_exec(argv: &[Mapped]) -> Vec<Inside> {
    let mut found = Vec::new();
    let mut place = 1;
    while let Some(word) = argv.get(place).map(Mapped::as_str) {
        place += 1;
        if matches!(word, "-exec" | "-execdir" | "-ok" | "-okdir") {
            let ends = |word: &Mapped| matches!(word.as_str(), ";" | "+");
            let end = argv.iter().skip(place).position(ends).map_or(argv.len(), |length| place + length);
            found.extend(words("find -exec", place, end));
            place = end;
        }
    }
    found
}

impl Wrapper {
    fn inside(&self, argv: &[Mapped]) -> Option<Inside> {
        // `command -v` asks and runs nothing.
        if self.name == "command" && argv.get(1).is_some_and(|word| matches!(word.as_str(), "-v" | "-V")) {
            return None;
        }
        let mut place = 1;
        let mut operands = self.operands;
        while let Some(word) = argv.get(place).map(Mapped::as_str) {
            if word == "--" {
                place += 1;
                break;
            } else if self.name == "flock" && (word == "-c" || word == "--command") {
                return script(argv.get(place + 1..place + 2)?, "flock -c");
            } else if self.name == "env" && (word == "-S" || word == "--split-string") {
                return script(argv.get(place + 1..)?, "env -S");
            } else if self.takes_next(word) {
                place += 2;
            } else if (word.len() > 1 && word.starts_with('-')) || (self.assignments && is_assignment(word)) {
                place += 1;
            } else if operands > 0 {
                operands -= 1;
                place += 1;
            } else {
                break;
            }
        }
        words(self.name, place + operands, argv.len())
    }

    /// An option whose value is the next word: `-u root`, `--user root`; not `-uroot`, `--user=root`.
    fn takes_next(&self, word: &str) -> bool {
        if let Some(long) = word.strip_prefix("--") {
            return self.long_with_value.contains(&long);
        }
        let Some(letters) = word.strip_prefix('-') else { return false };
        let first = letters.find(|letter| self.with_value.contains(letter));
        first.is_some_and(|place| place + 1 == letters.len())
    }
}

//! Shells that are given a script, and what opens such a shell.

use super::wrapper::Options;
use super::{Inside, User};
use crate::input;
use crate::mapped::Mapped;

/// The script behind the first group of options that has a `c`, as one word: `-c text`, `-lc text`, `-c -- text`,
/// `--command text`, `--command=text`. A shell's first plain word is a file to run.
pub(super) fn with_script(argv: &[Mapped], program: &str) -> Option<Inside> {
    let mut place = 1;
    while let Some(word) = argv.get(place) {
        let text = word.as_str();
        place += 1;
        if text.starts_with("--command=") {
            return Inside::script(&label(program), &[word.slice(10..text.len())]);
        } else if text == "--command" || has_c(text) {
            let skip = usize::from(argv.get(place).is_some_and(|word| word.as_str() == "--"));
            return Inside::script(&label(program), argv.get(place + skip..place + skip + 1)?);
        } else if input::takes_value(text) {
            place += 1;
        } else if !text.starts_with(['-', '+']) {
            return None;
        }
    }
    None
}

/// `su - user -c text`, `runuser -u user command`.
pub(super) fn switch_user(argv: &[Mapped], program: &str) -> Option<Inside> {
    let Switch { user, script, command } = switch(argv, program);
    let inside = match script {
        Some(script) => Inside::script(&label(program), &[script]),
        None => Inside::command(program, argv.get(command..)?),
    };
    Some(inside?.run_as(user))
}

/// As whom the shell runs that is opened.
pub(super) fn user(argv: &[Mapped], program: &str) -> User {
    switch(argv, program).user
}

/// What the arguments of `su` say.
struct Switch {
    user: User,
    script: Option<Mapped>,
    /// The place of a command without a shell.
    command: usize,
}

fn switch(argv: &[Mapped], program: &str) -> Switch {
    const OPTIONS: Options = Options {
        letters: "csgGwuT",
        long: &[
            "command",
            "session-command",
            "shell",
            "group",
            "supp-group",
            "whitelist-environment",
            "user",
        ],
    };
    let mut user = None;
    let mut script = None;
    let mut place = 1;
    while let Some(word) = argv.get(place).map(Mapped::as_str) {
        let Some(read) = OPTIONS.read(argv, place) else {
            if word == "--" || word == "-" {
                place += 1;
            } else if program == "runuser" && user.is_some() && script.is_none() {
                break;
            } else {
                user.get_or_insert_with(|| User::named(word));
                place += 1;
            }
            continue;
        };
        match read.name {
            "c" | "command" | "session-command" => {
                let text = read.value.filter(|value| value.as_str() != "--");
                script = script.or_else(|| text.or_else(|| argv.get(read.next).cloned()));
            }
            "u" | "user" if program == "runuser" => {
                user = read.value.map(|value| User::named(value.as_str()));
            }
            _ => {}
        }
        place = read.next;
    }
    let user = user.unwrap_or_else(|| User::Named("root".into()));
    Switch { user, script, command: place }
}

/// `script -qc text log`.
pub(super) fn record(argv: &[Mapped]) -> Option<Inside> {
    const OPTIONS: Options = Options {
        letters: "cBIOEmoT",
        long: &["command", "log-in", "log-out", "log-io", "log-timing", "echo"],
    };
    let mut place = 1;
    while place < argv.len() {
        match OPTIONS.read(argv, place) {
            Some(read) if matches!(read.name, "c" | "command") => {
                return Inside::script("script -c", &[read.value?]);
            }
            Some(read) => place = read.next,
            None => place += 1,
        }
    }
    None
}

fn label(program: &str) -> String {
    format!("{program} -c")
}

/// A group of options with a `c`.
fn has_c(word: &str) -> bool {
    word.starts_with('-') && !word.starts_with("--") && word.contains('c')
}

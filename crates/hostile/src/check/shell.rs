//! Any text is taken apart: within the limits, and with places inside the text.

use vespid_shell::{MAX_COMMANDS, MAX_DEPTH, MAX_WORDS, Mapped, SimpleCommand, parse};

pub(crate) fn shell(text: &str) {
    let line = parse(text);
    assert!(line.commands.len() <= MAX_COMMANDS);
    for command in &line.commands {
        holds(command, text);
    }
    assert_eq!(parse(text), line, "the same again");
}

fn holds(command: &SimpleCommand, text: &str) {
    assert!(command.via.len() <= MAX_DEPTH + 1, "{:?}", command.via);
    let parts = command.argv.len() + command.assignments.len() + command.redirects.len();
    assert!(parts <= 2 * MAX_WORDS, "{parts} words");
    assert!(text.get(command.span.clone()).is_some(), "{:?}", command.span);
    assert!(command.current_directory.as_ref().is_none_or(|path| path.starts_with(['/', '~'])));
    leads_back(&command.line, text);
    command.argv.iter().chain(&command.assignments).for_each(|word| leads_back(word, text));
    for redirect in &*command.redirects {
        leads_back(&redirect.text, text);
        leads_back(&redirect.target, text);
    }
}

/// Every range leads to whole characters of the line.
fn leads_back(mapped: &Mapped, text: &str) {
    let length = mapped.as_str().len();
    for range in [0..length, 0..1, length / 2..length / 2 + 1, length / 3..length, length..length] {
        let raw = mapped.raw(range.clone());
        assert!(text.get(raw.clone()).is_some(), "{range:?} of {mapped:?} is {raw:?}");
    }
}

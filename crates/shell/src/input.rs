//! Programs that read commands from their input.

use crate::code::Language;
use crate::mapped::Mapped;
use crate::program::{Kind, name};
use crate::unwrap;

/// Options of shells that take the next word with them.
const VALUES: &[&str] = &["--rcfile", "--init-file"];

/// The program, when it reads commands from its input, and their language. It must be one that runs nothing it names.
pub(crate) fn reader(kind: Kind, argv: &[Mapped]) -> Option<(&str, Language)> {
    let (program, arguments) = argv.split_first()?;
    let program = name(program.as_str());
    let mut arguments = arguments.iter().map(Mapped::as_str);
    let reads = match kind {
        Kind::SwitchUser => true,
        Kind::Wrapper(_) => matches!(program, "sudo" | "doas") && arguments.any(opens_shell),
        Kind::Source => arguments.next().is_some_and(is_input),
        Kind::Shell => shell(arguments),
        Kind::Interpreter(language) => {
            return unwrap::reads_program(argv.get(1..)?, language).then_some((program, language));
        }
        _ => false,
    };
    reads.then_some((program, Language::Shell))
}

/// An option of a shell that takes the next word with it: `-o pipefail`, `-euo pipefail`.
pub(crate) fn takes_value(word: &str) -> bool {
    VALUES.contains(&word) || letters(word).is_some_and(|letters| letters.ends_with(['o', 'O']))
}

/// A shell without a script, or with its input as the file to run.
fn shell<'w>(mut arguments: impl Iterator<Item = &'w str>) -> bool {
    while let Some(word) = arguments.next() {
        let letters = letters(word).unwrap_or_default();
        if letters.contains('c') || word.starts_with("--command") {
            return false;
        } else if letters.contains('s') {
            // What follows are arguments of the commands.
            return true;
        } else if takes_value(word) {
            arguments.next();
        } else if !word.starts_with(['-', '+']) {
            return is_input(word);
        }
    }
    true
}

/// The letters of `-abc` and `+abc`.
fn letters(word: &str) -> Option<&str> {
    word.strip_prefix(['-', '+']).filter(|letters| !letters.starts_with('-'))
}

/// `sudo -s`, `sudo -i`, also among other letters; what follows one that takes a value is none.
fn opens_shell(word: &str) -> bool {
    let letters = letters(word).unwrap_or_default();
    let flags = letters.split(|letter| "ughpCDRrtTU".contains(letter)).next().unwrap_or_default();
    matches!(word, "--shell" | "--login") || (word.starts_with('-') && flags.contains(['s', 'i']))
}

pub(crate) fn is_input(file: &str) -> bool {
    matches!(file, "/dev/stdin" | "/dev/fd/0" | "/proc/self/fd/0")
}

//! Interpreters that are given their code as an argument.

use super::Inside;
use crate::code::Language;
use crate::input::is_input;
use crate::mapped::Mapped;

/// The code in the arguments; several pieces are several programs. What follows it are the program's own arguments.
pub(super) fn inside(argv: &[Mapped], program: &str, language: Language) -> Vec<Inside> {
    let mut found = Vec::new();
    let mut place = 1;
    if language == Language::Awk {
        return awk(argv, program).into_iter().collect();
    }
    while let Some(word) = argv.get(place) {
        match option(language, word) {
            Argument::Code { flag, value } => {
                let code = value.or_else(|| argv.get(place + 1).cloned());
                let label = format!("{program} {flag}");
                found.extend(code.and_then(|code| Inside::code(language, &label, &[code])));
                if language == Language::Python {
                    break;
                }
                place += 2;
            }
            Argument::Value => place += 2,
            Argument::Other => place += 1,
            Argument::File => break,
        }
    }
    found
}

/// True for arguments with which the interpreter reads its program from its input.
pub(crate) fn reads_program(arguments: &[Mapped], language: Language) -> bool {
    let mut place = 0;
    while let Some(word) = arguments.get(place) {
        match option(language, word) {
            Argument::Code { .. } => return false,
            // `python -m` runs a module.
            Argument::Value if language == Language::Python && word.as_str().ends_with('m') => return false,
            Argument::Value => place += 2,
            Argument::Other => place += 1,
            Argument::File => return word.as_str() == "-" || is_input(word.as_str()),
        }
    }
    language != Language::Awk
}

/// What one argument of an interpreter is.
enum Argument {
    /// Code follows, or is part of it.
    Code {
        flag: &'static str,
        value: Option<Mapped>,
    },
    /// An option that takes the next word with it.
    Value,
    Other,
    /// The file to run.
    File,
}

fn option(language: Language, word: &Mapped) -> Argument {
    let text = word.as_str();
    let attached = |from: usize| (from < text.len()).then(|| word.slice(from..text.len()));
    if let Some((name, _)) = text.strip_prefix("--").map(|long| long.split_once('=').unwrap_or((long, ""))) {
        let value = attached(name.len() + 3);
        return match (language, name) {
            (Language::Node, "eval") => Argument::Code { flag: "-e", value },
            (Language::Node, "print") => Argument::Code { flag: "-p", value },
            (Language::Php, "run") => Argument::Code { flag: "-r", value },
            (Language::Node, "require" | "import") if value.is_none() => Argument::Value,
            (_, "") => Argument::File,
            _ => Argument::Other,
        };
    }
    let Some(letters) = text.strip_prefix('-').filter(|letters| !letters.is_empty()) else {
        return Argument::File;
    };
    let Letters { code, next, attached: own } = letters_of(language);
    for (at, letter) in letters.char_indices() {
        let end = 1 + at + letter.len_utf8();
        if let Some((_, flag)) = code.iter().find(|(code, _)| *code == letter) {
            // `-pe code` of node prints what it runs.
            let more = language == Language::Node && text.get(end..) == Some("e");
            return Argument::Code { flag, value: if more { None } else { attached(end) } };
        }
        if next.contains(letter) && end == text.len() {
            return Argument::Value;
        }
        if next.contains(letter) || own.contains(letter) {
            return Argument::Other;
        }
    }
    Argument::Other
}

/// The letters that take a value.
struct Letters {
    /// Code, and what `via` says of it.
    code: &'static [(char, &'static str)],
    /// Something else, which may be the next word.
    next: &'static str,
    /// Something else, in the same word.
    attached: &'static str,
}

/// Options as in the manual pages of the interpreters.
const fn letters_of(language: Language) -> Letters {
    match language {
        Language::Python => Letters { code: &[('c', "-c")], next: "mWXQ", attached: "" },
        Language::Perl => Letters { code: &[('e', "-e"), ('E', "-e")], next: "I", attached: "MmiFCDxV0l" },
        Language::Ruby => Letters { code: &[('e', "-e")], next: "rICE", attached: "FKTxi" },
        Language::Php => Letters {
            code: &[('r', "-r"), ('B', "-B"), ('R', "-R"), ('E', "-E")],
            next: "cdfFzSt",
            attached: "",
        },
        Language::Node => Letters { code: &[('e', "-e"), ('p', "-p")], next: "rC", attached: "" },
        Language::Lua => Letters { code: &[('e', "-e")], next: "l", attached: "" },
        Language::Awk | Language::Shell => Letters { code: &[], next: "", attached: "" },
    }
}

/// The first plain word of awk is its program.
fn awk(argv: &[Mapped], program: &str) -> Option<Inside> {
    let mut place = 1;
    while let Some(text) = argv.get(place).map(Mapped::as_str) {
        if matches!(text, "-F" | "-v" | "--assign" | "--field-separator") {
            place += 2;
        } else if text == "-f" || text.starts_with("--file") {
            return None;
        } else if text.starts_with('-') {
            place += 1;
        } else {
            break;
        }
    }
    Inside::code(Language::Awk, program, argv.get(place..place + 1)?)
}

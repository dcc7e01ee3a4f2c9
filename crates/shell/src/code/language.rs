//! What is known of a language.

/// A language that a script may be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Language {
    Shell,
    Python,
    Perl,
    Ruby,
    Php,
    Node,
    Lua,
    Awk,
}

/// What a function does with its arguments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Deed {
    /// Runs its first argument: a text for a shell, or a list of words.
    First,
    /// Runs a text for a shell, or all of its arguments as words.
    All,
    /// Runs the words in the list that it has as its second argument.
    Second,
    /// Runs its first argument with the words of the list behind it.
    Spawn,
    /// Runs all arguments but the first, which is the path of the program.
    Path,
    /// Runs code of the same language.
    Code,
}

impl Language {
    /// The language of an interpreter, by its name without a folder. None for shells.
    pub(crate) fn of(program: &str) -> Option<Self> {
        let stem = program.trim_end_matches(|char: char| char.is_ascii_digit() || matches!(char, '.' | '-'));
        Some(match stem {
            "python" | "pypy" => Self::Python,
            "perl" => Self::Perl,
            "ruby" | "jruby" => Self::Ruby,
            "php" | "php-cli" => Self::Php,
            "node" | "nodejs" => Self::Node,
            "lua" | "luajit" => Self::Lua,
            "awk" | "gawk" | "mawk" | "nawk" => Self::Awk,
            _ => return None,
        })
    }

    /// The module without which some names that others have, too, run nothing.
    pub(super) const fn module(self) -> &'static str {
        match self {
            Self::Python => "subprocess",
            Self::Node => "child_process",
            _ => "",
        }
    }

    /// The deed of a function by the last part of its name, in a program that mentions the language's module or not.
    pub(super) fn deed(self, function: &str, module: bool) -> Option<Deed> {
        match self {
            Self::Shell => None,
            Self::Python => python(function, module),
            Self::Perl => match function {
                "system" | "exec" => Some(Deed::All),
                "eval" => Some(Deed::Code),
                _ => None,
            },
            Self::Ruby => match function {
                "system" | "exec" | "spawn" | "popen" | "capture2" | "capture2e" | "capture3" => {
                    Some(Deed::All)
                }
                "eval" => Some(Deed::Code),
                _ => None,
            },
            Self::Php => match function {
                "system" | "shell_exec" | "exec" | "passthru" | "popen" | "proc_open" => Some(Deed::First),
                "pcntl_exec" => Some(Deed::Spawn),
                "eval" | "assert" => Some(Deed::Code),
                _ => None,
            },
            Self::Node => match function {
                "exec" | "execSync" => module.then_some(Deed::First),
                "spawn" | "spawnSync" | "execFile" | "execFileSync" => Some(Deed::Spawn),
                "eval" => Some(Deed::Code),
                _ => None,
            },
            Self::Lua => matches!(function, "execute" | "popen").then_some(Deed::First),
            Self::Awk => (function == "system").then_some(Deed::First),
        }
    }

    /// Calls may do without parentheses: `system "id"`.
    pub(super) const fn calls_without_parentheses(self) -> bool {
        matches!(self, Self::Perl | Self::Ruby)
    }

    /// What is in backticks is run.
    pub(super) const fn runs_backticks(self) -> bool {
        matches!(self, Self::Perl | Self::Ruby | Self::Php)
    }

    /// A byte that begins a comment up to the end of the line; `next` is the byte behind it.
    pub(super) const fn begins_comment(self, byte: u8, next: Option<u8>) -> bool {
        match self {
            Self::Python | Self::Perl | Self::Ruby | Self::Awk => byte == b'#',
            Self::Php => byte == b'#' || (byte == b'/' && matches!(next, Some(b'/'))),
            Self::Node => byte == b'/' && matches!(next, Some(b'/')),
            Self::Lua => byte == b'-' && matches!(next, Some(b'-')),
            Self::Shell => false,
        }
    }
}

fn python(function: &str, module: bool) -> Option<Deed> {
    match function {
        "call" | "run" => module.then_some(Deed::First),
        "system" | "popen" | "spawn" | "Popen" | "check_output" | "check_call" | "getoutput"
        | "getstatusoutput" => Some(Deed::First),
        "execv" | "execvp" | "execve" | "execvpe" => Some(Deed::Second),
        "execl" | "execlp" | "execle" | "execlpe" => Some(Deed::Path),
        "exec" | "eval" | "compile" => Some(Deed::Code),
        _ => None,
    }
}

//! Programs that run other programs.

mod container;
mod interpreter;
mod others;
mod shell;
mod wrapper;

pub(crate) use interpreter::reads_program;
pub(crate) use wrapper::Wrapper;

use std::sync::Arc;

use crate::code::Language;
use crate::mapped::Mapped;
use crate::program::{Kind, name};

/// What a command runs.
#[derive(Debug)]
pub(crate) struct Inside {
    /// What `via` says of it.
    pub(crate) label: String,
    /// What made the text from what was typed.
    pub(crate) made_by: Vec<&'static str>,
    pub(crate) runs: Runs,
    pub(crate) user: User,
    /// It runs in a container, where no directory of the line is.
    pub(crate) contained: bool,
}

/// In which form a command names what it runs.
#[derive(Debug)]
pub(crate) enum Runs {
    /// A program and its arguments.
    Command(Vec<Mapped>),
    /// Words that are a script when they are joined.
    Script(Language, Vec<Mapped>),
}

/// As whom it runs.
#[derive(Debug, Clone, Default)]
pub(crate) enum User {
    /// As whoever runs the wrapper.
    #[default]
    Same,
    Named(Arc<str>),
    /// As somebody whom the command does not name.
    Unknown,
}

impl User {
    /// The user that a word names, without a group: `www:www`.
    fn named(word: &str) -> Self {
        let name = word.split([':', '.']).next().unwrap_or_default();
        if name.is_empty() || name.len() > MAX_NAME { Self::Unknown } else { Self::Named(name.into()) }
    }
}

/// Bytes in the name of a user, as Linux limits them (`LOGIN_NAME_MAX`).
const MAX_NAME: usize = 256;

impl Inside {
    fn new(label: String, runs: Runs, user: User) -> Self {
        Self { label, made_by: Vec::new(), runs, user, contained: false }
    }

    /// Nothing, when there are no words.
    fn command(label: &str, words: &[Mapped]) -> Option<Self> {
        let runs = Runs::Command(words.to_vec());
        (!words.is_empty()).then(|| Self::new(label.to_owned(), runs, User::Same))
    }

    /// Nothing, when the words are empty.
    fn script(label: &str, words: &[Mapped]) -> Option<Self> {
        Self::code(Language::Shell, label, words)
    }

    fn code(language: Language, label: &str, words: &[Mapped]) -> Option<Self> {
        let any = words.iter().any(|word| !word.is_empty());
        let runs = || Runs::Script(language, words.to_vec());
        any.then(|| Self::new(label.to_owned(), runs(), User::Same))
    }

    fn run_as(self, user: User) -> Self {
        Self { user, ..self }
    }

    fn contained(self) -> Self {
        Self { contained: true, ..self }
    }
}

/// As whom a program of this kind runs what it reads.
pub(crate) fn reads_as(kind: Kind, argv: &[Mapped]) -> User {
    let Some(program) = argv.first().map(|word| name(word.as_str())) else { return User::Same };
    match kind {
        Kind::SwitchUser => shell::user(argv, program),
        Kind::Wrapper(wrapper) => wrapper.user(argv),
        _ => User::Same,
    }
}

/// What a command of this kind runs, when it is one that runs something it names. Only some run several things.
pub(crate) fn inside(kind: Kind, argv: &[Mapped]) -> Vec<Inside> {
    let Some(program) = argv.first().map(|word| name(word.as_str())) else { return Vec::new() };
    let one = match kind {
        Kind::Plain | Kind::Source | Kind::Producer(_) => None,
        Kind::Shell => shell::with_script(argv, program),
        Kind::Wrapper(wrapper) => wrapper.inside(argv),
        Kind::Applet => others::applet(argv, program),
        Kind::Interpreter(language) => return interpreter::inside(argv, program, language),
        Kind::Eval => Inside::script("eval", others::without_dashes(argv)),
        Kind::Trap => others::trap(others::without_dashes(argv)),
        Kind::SwitchUser => shell::switch_user(argv, program),
        Kind::Record => shell::record(argv),
        Kind::Find => return others::find(argv),
        Kind::Parallel => return others::parallel(argv),
        Kind::Daemon => others::daemon(argv),
        Kind::Engine => container::engine(argv, program),
        Kind::Cluster => container::cluster(argv, program),
    };
    one.into_iter().collect()
}

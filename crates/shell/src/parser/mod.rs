//! Tokens to simple commands.

mod finish;
mod tokens;
mod words;

use crate::build::Builder;
use crate::context::Context;
use crate::directory::Directory;
use crate::lex::Lexer;
use crate::mapped::Mapped;
use crate::pipeline::{Pipeline, Readers};
use crate::producer::Flow;
use crate::substitution::Found;

/// What the next word means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Command,
    /// After `for`, `select`: names and values up to the separator or `do`.
    Values,
    /// After `function`: its name.
    Name,
    /// After `case`: the subject up to `in`.
    Subject,
    /// In `case`: a pattern up to its parenthesis.
    Pattern,
}

/// A way through a text of commands.
pub(crate) struct Parser<'a> {
    source: &'a Mapped,
    /// The text of the source.
    text: &'a str,
    context: &'a Context,
    lexer: Lexer<'a>,
    builder: Builder,
    /// Substitutions in the words of the command being built.
    inside: Found,
    pipeline: Pipeline,
    readers: Readers,
    mode: Mode,
    cases: usize,
    /// `coproc` came, and a name may.
    coprocess: bool,
    /// There may be here-documents.
    documents: bool,
    directory: Directory,
    /// What flows into the command being built, or out of the one that has just ended.
    flow: Option<Flow>,
    /// What the whole text puts out, when it is one pipeline that does.
    result: Option<Flow>,
    results: usize,
    /// The pipeline has a command that may put out something.
    puts_out: bool,
}

impl<'a> Parser<'a> {
    /// At the beginning of a text that was found there.
    pub(crate) fn new(source: &'a Mapped, context: &'a Context) -> Self {
        Self {
            source,
            text: source.as_str(),
            context,
            lexer: Lexer::new(source.as_str()),
            builder: Builder::default(),
            inside: Found::default(),
            pipeline: Pipeline::default(),
            readers: Readers::default(),
            mode: Mode::Command,
            cases: 0,
            coprocess: false,
            documents: source.as_str().contains("<<"),
            directory: Directory::new(context.current_directory.clone()),
            flow: None,
            result: None,
            results: 0,
            puts_out: false,
        }
    }
}

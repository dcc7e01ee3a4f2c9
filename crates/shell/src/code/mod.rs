//! Programs in other languages, and the commands that they run. Nothing is interpreted: calls that are known to run a
//! command are looked for, and what they are given is read as far as it is literal.

mod expression;
mod language;
mod literal;
mod scan;

pub(crate) use language::Language;
pub(crate) use scan::pieces;

use crate::mapped::Mapped;

/// What a program runs.
#[derive(Debug)]
pub(crate) struct Piece {
    /// The functions that made the text from what stands in the program, in the order in which they are applied.
    pub(crate) decoders: Vec<&'static str>,
    pub(crate) runs: Ran,
}

/// In which form it is run.
#[derive(Debug)]
pub(crate) enum Ran {
    /// A script of the shell, or more code of the same language.
    Script(Language, Mapped),
    /// A program and its arguments, without a shell.
    Command(Vec<Mapped>),
}

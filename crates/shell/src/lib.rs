#![doc = include_str!("../README.md")]

mod ansi;
mod brace;
mod build;
mod code;
mod command;
mod context;
mod decode;
mod directory;
mod emit;
mod input;
mod lex;
mod mapped;
mod output;
mod parse;
mod parser;
mod pipeline;
mod producer;
mod program;
mod run;
mod skip;
mod stream;
mod stretch;
mod substitution;
mod text;
mod unwrap;
mod variables;
mod word;

pub use command::{Line, Redirect, SimpleCommand};
pub use mapped::Mapped;
pub use parse::{MAX_COMMANDS, MAX_DEPTH, MAX_WORDS, parse};

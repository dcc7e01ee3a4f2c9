#![doc = include_str!("../README.md")]

mod ansi;
mod brace;
mod build;
mod command;
mod emit;
mod image;
mod input;
mod lex;
mod mapped;
mod output;
mod parse;
mod pipeline;
mod run;
mod skip;
mod substitution;
mod text;
mod unwrap;
mod word;

pub use command::{Line, Redirect, SimpleCommand};
pub use mapped::Mapped;
pub use parse::{MAX_COMMANDS, MAX_DEPTH, MAX_WORDS, parse};

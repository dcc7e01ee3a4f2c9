#![doc = include_str!("../README.md")]

mod build;
mod command;
mod emit;
mod image;
mod lex;
mod mapped;
mod parse;
mod unwrap;
mod word;

pub use command::{Line, Redirect, SimpleCommand};
pub use mapped::Mapped;
pub use parse::{MAX_COMMANDS, MAX_DEPTH, MAX_WORDS, parse};

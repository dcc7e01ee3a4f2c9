//! Which rules match a view, found through their literals.
//!
//! Rules are compiled to trees over *atoms*: questions to one field, each asked once however many rules ask it. One
//! pass over a field's text answers all questions for literals. A rule is looked at only when one of the literals is
//! there without which it cannot match (its *anchor*), and a regular expression is run only when one of those is
//! there without which it cannot match (its *guard*). Whatever is no question for a text is the library's.

mod anchor;
mod atom;
mod compile;
mod literals;
mod look;
mod program;
mod required;
mod slot;
mod tree;

pub(crate) use compile::selections;
pub(crate) use look::Scratch;
pub(crate) use program::{Builder, Program};

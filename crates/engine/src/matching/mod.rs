//! Which rules match a view, found through their literals.
//!
//! Rules are compiled to trees over *atoms*: questions to one field, each asked once however many rules ask it. One
//! pass over a field's text finds the *facts*: which of the literals of all rules are there. A rule is looked at only
//! when those are there without which one of its *ways* to match cannot be, which is noticed by the one that is there
//! least often (its *anchor*); a regular expression is run only when those are there without which it cannot match
//! (its *guard*). Whatever is no question for a text is the library's.

mod anchor;
mod ask;
mod atom;
mod build;
mod compile;
mod fact;
mod look;
mod often;
mod program;
mod required;
mod scratch;
mod search;
mod slot;
mod text;
mod tree;

pub(crate) use build::Builder;
pub(crate) use compile::selections;
pub(crate) use program::Program;
pub(crate) use required::{Need, required, required_by};
pub(crate) use scratch::Scratch;

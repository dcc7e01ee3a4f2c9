//! A line to simple commands, however deep they sit.

use crate::command::Line;
use crate::context::Context;
use crate::output::Output;
use crate::parser::Parser;
use crate::text::Text;

/// Commands in one line. What comes after is cut off.
pub const MAX_COMMANDS: usize = 1024;
/// Wrappers and substitutions inside one another.
pub const MAX_DEPTH: usize = 16;
/// Words, assignments and redirections in one command.
pub const MAX_WORDS: usize = 4096;
/// Bytes of a text. What comes after is cut off; places in a text are small numbers.
const MAX_TEXT: usize = 1 << 30;

/// Takes a line apart. Any text will do; what makes no sense to a shell is read as far as it does.
pub fn parse(text: &str) -> Line {
    let mut output = Output::new(text.len());
    let read = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default();
    if read.len() < text.len() {
        output.truncate();
    }
    Parser::new(&Text::raw(read).into(), &Context::default()).run(&mut output);
    output.into_line()
}

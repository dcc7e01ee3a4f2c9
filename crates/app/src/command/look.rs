//! What the terminal can do.

use std::env;
use std::io::IsTerminal;

use vespid_export::Look;

/// Lines of a report are no longer than this: longer ones are hard to read.
const WIDEST: usize = 120;
const NARROWEST: usize = 60;

/// Colour and width for an output: plain when it is no terminal, and without colour when `NO_COLOR` is set
/// (no-color.org).
pub(crate) fn of(out: &impl IsTerminal) -> Look {
    if !out.is_terminal() {
        return Look::PLAIN;
    }
    let width = terminal_size::terminal_size().map_or(Look::PLAIN.width, |(width, _)| usize::from(width.0));
    let colour = env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
    Look { colour, width: width.clamp(NARROWEST, WIDEST) }
}

//! How far it is: a bar on a terminal, plain lines elsewhere. Both on standard error.

use std::cell::Cell;
use std::io::{self, IsTerminal, Write};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use vespid_ingest::source::file::Input;
use vespid_model::clock::{Clock, SystemClock};

use super::short;

/// Between two plain lines of one file.
const EVERY_MICROS: i64 = 5_000_000;

pub(super) struct Progress {
    bar: ProgressBar,
    plain: bool,
    /// Bytes of the inputs that are done.
    done: Cell<u64>,
    last_line: Cell<i64>,
}

impl Progress {
    pub(super) fn new(inputs: &[Input]) -> Self {
        let plain = !io::stderr().is_terminal();
        let total: u64 = inputs.iter().filter_map(Input::len).sum();
        let target = if plain { ProgressDrawTarget::hidden() } else { ProgressDrawTarget::stderr() };
        let bar = ProgressBar::with_draw_target(Some(total), target);
        let template = "{bar:30} {percent:>3}%  {bytes}/{total_bytes}  {binary_bytes_per_sec}  {msg}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.enable_steady_tick(Duration::from_millis(200));
        Self { bar, plain, done: Cell::new(0), last_line: Cell::new(SystemClock.now().as_micros()) }
    }

    pub(super) fn begin(&self, input: &Input) {
        let name = input.name();
        self.bar.set_message(printable(short(&name)));
        self.say(&format!("reading {}", printable(&name)));
    }

    /// `position`: bytes of the current input's file. `lines`: of all inputs.
    pub(super) fn advance(&self, position: u64, lines: u64) {
        self.bar.set_position(self.done.get() + position);
        let now = SystemClock.now().as_micros();
        if now - self.last_line.get() >= EVERY_MICROS {
            self.last_line.set(now);
            self.say(&format!("{lines} lines read"));
        }
    }

    pub(super) fn end(&self, input: &Input) {
        self.done.set(self.done.get() + input.len().unwrap_or(0));
        self.bar.set_position(self.done.get());
    }

    pub(super) fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn say(&self, text: &str) {
        if self.plain {
            // Progress that cannot be shown is no reason to stop.
            let _ = writeln!(io::stderr(), "{text}");
        }
    }
}

/// A file's name may hold anything.
fn printable(text: &str) -> String {
    vespid_export::printable(text).into_owned()
}

//! What a line is made of.

use std::ops::Range;
use std::sync::Arc;

use crate::mapped::Mapped;

/// A line, taken apart.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Line {
    /// The simple commands in the order in which they stand, each wrapper before what it wraps.
    pub commands: Vec<SimpleCommand>,
    /// True when a limit cut something off.
    pub truncated: bool,
}

/// One command, as a process would see it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SimpleCommand {
    /// Assignments, words and redirections in their order, without quotes, one space between them.
    pub line: Mapped,
    /// The words without quotes: program and arguments. Empty for `> /tmp/x` and `A=b`.
    pub argv: Vec<Mapped>,
    /// Leading assignments, for example `HISTFILE=/dev/null`.
    pub assignments: Vec<Mapped>,
    /// Redirections. Shared: those of a wrapper are those of what it runs.
    pub redirects: Arc<[Redirect]>,
    /// The program with an assumed absolute path, as typed when it was typed with one. None without
    /// words, and for a name that is longer than any path. Shared, because a thousand commands may have one wrapper.
    pub image: Option<Arc<str>>,
    /// The wrapper that runs it. None when the login shell does.
    pub parent_image: Option<Arc<str>>,
    /// The programs before it in its pipeline, nearest first. For a redirection behind a group, which has no words,
    /// those of the group and before it; empty for a redirection that stands alone.
    pub piped_from: Vec<Arc<str>>,
    /// What it was taken out of, outermost first, for example `sudo`, `sh -c`, `$(...)`.
    pub via: Vec<String>,
    /// The directory it runs in, as far as the line says so: after `cd /tmp`, `/tmp`; after `cd ~/x` or `cd`, a path
    /// that begins with `~`. Of `cd /a || cd /b` the first counts. None before any, and after one that is not literal.
    pub current_directory: Option<Arc<str>>,
    /// The user it runs as, when a wrapper changes it: the value of `sudo -u`, the operand of `su`, or `root`. None for
    /// whoever is logged in, and for what runs in a container.
    pub user: Option<Arc<str>>,
    /// Its bytes in the raw text, from the first to one past the last.
    pub span: Range<usize>,
}

/// A redirection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redirect {
    /// `>`, `>>`, `<`, `&>`, `<<<`, ...
    pub operator: &'static str,
    /// All of it, as it stands in the line: `2>&1`, `>> /etc/crontab`.
    pub text: Mapped,
    /// The file, descriptor or delimiter after the operator.
    pub target: Mapped,
}

impl Redirect {
    /// True when it writes to a file, false for descriptors (`2>&1`) and for input.
    pub fn writes(&self) -> bool {
        matches!(self.operator, ">" | ">>" | ">|" | "&>" | "&>>" | "<>")
    }
}

//! What is piped into what, and what a here-document is piped into.

use std::sync::Arc;
use std::{iter, mem};

use crate::image::name;
use crate::parse::{Context, MAX_COMMANDS};

/// Programs remembered from a pipeline.
const MAX_PIPELINE: usize = 16;

/// The way through pipes and groups.
#[derive(Default)]
pub(crate) struct Pipeline {
    /// Programs upstream of the command being built, nearest first.
    pub(crate) upstream: Vec<Arc<str>>,
    /// Programs of the command or group that has just ended, the last one first.
    pub(crate) ended: Vec<Arc<str>>,
    /// The open `(`, `{`, `if`, `do`, ...: a pipe may lead into and out of them as a whole.
    groups: Vec<Group>,
}

/// Commands that share their input and output.
#[derive(Default)]
struct Group {
    /// What is piped into it.
    upstream: Vec<Arc<str>>,
    /// The programs in it so far, the last one first.
    programs: Vec<Arc<str>>,
}

impl Pipeline {
    /// What has ended is piped into what follows.
    pub(crate) fn pipe(&mut self) {
        self.upstream = self.sources();
        self.ended.clear();
    }

    /// Where the output of what has ended comes from, nearest first. Nothing, when nothing has.
    pub(crate) fn sources(&self) -> Vec<Arc<str>> {
        self.ended.iter().chain(&self.upstream).take(MAX_PIPELINE).cloned().collect()
    }

    /// What follows has the input of the open group.
    pub(crate) fn separate(&mut self) {
        self.remember();
        self.upstream = self.groups.last().map(|group| group.upstream.clone()).unwrap_or_default();
    }

    /// True inside a group.
    pub(crate) const fn in_group(&self) -> bool {
        !self.groups.is_empty()
    }

    pub(crate) fn enter(&mut self) {
        self.ended.clear();
        // Deeper ones only separate.
        if self.groups.len() < MAX_COMMANDS {
            self.groups.push(Group { upstream: self.upstream.clone(), programs: Vec::new() });
        }
    }

    pub(crate) fn leave(&mut self) {
        self.remember();
        let group = self.groups.pop().unwrap_or_default();
        self.ended = group.programs;
        self.upstream = group.upstream;
    }

    /// What ended is part of the open group; a pipe after that group comes from it.
    fn remember(&mut self) {
        let ended = mem::take(&mut self.ended);
        if let Some(group) = self.groups.last_mut() {
            group.programs.splice(0..0, ended);
            group.programs.truncate(MAX_PIPELINE);
        }
    }
}

/// Who reads the here-documents that follow a line.
#[derive(Default)]
pub(crate) struct Readers {
    /// How many documents the command being built has.
    pub(crate) expected: usize,
    /// The documents to come.
    waiting: Vec<Waiting>,
    /// How many of them, from the first, no pipe leads further.
    stopped: usize,
    /// The last command, when it is a shell that reads its input.
    last: Option<Arc<Context>>,
}

struct Waiting {
    /// The shell that reads it.
    reader: Option<Arc<Context>>,
    /// The command that has it puts it out again.
    passes: bool,
}

impl Readers {
    /// A command is complete, of these programs; it may be a shell that reads its input, and has it from a pipe or not.
    pub(crate) fn command(&mut self, reader: Option<Arc<Context>>, piped: bool, programs: &[Arc<str>]) {
        if reader.is_some() && piped {
            // `cat <<E | sh`
            let free = self.waiting.iter_mut().skip(self.stopped);
            free.filter(|it| it.passes && it.reader.is_none()).for_each(|it| it.reader.clone_from(&reader));
        }
        self.last = reader;
        self.settle(programs);
    }

    /// The documents of the command being built are its own, or those of the group that it stands behind, of these
    /// programs: what stands behind a group is read in it.
    pub(crate) fn settle(&mut self, programs: &[Arc<str>]) {
        let expected = mem::take(&mut self.expected);
        if expected > 0 {
            let passes = passes(programs);
            let waiting = || Waiting { reader: self.last.clone(), passes };
            self.waiting.extend(iter::repeat_with(waiting).take(expected));
        }
    }

    /// A pipe leads on from these programs.
    pub(crate) fn pipe(&mut self, programs: &[Arc<str>]) {
        if !passes(programs) {
            self.stop();
        }
    }

    /// What follows has nothing of the documents so far.
    pub(crate) const fn stop(&mut self) {
        self.stopped = self.waiting.len();
    }

    /// The readers of the documents, in their order.
    pub(crate) fn take(&mut self) -> Vec<Option<Arc<Context>>> {
        self.stopped = 0;
        mem::take(&mut self.waiting).into_iter().map(|it| it.reader).collect()
    }
}

/// One of the programs puts its input out again, or lines of it. An interpreter or a decoder puts out something else.
fn passes(programs: &[Arc<str>]) -> bool {
    let passes = |program: &Arc<str>| {
        matches!(name(program), "cat" | "tee" | "grep" | "egrep" | "fgrep" | "head" | "tail" | "sed")
    };
    programs.iter().any(passes)
}

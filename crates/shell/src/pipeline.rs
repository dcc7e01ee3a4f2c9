//! What is piped into what, and what a here-document is piped into.

use std::sync::Arc;
use std::{iter, mem};

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
    /// For each document to come, the shell that reads it.
    waiting: Vec<Option<Arc<Context>>>,
    /// The last command, when it is a shell that reads its input.
    last: Option<Arc<Context>>,
}

impl Readers {
    /// A command is complete; it may be a shell that reads its input, and has it from a pipe or not.
    pub(crate) fn command(&mut self, reader: Option<Arc<Context>>, piped: bool) {
        if reader.is_some() && piped {
            // `cat <<E | sh`
            self.waiting.iter_mut().filter(|it| it.is_none()).for_each(|it| it.clone_from(&reader));
        }
        self.last = reader;
        self.settle();
    }

    /// A redirection without a command: what stands behind a group is read in it.
    pub(crate) fn settle(&mut self) {
        self.waiting.extend(iter::repeat_n(self.last.clone(), mem::take(&mut self.expected)));
    }

    /// The readers of the documents, in their order.
    pub(crate) fn take(&mut self) -> Vec<Option<Arc<Context>>> {
        mem::take(&mut self.waiting)
    }
}

//! What is piped into what, and what a here-document is piped into.

use std::sync::Arc;
use std::{iter, mem};

use smallvec::SmallVec;

use crate::directory::Directory;
use crate::emit::Reader;
use crate::parse::MAX_COMMANDS;
use crate::producer::Flow;
use crate::program::name;

/// Programs remembered from a pipeline.
const MAX_PIPELINE: usize = 16;

/// Programs of a pipeline; few have more.
pub(crate) type Programs = SmallVec<[Arc<str>; 4]>;

/// The way through pipes and groups.
#[derive(Default)]
pub(crate) struct Pipeline {
    /// Programs upstream of the command being built, nearest first.
    pub(crate) upstream: Programs,
    /// Programs of the command or group that has just ended, the last one first.
    pub(crate) ended: Programs,
    /// The open `(`, `{`, `if`, `do`, ...: a pipe may lead into and out of them as a whole.
    groups: Vec<Group>,
}

/// Commands that share their input and output.
#[derive(Default)]
struct Group {
    /// What is piped into it.
    upstream: Programs,
    /// The programs in it so far, the last one first.
    programs: Programs,
    /// Where a subshell was opened: what goes elsewhere in it comes back.
    directory: Option<Directory>,
}

impl Pipeline {
    /// What has ended is piped into what follows.
    pub(crate) fn pipe(&mut self) {
        self.upstream.insert_many(0, self.ended.drain(..));
        self.upstream.truncate(MAX_PIPELINE);
    }

    /// Where the output of what has ended comes from, nearest first. Nothing, when nothing has.
    pub(crate) fn sources(&self) -> Vec<Arc<str>> {
        self.ended.iter().chain(&self.upstream).take(MAX_PIPELINE).cloned().collect()
    }

    /// What follows has the input of the open group.
    pub(crate) fn separate(&mut self) {
        self.remember();
        self.upstream.clear();
        if let Some(group) = self.groups.last() {
            self.upstream.clone_from(&group.upstream);
        }
    }

    /// True inside a group.
    pub(crate) const fn in_group(&self) -> bool {
        !self.groups.is_empty()
    }

    pub(crate) fn enter(&mut self) {
        self.push(None);
    }

    pub(crate) fn enter_subshell(&mut self, directory: Directory) {
        self.push(Some(directory));
    }

    fn push(&mut self, directory: Option<Directory>) {
        self.ended.clear();
        // Deeper ones only separate.
        if self.groups.len() < MAX_COMMANDS {
            self.groups.push(Group { upstream: self.upstream.clone(), programs: Programs::new(), directory });
        }
    }

    /// A group ends. Tells where a subshell was opened.
    pub(crate) fn leave(&mut self) -> Option<Directory> {
        self.remember();
        let group = self.groups.pop().unwrap_or_default();
        self.ended = group.programs;
        self.upstream = group.upstream;
        group.directory
    }

    /// What ended is part of the open group; a pipe after that group comes from it.
    fn remember(&mut self) {
        if let Some(group) = self.groups.last_mut() {
            group.programs.insert_many(0, self.ended.drain(..));
            group.programs.truncate(MAX_PIPELINE);
        }
        self.ended.clear();
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
    last: Option<Arc<Reader>>,
}

struct Waiting {
    /// Who reads it.
    reader: Option<Arc<Reader>>,
    /// What it goes through on the way, where that is known.
    through: Option<Flow>,
    /// The command that has it puts it out again, or what it stands for.
    passes: bool,
}

impl Readers {
    /// A command is complete that may be a shell that reads its input.
    pub(crate) fn command(&mut self, reader: Option<Arc<Reader>>) {
        self.last = reader;
    }

    /// The last command has its input from a pipe: `cat <<E | sh`.
    pub(crate) fn piped(&mut self, through: Option<&Flow>) {
        if self.last.is_some() {
            let free =
                self.waiting.iter_mut().skip(self.stopped).filter(|it| it.passes && it.reader.is_none());
            for waiting in free {
                waiting.reader.clone_from(&self.last);
                waiting.through = through.cloned();
            }
        }
    }

    /// Documents are to come.
    pub(crate) const fn any(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// The documents of the command being built are its own, or those of the group that it stands behind, of these
    /// programs: what stands behind a group is read in it. It may be `known` how the output comes from the input.
    pub(crate) fn settle(&mut self, programs: &[Arc<str>], known: bool) {
        let expected = mem::take(&mut self.expected);
        if expected > 0 {
            let passes = known || passes(programs);
            let waiting = || Waiting { reader: self.last.clone(), through: None, passes };
            self.waiting.extend(iter::repeat_with(waiting).take(expected));
        }
    }

    /// A pipe leads on from these programs. It may be `known` how their output comes from their input.
    pub(crate) fn pipe(&mut self, programs: &[Arc<str>], known: bool) {
        if self.any() && !known && !passes(programs) {
            self.stop();
        }
    }

    /// What follows has nothing of the documents so far.
    pub(crate) const fn stop(&mut self) {
        self.stopped = self.waiting.len();
    }

    /// The readers of the documents, in their order, and what is on the way to them.
    pub(crate) fn take(&mut self) -> Vec<Option<(Arc<Reader>, Option<Flow>)>> {
        self.stopped = 0;
        let waiting = mem::take(&mut self.waiting).into_iter();
        waiting.map(|it| it.reader.map(|reader| (reader, it.through))).collect()
    }
}

/// One of the programs puts its input out again, or lines of it. An interpreter or a decoder puts out something else.
fn passes(programs: &[Arc<str>]) -> bool {
    let passes = |program: &Arc<str>| {
        matches!(name(program), "cat" | "tee" | "grep" | "egrep" | "fgrep" | "head" | "tail" | "sed")
    };
    programs.iter().any(passes)
}

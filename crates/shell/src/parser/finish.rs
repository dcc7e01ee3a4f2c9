//! Commands that are complete.

use std::mem;

use super::Parser;
use crate::code::Language;
use crate::command::SimpleCommand;
use crate::emit::{self, Around, Emitted, emit};
use crate::mapped::Mapped;
use crate::output::Output;
use crate::parse::MAX_COMMANDS;
use crate::substitution::{self, Found, Substitutions};

impl<'a> Parser<'a> {
    /// The command that was being built is complete.
    pub(super) fn finish(&mut self, output: &mut Output) {
        self.coprocess = false;
        let inside = mem::take(&mut self.inside);
        let scripts = if inside.0.is_empty() { Vec::new() } else { self.fresh(&inside, output) };
        let substitutes = !scripts.is_empty();
        let substitutions = self.run_by(scripts);
        let mut around = Around { input: None, documents: self.documents, substitutions };
        if let Some(mut command) = self.builder.finish(self.source, output) {
            self.context.clone_into(&mut command);
            command.current_directory.clone_from(&self.directory.path);
            let sets = output.variables.sets(&command);
            let computed = if substitutes { computed(&command) } else { None };
            if command.argv.is_empty() {
                // A redirection behind a group changes nothing of what the group runs, but takes what it writes.
                if !self.pipeline.ended.is_empty() {
                    command.piped_from = self.pipeline.sources();
                }
                emit(command, &mut around, output, &mut self.pipeline.ended);
            } else {
                self.simple(command, &mut around, output);
            }
            around.substitutions.run(output);
            if let Some(line) = computed {
                self.run_computed(line, output);
            }
            for word in sets {
                let (word, _) = substitution::expand(word, output);
                output.variables.assign(word.as_str());
            }
        }
        around.substitutions.run(output);
        self.readers.settle(&self.pipeline.ended, self.flow.is_some());
    }

    /// A command with a program.
    fn simple(&mut self, mut command: SimpleCommand, around: &mut Around<'_>, output: &mut Output) {
        command.piped_from = self.pipeline.upstream.to_vec();
        self.pipeline.ended.clear();
        let through = if self.readers.any() { self.flow.clone() } else { None };
        around.input = self.flow.take();
        self.directory.command(&command.argv);
        self.puts_out |= !self.directory.changed();
        let Emitted { reader, flow } = emit(command, around, output, &mut self.pipeline.ended);
        self.flow = flow;
        self.readers.command(reader);
        if !self.pipeline.upstream.is_empty() {
            self.readers.piped(through.as_ref());
        }
    }

    /// A command whose program is what a substitution puts out, once that is known: `$(echo id) -u`.
    fn run_computed(&self, line: Mapped, output: &mut Output) {
        let (script, made_by) = substitution::expand(line, output);
        if !made_by.is_empty() {
            let mut context = self.context.clone();
            context.current_directory.clone_from(&self.directory.path);
            context.via.extend(made_by.into_iter().map(str::to_owned));
            emit::run(Language::Shell, &script, &context, output);
        }
    }

    /// These are run where the command being built stands.
    fn run_by(&self, scripts: Vec<(Mapped, &'static str)>) -> Substitutions<'a> {
        Substitutions { scripts, context: self.context, directory: self.directory.path.clone() }
    }

    /// Substitutions that stand in no command.
    pub(super) fn substitutions(&self, found: &Found, output: &mut Output) {
        self.run_by(self.fresh(found, output)).run(output);
    }

    /// The substitutions that were not read before, each a script.
    fn fresh(&self, found: &Found, output: &mut Output) -> Vec<(Mapped, &'static str)> {
        if found.0.len() > MAX_COMMANDS {
            output.truncate();
        }
        let scripts = found.0.iter().take(MAX_COMMANDS);
        let scripts = scripts.map(|(range, kind)| (self.source.slice(range.clone()), *kind));
        scripts.filter(|(script, _)| !script.is_empty() && output.first_time(script.origin())).collect()
    }
}

/// The line of a command whose program comes out of a substitution.
fn computed(command: &SimpleCommand) -> Option<Mapped> {
    let program = command.argv.first()?.as_str();
    (program.starts_with("$(") || program.starts_with('`')).then(|| command.line.clone())
}

//! A complete command, and what it runs in turn.

use std::sync::Arc;

use crate::command::SimpleCommand;
use crate::image;
use crate::input;
use crate::mapped::Mapped;
use crate::output::Output;
use crate::parse::{Context, MAX_DEPTH, run_script};
use crate::unwrap::{Inside, inside};

/// What a command runs, in the raw text.
enum Inner {
    Command(SimpleCommand),
    Script(Mapped, Context),
}

/// Adds a command and, below it, what it runs. `images` gets the programs of the chain, the innermost first. Tells
/// where commands belong that come from its input, when the innermost is a shell that reads them.
pub(crate) fn emit(
    command: SimpleCommand,
    output: &mut Output,
    images: &mut Vec<Arc<str>>,
) -> Option<Arc<Context>> {
    let mut found = inside(&command);
    if command.via.len() >= MAX_DEPTH && !found.is_empty() {
        output.truncate();
        found.clear();
    }
    let mut input = None;
    if found.is_empty()
        && let Some(program) = input::reader(&command.argv)
    {
        input = Some(Arc::new(within(&command, &format!("{program} <<"))));
    }
    let found: Vec<Inner> = found.into_iter().filter_map(|found| inner(&command, found, output)).collect();
    let image = command.image.clone();
    output.push(command);
    for inner in found {
        match inner {
            Inner::Command(command) => input = emit(command, output, images).or(input),
            Inner::Script(text, context) => run_script(&text, &context, output),
        }
    }
    images.extend(image);
    input
}

fn inner(outer: &SimpleCommand, found: Inside, output: &mut Output) -> Option<Inner> {
    match found {
        Inside::Words { label, from, to } => {
            inner_command(outer, &label, outer.argv.get(from..to)?, output).map(Inner::Command)
        }
        Inside::Script { label, words } => {
            Some(Inner::Script(output.join(words.iter())?, within(outer, &label)))
        }
    }
}

/// Where that belongs which a command runs.
fn within(command: &SimpleCommand, label: &str) -> Context {
    let context = Context { via: command.via.clone(), parent_image: None };
    context.within(label, command.image.clone())
}

/// The command that a wrapper names in its own words; redirections are common to both.
fn inner_command(
    outer: &SimpleCommand,
    label: &str,
    argv: &[Mapped],
    output: &mut Output,
) -> Option<SimpleCommand> {
    if !output.afford(size_of::<SimpleCommand>() + size_of_val(argv)) {
        return None;
    }
    let line = output.join(argv.iter().chain(outer.redirects.iter().map(|redirect| &redirect.text)))?;
    let places = || argv.iter().filter(|word| !word.is_empty()).map(Mapped::origin);
    let start = places().next().map_or(0, |place| place.start);
    let end = places().next_back().map_or(start, |place| place.end.max(start));
    let Context { via, parent_image } = within(outer, label);
    Some(SimpleCommand {
        line,
        argv: argv.to_vec(),
        assignments: Vec::new(),
        redirects: Arc::clone(&outer.redirects),
        image: argv.first().and_then(|word| image::path(word.as_str())),
        parent_image,
        piped_from: outer.piped_from.clone(),
        via,
        span: start..end,
    })
}

//! A complete command, and what it runs in turn.

use std::sync::Arc;

use crate::command::{Line, Redirect, SimpleCommand};
use crate::image;
use crate::mapped::Mapped;
use crate::parse::{Context, MAX_COMMANDS, MAX_DEPTH, run_script};
use crate::unwrap::{Inside, inside};

/// Adds a command and, below it, what it runs. `images` gets the programs of the chain, the innermost first.
pub(crate) fn emit(command: SimpleCommand, line: &mut Line, images: &mut Vec<Arc<str>>) {
    let found = if command.via.len() < MAX_DEPTH { inside(&command) } else { Vec::new() };
    if found.is_empty() {
        images.extend(command.image.clone());
        push(command, line);
        return;
    }
    push(command.clone(), line);
    for found in found {
        match found {
            Inside::Words { label, from, to } => {
                emit(inner_command(&command, &label, from, to), line, images);
            }
            Inside::Script { label, text } => {
                let context = Context { via: command.via.clone(), parent_image: None };
                run_script(&text, &context.within(&label, command.image.clone()), line);
            }
        }
    }
    images.extend(command.image);
}

fn push(command: SimpleCommand, line: &mut Line) {
    if line.commands.len() < MAX_COMMANDS {
        line.commands.push(command);
    } else {
        line.truncated = true;
    }
}

/// The command that a wrapper names in its own words; redirections are common to both.
fn inner_command(outer: &SimpleCommand, label: &str, from: usize, to: usize) -> SimpleCommand {
    let argv: Vec<Mapped> = outer.argv.get(from..to).unwrap_or_default().to_vec();
    let mut line = Mapped::default();
    for word in &argv {
        line.join(word);
    }
    let words = line.raw(0..line.as_str().len());
    for redirect in &outer.redirects {
        line.join(&redirect.text);
    }
    let mut via = outer.via.clone();
    via.push(label.to_owned());
    SimpleCommand {
        line,
        image: argv.first().and_then(|word| image::path(word.as_str())),
        argv,
        assignments: Vec::new(),
        redirects: outer.redirects.clone(),
        parent_image: outer.image.clone(),
        piped_from: outer.piped_from.clone(),
        via,
        span: words,
    }
}

/// Moves a command's origins from the text it was parsed from to the raw text.
pub(crate) fn rebase(command: SimpleCommand, origin: &Mapped) -> SimpleCommand {
    let all = |words: Vec<Mapped>| words.into_iter().map(|word| word.rebase(origin)).collect();
    SimpleCommand {
        line: command.line.rebase(origin),
        argv: all(command.argv),
        assignments: all(command.assignments),
        redirects: command
            .redirects
            .into_iter()
            .map(|redirect| Redirect {
                operator: redirect.operator,
                text: redirect.text.rebase(origin),
                target: redirect.target.rebase(origin),
            })
            .collect(),
        span: origin.raw(command.span),
        ..command
    }
}

//! A complete command, and what it runs in turn.

use std::sync::Arc;

use crate::code::{self, Language, Piece, Ran};
use crate::command::{Redirect, SimpleCommand};
use crate::context::Context;
use crate::input;
use crate::mapped::Mapped;
use crate::output::Output;
use crate::parse::MAX_DEPTH;
use crate::parser::Parser;
use crate::pipeline::Programs;
use crate::producer::Flow;
use crate::program::{Kind, Program, name};
use crate::stream::Stream;
use crate::substitution::{self, PROCESS, Substitutions};
use crate::unwrap::{self, Inside, Runs, User, inside};

/// A program that reads commands from its input: where they belong, and their language.
#[derive(Debug)]
pub(crate) struct Reader {
    pub(crate) context: Context,
    pub(crate) language: Language,
}

/// What a command has to do with others.
pub(crate) struct Around<'a> {
    /// What is piped into it, where that is known.
    pub(crate) input: Option<Flow>,
    /// There may be here-documents for it.
    pub(crate) documents: bool,
    pub(crate) substitutions: Substitutions<'a>,
}

/// What is known of a command that was added.
#[derive(Default)]
pub(crate) struct Emitted {
    /// The innermost reads commands from its input.
    pub(crate) reader: Option<Arc<Reader>>,
    /// What the innermost puts out.
    pub(crate) flow: Option<Flow>,
}

/// What a command runs, in the raw text.
enum Inner {
    Command(SimpleCommand),
    Script(Language, Mapped, Context),
}

/// Adds a command and, below it, what it runs. Its program is looked up here. `images` gets the programs of the chain, the innermost first.
pub(crate) fn emit(
    mut command: SimpleCommand,
    around: &mut Around<'_>,
    output: &mut Output,
    images: &mut Programs,
) -> Emitted {
    let kind = match command.argv.first().map(Program::of) {
        Some(Program { kind, image }) => {
            command.image = image;
            kind
        }
        None => Kind::Plain,
    };
    let producer = match kind {
        Kind::Plain => None,
        Kind::Producer(producer) => Some(producer),
        _ => return emit_runner(kind, command, around, output, images),
    };
    if let Some(image) = &command.image {
        images.push(Arc::clone(image));
    }
    output.push(command);
    let input = around.input.take();
    let flow = producer.and_then(|producer| Flow::new(producer, input, output));
    Emitted { reader: None, flow }
}

/// As [`emit`], for a command that may run another.
fn emit_runner(
    kind: Kind,
    command: SimpleCommand,
    around: &mut Around<'_>,
    output: &mut Output,
    images: &mut Programs,
) -> Emitted {
    let mut found = inside(kind, &command.argv);
    let mut emitted = Emitted::default();
    if found.is_empty()
        && let Some((program, language)) = input::reader(kind, &command.argv)
    {
        let piped = around.input.take();
        found.extend(from_input(&command, program, language, piped, output));
        if found.is_empty() && around.documents {
            let context = within(&command, &format!("{program} <<"), &unwrap::reads_as(kind, &command.argv));
            emitted.reader = Some(Arc::new(Reader { context, language }));
        }
    }
    let file = if found.is_empty() { process_file(kind, &command) } else { None };
    if command.via.len() >= MAX_DEPTH && !found.is_empty() {
        output.truncate();
        found.clear();
    }
    let found: Vec<Inner> = found.into_iter().filter_map(|found| inner(&command, found, output)).collect();
    let image = command.image.clone();
    output.push(command);
    for inner in found {
        match inner {
            Inner::Command(command) => {
                let Emitted { reader, flow } = emit(command, around, output, images);
                emitted = Emitted { reader: reader.or(emitted.reader), flow };
            }
            Inner::Script(language, text, mut context) => {
                around.substitutions.run(output);
                let (text, made_by) = substitution::expand(text, output);
                context.via.extend(made_by.into_iter().map(str::to_owned));
                emitted.flow = run(language, &text, &context, output);
            }
        }
    }
    if let Some((language, inside, context)) = file {
        around.substitutions.run(output);
        run_process_file(language, &inside, context, output);
    }
    images.extend(image);
    emitted
}

/// Reads a here-document as its reader does, to whom it may come through others.
pub(crate) fn run_document(text: &Mapped, reader: &Reader, through: Option<&Flow>, output: &mut Output) {
    let Some(through) = through else {
        run(reader.language, text, &reader.context, output);
        return;
    };
    if let Some(Stream { text, made_by }) = through.stream_of(Some(text), output) {
        let mut context = reader.context.clone();
        context.via.extend(made_by.into_iter().map(str::to_owned));
        run(reader.language, &text, &context, output);
    }
}

/// What comes through a pipe or stands in a here-string, for all that reads commands from its input.
fn from_input(
    command: &SimpleCommand,
    program: &str,
    language: Language,
    piped: Option<Flow>,
    output: &mut Output,
) -> Option<Inside> {
    let here = command.redirects.iter().rfind(|redirect| redirect.operator == "<<<");
    let stream = match here {
        Some(here) => Stream::typed(here.target.clone()),
        None => piped?.stream(output)?,
    };
    let label = if here.is_some() { format!("{program} <<<") } else { format!("| {program}") };
    let runs = Runs::Script(language, vec![stream.text.clone()]);
    let any = !stream.text.is_empty();
    any.then_some(Inside { label, made_by: stream.made_by, runs, user: User::Same, contained: false })
}

/// The inside of the parentheses of `sh <(...)`, `. <(...)` and `sh < <(...)`, and where what comes out of it belongs.
fn process_file(kind: Kind, command: &SimpleCommand) -> Option<(Language, Mapped, Context)> {
    let language = match kind {
        Kind::Shell | Kind::Source => Language::Shell,
        Kind::Interpreter(language) => language,
        _ => return None,
    };
    let plain = command.argv.iter().skip(1).find(|word| !word.as_str().starts_with('-'));
    let redirected = || command.redirects.iter().rfind(|it| it.operator == "<").map(|it| &it.target);
    let file = plain.or_else(redirected).filter(|word| word.as_str().starts_with("<("))?;
    let inside = file.slice(2..file.as_str().len().checked_sub(1)?);
    let label = format!("{} {PROCESS}", name(command.argv.first()?.as_str()));
    Some((language, inside, within(command, &label, &User::Same)))
}

fn run_process_file(language: Language, inside: &Mapped, mut context: Context, output: &mut Output) {
    if let Some(Stream { text, made_by }) = output.known(&inside.origin()) {
        context.via.extend(made_by.into_iter().map(str::to_owned));
        run(language, &text, &context, output);
    }
}

/// Reads a text that was found inside another as a program of its own.
/// Tells what it puts out, when one pipeline does.
pub(crate) fn run(language: Language, text: &Mapped, context: &Context, output: &mut Output) -> Option<Flow> {
    if context.via.len() > MAX_DEPTH {
        output.truncate();
        return None;
    }
    output.afford_script(text.as_str().len()).then_some(())?;
    if language == Language::Shell {
        return Parser::new(text, context).run(output);
    }
    for piece in code::pieces(text, language) {
        run_piece(piece, context, output);
    }
    None
}

fn run_piece(Piece { decoders, runs }: Piece, context: &Context, output: &mut Output) {
    let mut context = context.clone();
    context.via.extend(decoders.into_iter().map(str::to_owned));
    match runs {
        Ran::Script(language, text) => {
            run(language, &text, &context, output);
        }
        Ran::Command(argv) => {
            if context.via.len() > MAX_DEPTH {
                output.truncate();
            } else if let Some(command) = of_words(argv, &Arc::default(), &[], context.clone(), output) {
                let substitutions = Substitutions { scripts: Vec::new(), context: &context, directory: None };
                let mut around = Around { input: None, documents: false, substitutions };
                emit(command, &mut around, output, &mut Programs::new());
            }
        }
    }
}

fn inner(outer: &SimpleCommand, found: Inside, output: &mut Output) -> Option<Inner> {
    let mut context = within(outer, &found.label, &found.user);
    if found.contained {
        context.current_directory = None;
    }
    context.via.extend(found.made_by.into_iter().map(str::to_owned));
    match found.runs {
        Runs::Command(argv) => {
            of_words(argv, &outer.redirects, &outer.piped_from, context, output).map(Inner::Command)
        }
        Runs::Script(language, words) => Some(Inner::Script(language, output.join(words.iter())?, context)),
    }
}

/// Where that belongs which a command runs.
fn within(command: &SimpleCommand, label: &str, user: &User) -> Context {
    let user = match user {
        User::Same => command.user.clone(),
        User::Named(name) => Some(Arc::clone(name)),
        User::Unknown => None,
    };
    let context = Context {
        via: command.via.clone(),
        parent_image: command.image.clone(),
        user,
        current_directory: command.current_directory.clone(),
    };
    context.within(label)
}

/// The command that these words are; a wrapper and what it runs have their redirections in common.
fn of_words(
    argv: Vec<Mapped>,
    redirects: &Arc<[Redirect]>,
    piped_from: &[Arc<str>],
    context: Context,
    output: &mut Output,
) -> Option<SimpleCommand> {
    if !output.afford(size_of::<SimpleCommand>() + size_of_val(argv.as_slice())) {
        return None;
    }
    let line = output.join(argv.iter().chain(redirects.iter().map(|redirect| &redirect.text)))?;
    let places = || argv.iter().filter(|word| !word.is_empty()).map(Mapped::origin);
    let start = places().next().map_or(0, |place| place.start);
    let end = places().next_back().map_or(start, |place| place.end.max(start));
    let Context { via, parent_image, user, current_directory } = context;
    Some(SimpleCommand {
        line,
        image: None,
        argv,
        assignments: Vec::new(),
        redirects: Arc::clone(redirects),
        parent_image,
        piped_from: piped_from.to_vec(),
        via,
        current_directory,
        user,
        span: start..end,
    })
}

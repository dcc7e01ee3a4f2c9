//! Tokens to simple commands, however deep they sit.

use std::mem;
use std::ops::Range;

use crate::build::Builder;
use crate::command::{Line, Redirect, SimpleCommand};
use crate::image::{is_shell, name};
use crate::lex::{Lexer, Token};
use crate::mapped::Mapped;
use crate::unwrap::{Inside, inside};
use crate::word::Word;

/// Commands in one line. What comes after is cut off.
pub const MAX_COMMANDS: usize = 1024;
/// Wrappers and substitutions inside one another.
pub const MAX_DEPTH: usize = 16;
/// Words in one command.
pub const MAX_WORDS: usize = 4096;
/// Programs remembered from a pipeline.
const MAX_PIPELINE: usize = 16;

/// Takes a line apart. Any text will do; what makes no sense to a shell is read as far as it does.
pub fn parse(text: &str) -> Line {
    let mut line = Line::default();
    Parser::new(text, None, &Context::default()).run(&mut line);
    line
}

/// Where a text was found.
#[derive(Debug, Clone, Default)]
struct Context {
    via: Vec<String>,
    parent_image: Option<String>,
}

impl Context {
    fn within(&self, label: &str, parent_image: Option<String>) -> Self {
        let mut via = self.via.clone();
        via.push(label.to_owned());
        Self { via, parent_image }
    }
}

/// What the next word means.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Mode {
    Command,
    /// After `for`, `select`: names and values up to the separator or `do`.
    Values,
    /// After `function`: its name.
    Name,
    /// After `case`: the subject up to `in`.
    Subject,
    /// In `case`: a pattern up to its parenthesis.
    Pattern,
}

struct Parser<'a> {
    source: &'a str,
    /// Where the source itself came from; None for the raw text.
    origin: Option<&'a Mapped>,
    context: &'a Context,
    lexer: Lexer<'a>,
    builder: Builder,
    /// Substitutions in the words of the command being built.
    inside: Vec<(Range<usize>, &'static str)>,
    /// Programs upstream of the command being built, nearest first.
    pipeline: Vec<String>,
    /// Programs of the command or group that has just ended.
    ended: Vec<String>,
    /// Pipelines outside the open parentheses.
    groups: Vec<Vec<String>>,
    mode: Mode,
    cases: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a str, origin: Option<&'a Mapped>, context: &'a Context) -> Self {
        Self {
            source,
            origin,
            context,
            lexer: Lexer::new(source),
            builder: Builder::default(),
            inside: Vec::new(),
            pipeline: Vec::new(),
            ended: Vec::new(),
            groups: Vec::new(),
            mode: Mode::Command,
            cases: 0,
        }
    }

    fn run(mut self, line: &mut Line) {
        while let Some(token) = self.lexer.next() {
            if line.commands.len() >= MAX_COMMANDS {
                line.truncated = true;
                return;
            }
            match token {
                Token::Word(word) => self.word(&word, line),
                Token::Redirect { operator, typed, span } => self.builder.redirect(operator, typed, &span),
                Token::Pipe if self.mode == Mode::Pattern => {}
                Token::Pipe => {
                    self.finish(&[], line);
                    let mut upstream = mem::take(&mut self.ended);
                    upstream.append(&mut self.pipeline);
                    upstream.truncate(MAX_PIPELINE);
                    self.pipeline = upstream;
                }
                Token::Separator => self.separate(&[], line),
                Token::LineEnd(documents) => self.separate(&documents, line),
                Token::BranchEnd => {
                    self.separate(&[], line);
                    if self.cases > 0 {
                        self.mode = Mode::Pattern;
                    }
                }
                Token::Open => self.open(line),
                Token::Close => self.close(line),
            }
        }
        self.finish(&[], line);
    }

    fn separate(&mut self, documents: &[Range<usize>], line: &mut Line) {
        self.finish(documents, line);
        self.pipeline.clear();
        self.ended.clear();
        if matches!(self.mode, Mode::Values | Mode::Name) {
            self.mode = Mode::Command;
        }
    }

    fn open(&mut self, line: &mut Line) {
        if self.builder.words() == 1 && self.lexer.peek() == Some(b')') {
            // `name()`: the function's body follows.
            self.builder = Builder::default();
            self.lexer.next();
        } else if self.mode == Mode::Command {
            self.finish(&[], line);
            self.ended.clear();
            // Deeper parentheses only separate.
            if self.groups.len() < MAX_COMMANDS {
                self.groups.push(mem::take(&mut self.pipeline));
            }
        }
    }

    fn close(&mut self, line: &mut Line) {
        if self.mode == Mode::Pattern {
            self.mode = Mode::Command;
            return;
        }
        self.finish(&[], line);
        self.pipeline = self.groups.pop().unwrap_or_default();
    }

    fn word(&mut self, word: &Word, line: &mut Line) {
        let text = word.text.as_str();
        match self.mode {
            Mode::Command => {}
            Mode::Values if text == "do" && !word.quoted => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Values => {
                self.substitutions(&word.inside, line);
                return;
            }
            Mode::Name => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Subject => {
                if text == "in" {
                    self.mode = Mode::Pattern;
                }
                return;
            }
            Mode::Pattern => {
                if text == "esac" {
                    self.end_case();
                }
                return;
            }
        }
        if self.builder.is_empty() && !word.quoted && self.reserved(text) {
            return;
        }
        if let Some("<<" | "<<-") = self.builder.pending() {
            self.lexer.expect_document(text);
        }
        if self.builder.words() >= MAX_WORDS {
            line.truncated = true;
            return;
        }
        let room = MAX_COMMANDS.saturating_sub(self.inside.len());
        line.truncated |= word.inside.len() > room;
        self.inside.extend(word.inside.iter().take(room).cloned());
        self.builder.word(word);
    }

    /// Words of the shell's grammar where a command may begin.
    fn reserved(&mut self, word: &str) -> bool {
        match word {
            "if" | "then" | "else" | "elif" | "fi" | "while" | "until" | "do" | "done" | "{" | "}" | "!" => {}
            "for" | "select" => self.mode = Mode::Values,
            "function" => self.mode = Mode::Name,
            "case" => {
                self.cases += 1;
                self.mode = Mode::Subject;
            }
            "esac" => self.end_case(),
            _ => return false,
        }
        true
    }

    fn end_case(&mut self) {
        self.cases = self.cases.saturating_sub(1);
        self.mode = Mode::Command;
    }

    /// The command that was being built is complete.
    fn finish(&mut self, documents: &[Range<usize>], line: &mut Line) {
        let found = mem::take(&mut self.inside);
        let Some(command) = self.builder.finish() else { return };
        let mut command = match self.origin {
            Some(origin) => rebase(command, origin),
            None => command,
        };
        command.piped_from.clone_from(&self.pipeline);
        command.via.clone_from(&self.context.via);
        command.parent_image.clone_from(&self.context.parent_image);
        let image = command.image.clone();
        let documents = scripts(&command, documents);

        self.ended.clear();
        emit(command, line, &mut self.ended);
        self.substitutions(&found, line);
        for (label, document) in documents {
            self.nested(&document, &self.context.within(&label, image.clone()), line);
        }
    }

    /// A substitution is run by the shell that reads the line, not by the command it stands in.
    fn substitutions(&self, found: &[(Range<usize>, &'static str)], line: &mut Line) {
        for (range, label) in found.iter().take(MAX_COMMANDS) {
            self.nested(range, &self.context.within(label, self.context.parent_image.clone()), line);
        }
    }

    /// Reads a part of the source as a script of its own.
    fn nested(&self, range: &Range<usize>, context: &Context, line: &mut Line) {
        let Some(text) = self.source.get(range.clone()) else { return };
        let mut script = Mapped::default();
        script.push(text, range.start);
        let script = match self.origin {
            Some(origin) => script.rebase(origin),
            None => script,
        };
        run_script(&script, context, line);
    }
}

/// Here-documents are scripts when they are the input of a shell.
fn scripts(command: &SimpleCommand, documents: &[Range<usize>]) -> Vec<(String, Range<usize>)> {
    let Some(program) = command.argv.first().map(|word| name(word.as_str())) else { return Vec::new() };
    let reads_input = command.argv.iter().skip(1).all(|word| word.as_str().starts_with('-'));
    if !is_shell(program) || !reads_input {
        return Vec::new();
    }
    documents.iter().map(|document| (format!("{program} <<"), document.clone())).collect()
}

/// Adds a command and, below it, what it runs. `images` gets the programs of the chain, the innermost first.
fn emit(command: SimpleCommand, line: &mut Line, images: &mut Vec<String>) {
    let found = if command.via.len() < MAX_DEPTH { inside(&command) } else { None };
    let image = command.image.clone();
    match found {
        None => push(command, line),
        Some(Inside::Words { label, from, to }) => {
            let inner = inner_command(&command, &label, from, to);
            push(command, line);
            emit(inner, line, images);
        }
        Some(Inside::Script { label, text }) => {
            let context =
                Context { via: command.via.clone(), parent_image: None }.within(&label, image.clone());
            push(command, line);
            run_script(&text, &context, line);
        }
    }
    images.extend(image);
}

fn push(command: SimpleCommand, line: &mut Line) {
    if line.commands.len() < MAX_COMMANDS {
        line.commands.push(command);
    } else {
        line.truncated = true;
    }
}

fn run_script(script: &Mapped, context: &Context, line: &mut Line) {
    if context.via.len() > MAX_DEPTH {
        line.truncated = true;
        return;
    }
    Parser::new(script.as_str(), Some(script), context).run(line);
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
        image: argv.first().and_then(|word| crate::image::path(word.as_str())),
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
fn rebase(command: SimpleCommand, origin: &Mapped) -> SimpleCommand {
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

//! Tokens to simple commands, however deep they sit.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::build::Builder;
use crate::command::{Line, SimpleCommand};
use crate::emit::{emit, rebase};
use crate::image::{is_shell, name};
use crate::lex::{Document, Lexer, Token};
use crate::mapped::Mapped;
use crate::word::{self, Word};

/// Commands in one line. What comes after is cut off.
pub const MAX_COMMANDS: usize = 1024;
/// Wrappers and substitutions inside one another.
pub const MAX_DEPTH: usize = 16;
/// Words, assignments and redirections in one command.
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
pub(crate) struct Context {
    pub(crate) via: Vec<String>,
    pub(crate) parent_image: Option<Arc<str>>,
}

impl Context {
    pub(crate) fn within(&self, label: &str, parent_image: Option<Arc<str>>) -> Self {
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

/// Commands that share their input and output.
#[derive(Default)]
struct Group {
    /// What is piped into it.
    upstream: Vec<Arc<str>>,
    /// The programs in it so far, the last one first.
    programs: Vec<Arc<str>>,
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
    pipeline: Vec<Arc<str>>,
    /// Programs of the command or group that has just ended.
    ended: Vec<Arc<str>>,
    /// The open `(`, `{`, `if`, `do`, ...: a pipe may lead into and out of them as a whole.
    groups: Vec<Group>,
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
                Token::Redirect { operator, typed, span } if self.builder.parts() < MAX_WORDS => {
                    self.builder.redirect(operator, typed, &span);
                }
                Token::Redirect { .. } => line.truncated = true,
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

    fn separate(&mut self, documents: &[Document], line: &mut Line) {
        self.finish(documents, line);
        self.remember();
        self.pipeline = self.groups.last().map(|group| group.upstream.clone()).unwrap_or_default();
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
            self.enter();
        }
    }

    fn enter(&mut self) {
        self.ended.clear();
        // Deeper ones only separate.
        if self.groups.len() < MAX_COMMANDS {
            self.groups.push(Group { upstream: self.pipeline.clone(), programs: Vec::new() });
        }
    }

    /// What ended is part of the open group; a pipe after that group comes from it.
    fn remember(&mut self) {
        let ended = mem::take(&mut self.ended);
        if let Some(group) = self.groups.last_mut() {
            group.programs.splice(0..0, ended);
            group.programs.truncate(MAX_PIPELINE);
        }
    }

    fn leave(&mut self) {
        self.remember();
        let group = self.groups.pop().unwrap_or_default();
        self.ended = group.programs;
        self.pipeline = group.upstream;
    }

    fn close(&mut self, line: &mut Line) {
        if self.mode == Mode::Pattern {
            self.mode = Mode::Command;
            return;
        }
        self.finish(&[], line);
        self.leave();
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
                self.substitutions(&word.inside, line);
                if text == "in" {
                    self.mode = Mode::Pattern;
                }
                return;
            }
            Mode::Pattern => {
                self.substitutions(&word.inside, line);
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
            self.lexer.expect_document(text, word.quoted);
        }
        if self.builder.parts() >= MAX_WORDS {
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
            "then" | "else" | "elif" | "do" | "!" | "coproc" => {}
            "if" | "while" | "until" | "{" => self.enter(),
            "fi" | "done" | "}" => self.leave(),
            "for" | "select" => {
                self.enter();
                self.mode = Mode::Values;
            }
            "function" => self.mode = Mode::Name,
            "case" => {
                self.enter();
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
        self.leave();
    }

    /// The command that was being built is complete.
    fn finish(&mut self, documents: &[Document], line: &mut Line) {
        let mut found = mem::take(&mut self.inside);
        let substituted = documents.iter().filter(|document| !document.literal);
        found
            .extend(substituted.flat_map(|document| word::substitutions(self.source, document.span.clone())));
        let Some(command) = self.builder.finish() else {
            self.substitutions(&found, line);
            return;
        };
        let mut command = match self.origin {
            Some(origin) => rebase(command, origin),
            None => command,
        };
        command.piped_from.clone_from(&self.pipeline);
        command.via.clone_from(&self.context.via);
        command.parent_image.clone_from(&self.context.parent_image);
        let image = command.image.clone();
        let scripts = scripts(&command, documents);
        // A redirection behind a group changes nothing of what the group runs.
        if !command.argv.is_empty() {
            self.ended.clear();
        }
        emit(command, line, &mut self.ended);
        if scripts.is_empty() {
            self.substitutions(&found, line);
        }
        for (label, document) in scripts {
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
fn scripts(command: &SimpleCommand, documents: &[Document]) -> Vec<(String, Range<usize>)> {
    let Some(program) = command.argv.first().map(|word| name(word.as_str())) else { return Vec::new() };
    let reads_input = command.argv.iter().skip(1).all(|word| word.as_str().starts_with('-'));
    if !is_shell(program) || !reads_input {
        return Vec::new();
    }
    documents.iter().map(|document| (format!("{program} <<"), document.span.clone())).collect()
}

/// Reads a text that was found inside another as commands of its own.
pub(crate) fn run_script(script: &Mapped, context: &Context, line: &mut Line) {
    if context.via.len() > MAX_DEPTH {
        line.truncated = true;
        return;
    }
    Parser::new(script.as_str(), Some(script), context).run(line);
}

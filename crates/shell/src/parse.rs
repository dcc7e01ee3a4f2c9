//! Tokens to simple commands, however deep they sit.

use std::mem;
use std::ops::Range;
use std::sync::Arc;

use crate::brace;
use crate::build::Builder;
use crate::command::Line;
use crate::emit::emit;
use crate::lex::{Document, Lexer, Token};
use crate::mapped::Mapped;
use crate::output::Output;
use crate::pipeline::{Pipeline, Readers};
use crate::substitution::{self, Found, Search};
use crate::text::Text;
use crate::word::Word;

/// Commands in one line. What comes after is cut off.
pub const MAX_COMMANDS: usize = 1024;
/// Wrappers and substitutions inside one another.
pub const MAX_DEPTH: usize = 16;
/// Words, assignments and redirections in one command.
pub const MAX_WORDS: usize = 4096;
/// Bytes of a text. What comes after is cut off; places in a text are small numbers.
const MAX_TEXT: usize = 1 << 30;

/// Takes a line apart. Any text will do; what makes no sense to a shell is read as far as it does.
pub fn parse(text: &str) -> Line {
    let mut output = Output::new();
    let read = text.get(..text.floor_char_boundary(MAX_TEXT)).unwrap_or_default();
    if read.len() < text.len() {
        output.truncate();
    }
    let mut raw = Text::default();
    raw.push(read, 0);
    Parser::new(&raw.into(), &Context::default()).run(&mut output);
    output.into_line()
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

struct Parser<'a> {
    source: &'a Mapped,
    context: &'a Context,
    lexer: Lexer<'a>,
    builder: Builder,
    /// Substitutions in the words of the command being built.
    inside: Found,
    pipeline: Pipeline,
    readers: Readers,
    mode: Mode,
    cases: usize,
}

impl<'a> Parser<'a> {
    fn new(source: &'a Mapped, context: &'a Context) -> Self {
        Self {
            source,
            context,
            lexer: Lexer::new(source.as_str()),
            builder: Builder::default(),
            inside: Found::default(),
            pipeline: Pipeline::default(),
            readers: Readers::default(),
            mode: Mode::Command,
            cases: 0,
        }
    }

    fn run(mut self, output: &mut Output) {
        while let Some(token) = self.lexer.next() {
            if output.is_full() {
                output.truncate();
                return;
            }
            match token {
                Token::Word(word) => self.word(&word, output),
                Token::Redirect { operator, typed, span } if self.builder.parts() < MAX_WORDS => {
                    self.builder.redirect(operator, &typed, &span);
                }
                Token::Redirect { .. } => output.truncate(),
                Token::Pipe if self.mode == Mode::Pattern => {}
                Token::Pipe => {
                    self.finish(output);
                    self.readers.pipe(&self.pipeline.ended);
                    self.pipeline.pipe();
                }
                Token::Separator => self.separate(output),
                Token::LineEnd(documents) => self.line_end(&documents, output),
                Token::BranchEnd => {
                    self.separate(output);
                    if self.cases > 0 {
                        self.mode = Mode::Pattern;
                    }
                }
                Token::Open => self.open(output),
                Token::Close => self.close(output),
            }
        }
        self.finish(output);
    }

    /// The here-documents of a line are read by the shells in it, or else substituted by this one.
    fn line_end(&mut self, documents: &[Document], output: &mut Output) {
        self.finish(output);
        let readers = self.readers.take();
        for (document, reader) in documents.iter().zip(readers) {
            if let Some(context) = reader {
                self.nested(&document.span, &context, output);
            } else if !document.literal {
                let mut found = Found::default();
                found.search(self.source.as_str(), document.span.clone(), Search::Text);
                self.substitutions(&found, output);
            }
        }
        self.separate(output);
    }

    fn separate(&mut self, output: &mut Output) {
        self.finish(output);
        self.pipeline.separate();
        if !self.pipeline.in_group() {
            self.readers.stop();
        }
        if matches!(self.mode, Mode::Values | Mode::Name) {
            self.mode = Mode::Command;
        }
    }

    fn open(&mut self, output: &mut Output) {
        if self.builder.words() == 1 && self.lexer.peek() == Some(b')') {
            // `name()`: the function's body follows.
            self.builder = Builder::default();
            self.lexer.next();
        } else if self.mode == Mode::Command {
            self.finish(output);
            self.pipeline.enter();
        }
    }

    fn close(&mut self, output: &mut Output) {
        if self.mode == Mode::Pattern {
            self.mode = Mode::Command;
            return;
        }
        self.finish(output);
        self.pipeline.leave();
    }

    fn word(&mut self, word: &Word, output: &mut Output) {
        let text = word.text.text.as_str();
        match self.mode {
            Mode::Command => {}
            Mode::Values if text == "do" && !word.quoted => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Values => {
                self.substitutions(&word.inside, output);
                return;
            }
            Mode::Name => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Subject => {
                self.substitutions(&word.inside, output);
                if text == "in" {
                    self.mode = Mode::Pattern;
                }
                return;
            }
            Mode::Pattern => {
                self.substitutions(&word.inside, output);
                if text == "esac" {
                    self.end_case();
                }
                return;
            }
        }
        if self.builder.is("time") && !word.quoted && opens(text) {
            self.finish(output);
        }
        if self.builder.is_empty() && !word.quoted && self.reserved(text) {
            return;
        }
        if self.builder.words() == 0
            && self.builder.pending().is_none()
            && let Some(words) = brace::words(word)
        {
            for word in &words {
                self.part(word, output);
            }
            return;
        }
        if let Some(operator @ ("<<" | "<<-")) = self.builder.pending() {
            self.readers.expected += usize::from(self.lexer.expect_document(operator, text, word.quoted));
        }
        self.part(word, output);
    }

    /// A part of the command being built.
    fn part(&mut self, word: &Word, output: &mut Output) {
        if self.builder.parts() >= MAX_WORDS {
            output.truncate();
            return;
        }
        for (range, kind) in &word.inside.0 {
            self.inside.add(range.clone(), kind);
        }
        self.builder.word(word);
    }

    /// Words of the shell's grammar where a command may begin.
    fn reserved(&mut self, word: &str) -> bool {
        match word {
            "then" | "else" | "elif" | "do" | "!" | "coproc" => {}
            "if" | "while" | "until" | "{" => self.pipeline.enter(),
            "fi" | "done" | "}" => self.pipeline.leave(),
            "for" | "select" => {
                self.pipeline.enter();
                self.mode = Mode::Values;
            }
            "function" => self.mode = Mode::Name,
            "case" => {
                self.pipeline.enter();
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
        self.pipeline.leave();
    }

    /// The command that was being built is complete.
    fn finish(&mut self, output: &mut Output) {
        let inside = mem::take(&mut self.inside);
        let found = self.fresh(&inside, output);
        if let Some(mut command) = self.builder.finish(self.source, output) {
            command.via.clone_from(&self.context.via);
            command.parent_image.clone_from(&self.context.parent_image);
            if command.argv.is_empty() {
                // A redirection behind a group changes nothing of what the group runs, but takes what it writes.
                if !self.pipeline.ended.is_empty() {
                    command.piped_from = self.pipeline.sources();
                }
                emit(command, output, &mut self.pipeline.ended);
            } else {
                command.piped_from.clone_from(&self.pipeline.upstream);
                self.pipeline.ended.clear();
                let reader = emit(command, output, &mut self.pipeline.ended);
                let piped = !self.pipeline.upstream.is_empty();
                self.readers.command(reader, piped, &self.pipeline.ended);
            }
        }
        self.readers.settle(&self.pipeline.ended);
        self.run_all(found, output);
    }

    /// A substitution is run by the shell that reads the line, not by the command it stands in.
    fn substitutions(&self, found: &Found, output: &mut Output) {
        self.run_all(self.fresh(found, output), output);
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

    fn run_all(&self, scripts: Vec<(Mapped, &'static str)>, output: &mut Output) {
        for (script, kind) in scripts {
            let context = self.context.within(kind, self.context.parent_image.clone());
            run_script(&substitution::script(script, kind), &context, output);
        }
    }

    /// Reads a part of the source as a script of its own.
    fn nested(&self, range: &Range<usize>, context: &Context, output: &mut Output) {
        run_script(&self.source.slice(range.clone()), context, output);
    }
}

/// A word that opens a compound command, which may stand after `time`.
fn opens(word: &str) -> bool {
    matches!(word, "{" | "if" | "while" | "until" | "for" | "select" | "case" | "!")
}

/// Reads a text that was found inside another as commands of its own.
pub(crate) fn run_script(script: &Mapped, context: &Context, output: &mut Output) {
    if context.via.len() > MAX_DEPTH {
        output.truncate();
    } else if output.afford_script(script.as_str().len()) {
        Parser::new(script, context).run(output);
    }
}

//! What separates, joins and groups commands.

use std::mem;

use super::{Mode, Parser};
use crate::build::Builder;
use crate::emit;
use crate::lex::{Document, Token};
use crate::output::Output;
use crate::parse::MAX_WORDS;
use crate::producer::Flow;
use crate::substitution::{Found, Search};

impl Parser<'_> {
    /// Reads the text to its end. Tells what it puts out, when one pipeline does.
    pub(crate) fn run(&mut self, output: &mut Output) -> Option<Flow> {
        loop {
            self.plain_words();
            let Some(token) = self.lexer.next(&mut output.variables) else { break };
            if output.is_full() {
                output.truncate();
                return None;
            }
            match token {
                Token::Word(word) => self.word(word, output),
                Token::Redirect { operator, span } if self.builder.parts() < MAX_WORDS => {
                    self.builder.redirect(self.text, operator, &span);
                }
                Token::Redirect { .. } => output.truncate(),
                Token::Pipe if self.mode == Mode::Pattern => {}
                Token::Pipe => {
                    self.finish(output);
                    self.readers.pipe(&self.pipeline.ended, self.flow.is_some());
                    self.pipeline.pipe();
                }
                Token::Separator => self.separate(output),
                Token::Otherwise => {
                    self.separate(output);
                    self.directory.separate(true);
                }
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
        self.separate(output);
        self.result.take().filter(|_| self.results == 1)
    }

    /// The here-documents of a line are read by the shells in it, or else substituted by this one.
    fn line_end(&mut self, documents: &[Document], output: &mut Output) {
        self.finish(output);
        let readers = self.readers.take();
        for (document, reader) in documents.iter().zip(readers) {
            if let Some((reader, through)) = reader {
                let text = self.source.slice(document.span.clone());
                emit::run_document(&text, &reader, through.as_ref(), output);
            } else if !document.literal {
                let mut found = Found::default();
                found.search(self.text, document.span.clone(), Search::Text);
                self.substitutions(&found, output);
            }
        }
        self.separate(output);
    }

    fn separate(&mut self, output: &mut Output) {
        self.finish(output);
        let flow = self.flow.take();
        if mem::take(&mut self.puts_out) {
            self.result = flow;
            self.results += 1;
        }
        self.directory.separate(false);
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
            self.lexer.next(&mut output.variables);
        } else if self.mode == Mode::Command {
            self.finish(output);
            self.pipeline.enter_subshell(self.directory.clone());
        }
    }

    fn close(&mut self, output: &mut Output) {
        if self.mode == Mode::Pattern {
            self.mode = Mode::Command;
            return;
        }
        self.finish(output);
        if let Some(directory) = self.pipeline.leave() {
            self.directory = directory;
        }
        self.flow = None;
    }
}

//! Words: of the shell's grammar, or of a command.

use super::{Mode, Parser};
use crate::brace;
use crate::build::Builder;
use crate::output::Output;
use crate::parse::MAX_WORDS;
use crate::stretch::Stretch;
use crate::substitution::Search;
use crate::word::Word;

impl Parser<'_> {
    /// The words of a command that are plain, as most are, without a token for each.
    #[inline]
    pub(super) fn plain_words(&mut self) {
        while self.mode == Mode::Command && self.builder.pending().is_none() && !self.coprocess {
            let Some(word) = self.lexer.plain_word() else { return };
            let text = self.text.get(word.clone()).unwrap_or_default();
            let first = self.builder.words() == 0;
            let elsewhere =
                if first { text.starts_with('{') } else { opens(text) && self.builder.words() == 1 };
            if elsewhere || self.builder.parts() >= MAX_WORDS {
                self.lexer.back(word.start);
                return;
            }
            if !(self.builder.is_empty() && self.reserved(text)) {
                self.builder.word(self.text, Stretch::new(word.clone()), &word);
            }
        }
    }

    pub(super) fn word(&mut self, word: Word, output: &mut Output) {
        let source = self.text;
        let text = word.text.as_str(source);
        match self.mode {
            Mode::Command => {}
            Mode::Values if text == "do" && !word.quoted => {
                self.mode = Mode::Command;
                return;
            }
            Mode::Values => {
                // Which of its values the name has is not known.
                output.variables.forget(text);
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
        if self.builder.words() == 1 && !word.quoted && !word.expanded && opens(text) {
            if self.coprocess {
                // `coproc NAME {`
                self.builder = Builder::default();
            } else if self.builder.is(source, "time") {
                self.finish(output);
            }
        }
        if self.builder.is_empty() && !word.quoted && !word.expanded && self.reserved(text) {
            return;
        }
        if self.builder.words() == 0
            && self.builder.pending().is_none()
            && let Some(words) = brace::words(&word, source)
        {
            for word in words {
                self.part(word, output);
            }
            return;
        }
        if word.expanded && (!word.breaks.is_empty() || !word.quoted && text.is_empty()) {
            for word in word.split() {
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
    fn part(&mut self, word: Word, output: &mut Output) {
        if self.builder.parts() >= MAX_WORDS {
            output.truncate();
            return;
        }
        for (range, kind) in &word.inside.0 {
            self.inside.add(range.clone(), kind);
        }
        self.builder.word(self.text, word.text, &word.span);
    }

    /// Words of the shell's grammar where a command may begin.
    fn reserved(&mut self, word: &str) -> bool {
        match word {
            "then" | "else" | "elif" | "do" | "!" => {}
            "coproc" => self.coprocess = true,
            "if" | "while" | "until" | "{" => self.pipeline.enter(),
            "fi" | "done" | "}" => self.leave(),
            "for" | "select" => {
                self.pipeline.enter();
                match self.lexer.arithmetic() {
                    Some(inside) => self.inside.search(self.text, inside, Search::Text),
                    None => self.mode = Mode::Values,
                }
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
        self.leave();
    }

    /// A group ends that is no subshell.
    fn leave(&mut self) {
        self.pipeline.leave();
        self.flow = None;
    }
}

/// A word that opens a compound command, which may stand after `time`.
fn opens(word: &str) -> bool {
    matches!(word, "{" | "if" | "while" | "until" | "for" | "select" | "case" | "function" | "!")
}

//! A text while it is made from the raw text.

use crate::mapped::Mapped;
use crate::run::Run;
use std::ops::Range;

/// A growing text with the origins of its bytes. Bytes put in between, such as the space that joins two words, came
/// from nowhere.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) runs: Vec<Run>,
}

impl Text {
    /// Its length in bytes.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The bytes of memory that it holds.
    pub(crate) const fn cost(&self) -> usize {
        self.text.len() + self.runs.len() * size_of::<Run>()
    }

    /// Adds bytes that stand in the raw text at `raw` as they are.
    pub(crate) fn push(&mut self, text: &str, raw: usize) {
        self.push_as(text, raw..raw + text.len());
    }

    /// Adds bytes that the raw bytes stand for.
    pub(crate) fn push_as(&mut self, text: &str, raw: Range<usize>) {
        if text.is_empty() {
            return;
        }
        let run = Run::new(self.len()..self.len() + text.len(), raw);
        self.text.push_str(text);
        if !self.runs.last_mut().is_some_and(|last| last.extend(run)) {
            self.runs.push(run);
        }
    }

    /// A space, where there is text already.
    pub(crate) fn space(&mut self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
    }

    /// Adds another text with its origins; tells where it stands now.
    pub(crate) fn append(&mut self, other: &Self) -> Range<usize> {
        self.append_part(other, 0..other.len())
    }

    /// Adds these bytes of another text, whole characters, with their origins; tells where they stand now.
    pub(crate) fn append_part(&mut self, other: &Self, part: Range<usize>) -> Range<usize> {
        let at = self.len();
        self.runs.extend(other.runs(&part).iter().map(|run| run.part(&part, at)));
        self.text.push_str(other.text.get(part).unwrap_or_default());
        at..self.len()
    }

    /// The same text, where the raw text of `self` is the text of `outer`: origins become those of `outer`.
    pub(crate) fn rebase(mut self, outer: &Mapped) -> Self {
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in self.runs {
            outer.lead_back(run, &mut runs);
        }
        self.runs = runs;
        self
    }

    /// The runs that have bytes in this range.
    pub(crate) fn runs(&self, range: &Range<usize>) -> &[Run] {
        let first = self.runs.partition_point(|run| run.text().end <= range.start);
        let after = self.runs.partition_point(|run| run.text().start < range.end);
        self.runs.get(first..after).unwrap_or_default()
    }
}

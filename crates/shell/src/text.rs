//! A text while it is made from the raw text.

use std::ops::Range;

use smallvec::{SmallVec, smallvec};

use crate::mapped::Mapped;
use crate::run::Run;

/// A growing text with the origins of its bytes. Bytes put in between, such as the space that joins two words, came
/// from nowhere.
#[derive(Debug, Default)]
pub(crate) struct Text {
    pub(crate) text: String,
    pub(crate) runs: SmallVec<[Run; 2]>,
}

impl Text {
    /// The raw text.
    pub(crate) fn raw(text: &str) -> Self {
        let runs = if text.is_empty() { SmallVec::new() } else { smallvec![Run::linear(0, 0..text.len())] };
        Self { text: text.to_owned(), runs }
    }

    /// An empty text that may grow by so many bytes at once.
    pub(crate) fn with_room(length: usize) -> Self {
        Self { text: String::with_capacity(length), runs: SmallVec::new() }
    }

    /// Its length in bytes.
    pub(crate) const fn len(&self) -> usize {
        self.text.len()
    }

    /// The bytes of memory that it holds.
    pub(crate) fn cost(&self) -> usize {
        self.text.len() + self.runs.len() * size_of::<Run>()
    }

    /// Adds bytes that stand in the raw text at `raw` as they are.
    pub(crate) fn push(&mut self, text: &str, raw: usize) {
        self.add(text, Run::linear(self.len(), raw..raw + text.len()));
    }

    /// Adds bytes that the raw bytes stand for.
    pub(crate) fn push_as(&mut self, text: &str, raw: Range<usize>) {
        self.add(text, Run::whole(self.len()..self.len() + text.len(), raw));
    }

    fn add(&mut self, text: &str, run: Run) {
        if text.is_empty() {
            return;
        }
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

    /// Adds these bytes of another text, whole characters, with their origins; tells where they stand now.
    pub(crate) fn append_part(&mut self, other: &Self, part: Range<usize>) -> Range<usize> {
        let at = self.len();
        self.runs.extend(other.runs(&part).iter().map(|run| run.part(&part, at)));
        self.text.push_str(other.text.get(part).unwrap_or_default());
        at..self.len()
    }

    /// The same text, where the raw text of `self` is the text of `outer`: origins become those of `outer`.
    pub(crate) fn rebase(mut self, outer: &Mapped) -> Self {
        if !outer.is_raw() {
            let mut runs = SmallVec::with_capacity(self.runs.len());
            let mut hint = 0;
            for run in self.runs {
                hint = outer.lead_back(run, hint, &mut runs);
            }
            self.runs = runs;
        }
        self
    }

    /// True when every byte stands in the raw text at its own place.
    pub(crate) fn is_raw(&self) -> bool {
        matches!(self.runs.as_slice(), [run] if *run == Run::linear(0, 0..self.len()))
    }

    /// The runs that have bytes in this range.
    pub(crate) fn runs(&self, range: &Range<usize>) -> &[Run] {
        self.runs.get(self.places(range, 0)).unwrap_or_default()
    }

    /// The places of the runs that have bytes in this range. `hint` is where the one before was: most texts are gone
    /// through from the beginning to the end, or back.
    pub(crate) fn places(&self, range: &Range<usize>, hint: usize) -> Range<usize> {
        let before = |run: &Run| run.text().end <= range.start;
        let begins = |run: &Run| run.text().start <= range.start && !before(run);
        let near = [hint, hint + 1, hint.saturating_sub(1)].into_iter();
        let near = near.into_iter().find(|place| self.runs.get(*place).is_some_and(begins));
        let first = near.unwrap_or_else(|| self.runs.partition_point(before));
        let rest = self.runs.get(first..).unwrap_or_default();
        let near = rest.iter().take(2).take_while(|run| run.text().start < range.end).count();
        let length = if near < 2 { near } else { rest.partition_point(|run| run.text().start < range.end) };
        first..first + length
    }
}

//! A text made from the raw text, with the way back.

use std::fmt;
use std::ops::Range;
use std::sync::Arc;

use smallvec::SmallVec;

use crate::run::{Run, small};
use crate::text::Text;

/// A text whose every byte knows where in the raw text it came from. Bytes put in between, such as the space that
/// joins two words, came from nowhere. A clone costs nothing: the words of a command, and what a wrapper runs, are
/// stretches of one shared text.
#[derive(Clone, Default)]
pub struct Mapped {
    whole: Arc<Text>,
    /// Whole characters inside the text, from the first byte to one past the last. Small, as in [`Run`].
    start: u32,
    end: u32,
}

impl Mapped {
    /// The text.
    pub fn as_str(&self) -> &str {
        self.whole.text.get(self.range()).unwrap_or_default()
    }

    /// True for an empty text.
    pub const fn is_empty(&self) -> bool {
        self.start == self.end
    }

    #[inline]
    const fn range(&self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    #[inline]
    fn of(whole: Arc<Text>, range: Range<usize>) -> Self {
        Self { whole, start: small(range.start), end: small(range.end) }
    }

    /// True for the raw text.
    pub(crate) fn is_raw(&self) -> bool {
        self.start == 0 && self.range().end == self.whole.len() && self.whole.is_raw()
    }

    /// The smallest range of raw bytes that covers these bytes of the text. Ranges outside the text or within a
    /// character are widened or cut to fit; bytes from nowhere are passed over.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = self.fit(range);
        if self.whole.is_raw() {
            return start..end;
        }
        let runs = self.whole.runs(&self.range());
        let first = runs.partition_point(|run| run.text().end <= start);
        let after = runs.partition_point(|run| run.text().start < end);
        // Not every text has its bytes in their order: it may have been turned around.
        let places = runs.get(first..after).unwrap_or_default().iter().map(|run| run.raw(start..end));
        let covers = |all: Range<usize>, one: Range<usize>| all.start.min(one.start)..all.end.max(one.end);
        places.reduce(covers).unwrap_or_else(|| {
            let place = runs.get(first).or(runs.last()).map_or(0, |run| run.raw(start..start).start);
            place..place
        })
    }

    /// The bytes on whole characters inside the text, in the whole text.
    fn fit(&self, range: Range<usize>) -> (usize, usize) {
        let own = self.range();
        let within = |at: usize| own.start.saturating_add(at).min(own.end);
        let mut start = within(range.start);
        let mut end = within(range.end).max(start);
        while !self.whole.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.whole.text.is_char_boundary(end) {
            end += 1;
        }
        (start, end)
    }

    /// The raw bytes of all of it.
    pub(crate) fn origin(&self) -> Range<usize> {
        self.raw(0..self.range().len())
    }

    /// The bytes of memory that a copy of it holds.
    pub(crate) fn cost(&self) -> usize {
        self.range().len() + size_of_val(self.whole.runs(&self.range()))
    }

    /// A part of it that is known to be of whole characters inside it.
    #[inline]
    pub(crate) fn part(&self, range: Range<usize>) -> Self {
        let start = self.range().start;
        Self::of(Arc::clone(&self.whole), start + range.start..start + range.end)
    }

    /// A part of it, with its origins. Empty when the range is outside or within a character.
    pub(crate) fn slice(&self, range: Range<usize>) -> Self {
        if self.as_str().get(range.clone()).is_none() {
            return Self::default();
        }
        self.part(range)
    }

    /// The texts with a space between them, without a copy: when they stand like that in one text.
    pub(crate) fn stretch<'m>(mut texts: impl Iterator<Item = &'m Self>) -> Option<Self> {
        let mut all = texts.next()?.clone();
        for text in texts {
            let gap = self::gap(&all, text)?;
            if all.is_empty() {
                all.start = text.start;
            } else if gap != " " {
                return None;
            }
            all.end = text.end;
        }
        Some(all)
    }

    /// The texts without anything between them.
    pub(crate) fn concat(texts: &[Self]) -> Self {
        let mut all = Text::default();
        for text in texts {
            text.append_to(&mut all);
        }
        all.into()
    }

    /// Adds this text to another.
    pub(crate) fn append_to(&self, text: &mut Text) {
        text.append_part(&self.whole, self.range());
    }

    /// Adds a run that points into this text as runs that point where this text came from. Tells where it was, which is
    /// a good hint where the next one is.
    pub(crate) fn lead_back(&self, run: Run, hint: usize, into: &mut SmallVec<[Run; 2]>) -> usize {
        let origin = run.origin();
        if !run.is_linear() {
            into.push(Run::whole(run.text(), self.raw(origin)));
            return hint;
        }
        let own = self.range();
        let origin = own.start + origin.start..(own.start + origin.end).min(own.end);
        let places = self.whole.places(&origin, hint);
        let next = places.end.saturating_sub(1);
        let runs = self.whole.runs.get(places).unwrap_or_default();
        into.extend(runs.iter().map(|own| own.part(&origin, run.text().start)));
        next
    }
}

/// What stands between two texts that are stretches of one.
fn gap<'m>(before: &'m Mapped, after: &Mapped) -> Option<&'m str> {
    let one = Arc::ptr_eq(&before.whole, &after.whole);
    before.whole.text.get(before.range().end..after.range().start).filter(|_| one)
}

/// Bytes and runs that a text may have room for and not use.
const SPARE: usize = 64;

impl From<Text> for Mapped {
    fn from(mut text: Text) -> Self {
        // A short one is not worth another allocation.
        if text.text.capacity() > text.len() + SPARE {
            text.text.shrink_to_fit();
        }
        if text.runs.spilled() && text.runs.capacity() > text.runs.len() + SPARE {
            text.runs.shrink_to_fit();
        }
        let range = 0..text.len();
        Self::of(Arc::new(text), range)
    }
}

impl PartialEq for Mapped {
    /// The same text from the same places.
    fn eq(&self, other: &Self) -> bool {
        let copy = |text: &Self| {
            let mut copy = Text::default();
            text.append_to(&mut copy);
            copy.runs
        };
        self.as_str() == other.as_str() && copy(self) == copy(other)
    }
}

impl Eq for Mapped {}

impl fmt::Debug for Mapped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} from {:?}", self.as_str(), self.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Mapped {
        // w"g"et \x41 at 0, 9: `wget A`
        let mut text = Text::default();
        text.push("w", 0);
        text.push("g", 2);
        text.push("et", 4);
        let mut word = Text::default();
        word.push_as("A", 9..13);
        text.space();
        text.append_part(&word, 0..1);
        text.into()
    }

    #[test]
    fn ranges_go_back_to_where_they_came_from() {
        let text = text();
        assert_eq!(text.as_str(), "wget A");
        assert_eq!(text.raw(0..4), 0..6);
        assert_eq!(text.raw(1..2), 2..3);
        assert_eq!(text.raw(5..6), 9..13);
        assert_eq!(text.raw(0..99), 0..13);
        assert_eq!(text.raw(3..5), 5..6, "the space came from nowhere");
    }

    #[test]
    fn a_text_inside_a_text_goes_back_all_the_way() {
        let mut inner = Text::default();
        inner.push("get", 1);
        let inner = Mapped::from(inner.rebase(&text()));
        assert_eq!(inner.raw(0..1), 2..3);
        assert_eq!(inner.raw(0..3), 2..6);
        assert_eq!(inner.raw(1..3), 4..6);
        let mut inner = Text::default();
        inner.push("t A", 1);
        let inner = Mapped::from(inner.rebase(&text().slice(2..6)));
        assert_eq!((inner.raw(0..1), inner.raw(0..3)), (5..6, 5..13));
    }

    #[test]
    fn a_slice_keeps_its_origins() {
        let tail = text().slice(2..6);
        assert_eq!(tail.as_str(), "et A");
        assert_eq!((tail.raw(0..2), tail.raw(3..4), tail.raw(0..9)), (4..6, 9..13, 4..13));
        let part = text().slice(1..3);
        assert_eq!((part.as_str(), part.raw(0..9), part.raw(2..9)), ("ge", 2..5, 5..5));
        assert_eq!(part, text().slice(1..4).slice(0..2));
        assert_ne!(part, tail.slice(0..2));
        assert!(text().slice(99..100).is_empty());
    }

    #[test]
    fn words_of_one_text_are_joined_without_a_copy() {
        let text = text();
        let (first, second) = (text.slice(2..4), text.slice(5..6));
        assert_eq!(Mapped::stretch([&first, &second].into_iter()), Some(text.slice(2..6)));
        assert_eq!(Mapped::stretch([&second, &first].into_iter()), None);
        assert_eq!(Mapped::stretch([&first, &self::text().slice(5..6)].into_iter()), None);
        assert_eq!(Mapped::stretch([&text.slice(4..4), &second].into_iter()), Some(second));
    }

    #[test]
    fn characters_stay_whole() {
        let mut text = Text::default();
        text.push("é!", 3);
        let text = Mapped::from(text);
        assert_eq!(text.raw(1..2), 3..5);
        assert_eq!(text.raw(2..2), 5..5);
        assert!(text.slice(1..3).is_empty());
        assert_eq!(Mapped::default().raw(0..7), 0..0);
    }
}

//! A text taken from a source.

use std::ops::Range;

use crate::mapped::Mapped;
use crate::text::Text;

/// Bytes that most texts grow by once they are copied.
const MORE: usize = 40;

/// A growing text that came from a source, whose places are bytes of that source. As long as it is one stretch of the
/// source, as most words and commands are, nothing is copied.
#[derive(Debug, Default)]
pub(crate) struct Stretch {
    range: Range<usize>,
    /// The text, once it is something else. Boxed, because it seldom is, and words are handed on a lot.
    changed: Option<Box<Text>>,
}

impl Stretch {
    /// A part of the source.
    #[inline]
    pub(crate) const fn new(range: Range<usize>) -> Self {
        Self { range, changed: None }
    }

    #[inline]
    pub(crate) fn as_str<'s>(&'s self, source: &'s str) -> &'s str {
        match &self.changed {
            Some(text) => &text.text,
            None => source.get(self.range.clone()).unwrap_or_default(),
        }
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.changed.as_ref().map_or(self.range.len(), |text| text.len())
    }

    /// The bytes of memory that it holds.
    #[inline]
    pub(crate) fn cost(&self) -> usize {
        self.changed.as_ref().map_or(0, |text| text.cost())
    }

    /// Adds a part of the source.
    #[inline]
    pub(crate) fn push(&mut self, source: &str, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        if self.changed.is_none() && self.range.is_empty() {
            self.range = range;
        } else if self.changed.is_none() && self.range.end == range.start {
            self.range.end = range.end;
        } else {
            let text = source.get(range.clone()).unwrap_or_default();
            self.change(source).push(text, range.start);
        }
    }

    /// Adds a text that a part of the source stands for.
    pub(crate) fn push_as(&mut self, source: &str, text: &str, range: Range<usize>) {
        self.change(source).push_as(text, range);
    }

    /// Adds another text of the same source behind a space, when there is any before it. Tells where it stands.
    #[inline]
    pub(crate) fn join(&mut self, source: &str, other: Self) -> Range<usize> {
        let at = self.len();
        if at == 0 {
            *self = other;
        } else if self.stands_before(source, &other) {
            self.range.end = other.range.end;
            return at + 1..self.len();
        } else {
            self.change(source).space();
            return self.append(source, &other);
        }
        0..self.len()
    }

    /// Adds another text of the same source. Tells where it stands.
    pub(crate) fn append(&mut self, source: &str, other: &Self) -> Range<usize> {
        let at = self.len();
        match &other.changed {
            Some(text) => {
                self.change(source).append_part(text, 0..text.len());
            }
            None => self.push(source, other.range.clone()),
        }
        at..self.len()
    }

    /// A part of it.
    pub(crate) fn part(&self, part: Range<usize>) -> Self {
        match &self.changed {
            None => Self::new(self.range.start + part.start..self.range.start + part.end),
            Some(text) => {
                let mut own = Text::default();
                own.append_part(text, part);
                Self { range: 0..0, changed: Some(Box::new(own)) }
            }
        }
    }

    /// The text, with the way back to where the source came from.
    #[inline]
    pub(crate) fn lead_back(self, source: &Mapped) -> Mapped {
        match self.changed {
            Some(text) => text.rebase(source).into(),
            None => source.slice(self.range),
        }
    }

    /// Only one space stands between the two.
    #[inline]
    fn stands_before(&self, source: &str, other: &Self) -> bool {
        self.changed.is_none()
            && other.changed.is_none()
            && !other.range.is_empty()
            && self.range.end + 1 == other.range.start
            && source.as_bytes().get(self.range.end) == Some(&b' ')
    }

    fn change(&mut self, source: &str) -> &mut Text {
        let range = self.range.clone();
        self.changed.get_or_insert_with(|| {
            let mut text = Text::with_room(range.len() + MORE);
            text.push(source.get(range.clone()).unwrap_or_default(), range.start);
            Box::new(text)
        })
    }
}

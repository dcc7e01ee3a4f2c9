//! A stretch of a text and where it came from.

use std::ops::Range;

/// Neighbouring bytes with neighbouring origins; or bytes that as a whole came from the whole origin, such as an escape
/// like `\x41`. Its numbers are small because a megabyte of quotes is half a million runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Run {
    at: u32,
    length: u32,
    raw: u32,
    /// The upper bit says that it came as a whole; no text is as long as that.
    raw_length: u32,
}

const WHOLE: u32 = 1 << 31;

impl Run {
    /// Bytes that stand at `raw` as they are.
    pub(crate) fn linear(at: usize, raw: Range<usize>) -> Self {
        let length = small(raw.len());
        Self { at: small(at), length, raw: small(raw.start), raw_length: length }
    }

    /// Bytes that others stand for.
    pub(crate) fn whole(text: Range<usize>, raw: Range<usize>) -> Self {
        if text.len() == 1 && raw.len() == 1 {
            return Self::linear(text.start, raw);
        }
        Self {
            at: small(text.start),
            length: small(text.len()),
            raw: small(raw.start),
            raw_length: small(raw.len()) | WHOLE,
        }
    }

    /// Its bytes in the text.
    pub(crate) const fn text(self) -> Range<usize> {
        self.at as usize..self.at as usize + self.length as usize
    }

    /// Its bytes in the raw text.
    pub(crate) const fn origin(self) -> Range<usize> {
        self.raw as usize..self.raw as usize + (self.raw_length & !WHOLE) as usize
    }

    pub(crate) const fn is_linear(self) -> bool {
        self.raw_length & WHOLE == 0
    }

    /// Where a part of its text came from; what lies outside the run is cut off.
    pub(crate) fn raw(self, part: Range<usize>) -> Range<usize> {
        let (text, origin) = (self.text(), self.origin());
        if !self.is_linear() {
            return origin;
        }
        let place = |at: usize| origin.start + at.clamp(text.start, text.end) - text.start;
        place(part.start)..place(part.end)
    }

    /// What of it lies in a part of its text, in a text that begins with that part at `to`.
    pub(crate) fn part(self, part: &Range<usize>, to: usize) -> Self {
        let text = self.text().start.max(part.start)..self.text().end.min(part.end);
        let at = to + text.start - part.start;
        if self.is_linear() {
            Self::linear(at, self.raw(text))
        } else {
            Self::whole(at..at + text.len(), self.origin())
        }
    }

    /// Makes it longer by what follows it in both texts; false for anything else.
    pub(crate) fn extend(&mut self, next: Self) -> bool {
        let follows = self.is_linear()
            && next.is_linear()
            && self.origin().end == next.origin().start
            && self.text().end == next.text().start;
        if follows {
            self.length += next.length;
            self.raw_length += next.raw_length;
        }
        follows
    }
}

/// No text is as long as that, see `MAX_TEXT`.
#[inline]
pub(crate) fn small(number: usize) -> u32 {
    u32::try_from(number).map_or(!WHOLE, |number| number.min(!WHOLE))
}

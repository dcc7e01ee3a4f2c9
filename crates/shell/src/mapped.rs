//! A text made from the raw text, with the way back.

use std::ops::Range;

/// A text whose every byte knows where in the raw text it came from. Bytes put in between, such as the space that
/// joins two words, came from nowhere.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Mapped {
    text: String,
    runs: Vec<Run>,
}

/// Neighbouring bytes with neighbouring origins. When the lengths differ, the whole run came from the whole origin:
/// an escape such as `\x41`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Run {
    at: usize,
    length: usize,
    raw: usize,
    raw_length: usize,
}

impl Mapped {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// True for an empty text.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// The smallest range of raw bytes that covers these bytes of the text. Ranges outside the text or within a
    /// character are widened or cut to fit; bytes from nowhere are passed over.
    pub fn raw(&self, range: Range<usize>) -> Range<usize> {
        let (start, end) = self.fit(range);
        let first = self.runs.partition_point(|run| run.at + run.length <= start);
        let after = self.runs.partition_point(|run| run.at < end);
        let Some(first_run) = self.runs.get(first).or(self.runs.last()) else { return 0..0 };
        let raw_start = first_run.origin(start.saturating_sub(first_run.at));
        let raw_end = match after.checked_sub(1).and_then(|last| self.runs.get(last)) {
            Some(last) if end > last.at => last.origin_end(end - last.at),
            _ => raw_start,
        };
        raw_start..raw_end.max(raw_start)
    }

    /// The bytes on whole characters inside the text.
    fn fit(&self, range: Range<usize>) -> (usize, usize) {
        let mut start = range.start.min(self.text.len());
        let mut end = range.end.clamp(start, self.text.len());
        while !self.text.is_char_boundary(start) {
            start -= 1;
        }
        while !self.text.is_char_boundary(end) {
            end += 1;
        }
        (start, end)
    }

    /// The text from this byte on, with its origins. Empty when the byte is none or within a character.
    pub(crate) fn tail(&self, at: usize) -> Self {
        let mut tail = Self::default();
        let Some(text) = self.text.get(at..) else { return tail };
        for run in &self.runs[self.runs.partition_point(|run| run.at + run.length <= at)..] {
            let cut = at.saturating_sub(run.at);
            let raw = run.origin(cut)..run.origin_end(run.length);
            tail.runs.push(Run {
                at: run.at + cut - at,
                length: run.length - cut,
                raw: raw.start,
                raw_length: raw.len(),
            });
        }
        tail.text.push_str(text);
        tail
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
        let run = Run { at: self.text.len(), length: text.len(), raw: raw.start, raw_length: raw.len() };
        self.text.push_str(text);
        match self.runs.last_mut() {
            Some(last) if last.continues_with(run) => {
                last.length += run.length;
                last.raw_length += run.raw_length;
            }
            _ => self.runs.push(run),
        }
    }

    /// Adds another text with its origins, after a space where there is text already.
    pub(crate) fn join(&mut self, other: &Self) {
        if !self.text.is_empty() {
            self.text.push(' ');
        }
        self.append(other);
    }

    /// Adds another text with its origins.
    pub(crate) fn append(&mut self, other: &Self) {
        let shift = self.text.len();
        self.text.push_str(&other.text);
        self.runs.extend(other.runs.iter().map(|run| Run { at: run.at + shift, ..*run }));
    }

    /// The same text, where the raw text of `self` is the text of `outer`: origins become those of `outer`.
    pub(crate) fn rebase(mut self, outer: &Self) -> Self {
        let mut runs = Vec::with_capacity(self.runs.len());
        for run in self.runs {
            if run.length == run.raw_length {
                outer.split(run, &mut runs);
            } else {
                let raw = outer.raw(run.raw..run.raw + run.raw_length);
                runs.push(Run { raw: raw.start, raw_length: raw.len(), ..run });
            }
        }
        self.runs = runs;
        self
    }

    /// Cuts a run that points into this text at the borders of this text's own runs.
    fn split(&self, run: Run, into: &mut Vec<Run>) {
        let end = run.raw + run.length;
        let mut place = run.raw;
        for own in &self.runs[self.runs.partition_point(|own| own.at + own.length <= run.raw)..] {
            if own.at >= end {
                break;
            }
            let from = own.at.max(place);
            let to = (own.at + own.length).min(end);
            let raw = own.origin(from - own.at)..own.origin_end(to - own.at);
            into.push(Run {
                at: run.at + from - run.raw,
                length: to - from,
                raw: raw.start,
                raw_length: raw.len(),
            });
            place = to;
        }
    }
}

impl Run {
    const fn is_linear(&self) -> bool {
        self.length == self.raw_length
    }

    fn origin(&self, offset: usize) -> usize {
        if self.is_linear() { self.raw + offset.min(self.length) } else { self.raw }
    }

    fn origin_end(&self, offset: usize) -> usize {
        if self.is_linear() { self.raw + offset.min(self.length) } else { self.raw + self.raw_length }
    }

    fn continues_with(&self, next: Self) -> bool {
        self.is_linear()
            && next.is_linear()
            && self.raw + self.length == next.raw
            && self.at + self.length == next.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text() -> Mapped {
        // w"g"et \x41 at 0, 9: `wget A`
        let mut text = Mapped::default();
        text.push("w", 0);
        text.push("g", 2);
        text.push("et", 4);
        let mut word = Mapped::default();
        word.push_as("A", 9..13);
        text.join(&word);
        text
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
        let mut inner = Mapped::default();
        inner.push("get", 1);
        let inner = inner.rebase(&text());
        assert_eq!(inner.raw(0..1), 2..3);
        assert_eq!(inner.raw(0..3), 2..6);
        assert_eq!(inner.raw(1..3), 4..6);
    }

    #[test]
    fn a_tail_keeps_its_origins() {
        let tail = text().tail(2);
        assert_eq!(tail.as_str(), "et A");
        assert_eq!((tail.raw(0..2), tail.raw(3..4)), (4..6, 9..13));
        assert!(text().tail(99).is_empty());
    }

    #[test]
    fn characters_stay_whole() {
        let mut text = Mapped::default();
        text.push("é!", 3);
        assert_eq!(text.raw(1..2), 3..5);
        assert_eq!(text.raw(2..2), 5..5);
        assert_eq!(Mapped::default().raw(0..7), 0..0);
    }
}

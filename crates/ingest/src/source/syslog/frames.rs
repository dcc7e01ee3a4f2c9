//! A stream of bytes to messages, in bounded memory.
//!
//! RFC 6587 has two framings, and every message of a stream may have its own: `LENGTH <134>...` is as long as it says,
//! anything else ends with a line feed.

use crate::source::file::MAX_LINE;

/// How much of a message that is too long is given.
const HEAD: usize = 256;
/// Digits of a length.
const DIGITS: usize = 10;

/// One message.
#[derive(Debug, PartialEq, Eq)]
pub enum Frame<'a> {
    /// Its bytes, without a line feed or NUL at the end.
    Message(&'a [u8]),
    /// More bytes than a line has.
    TooLong {
        /// How many.
        length: u64,
        /// The first of them.
        head: &'a [u8],
    },
}

/// Takes bytes as they come and gives messages.
#[derive(Debug, Default)]
pub struct Frames {
    buffer: Vec<u8>,
    /// The part of the buffer that was given already.
    given: usize,
    /// The part after it that holds no line feed.
    searched: usize,
    skipping: Option<Skipping>,
}

/// A message that is too long is passed over.
#[derive(Debug)]
struct Skipping {
    head: Vec<u8>,
    length: u64,
    /// What is still to come, where the sender said it; else the next line feed ends it.
    left: Option<u64>,
}

/// Where the next message ends.
enum End {
    /// From here to there in the buffer; the next one begins at the third place.
    At(usize, usize, usize),
    /// It says that it has so many bytes, and they begin here.
    TooLong(usize, u64),
    /// A line that has too many already.
    Endless,
    Open,
}

impl Frames {
    /// Takes what a peer sent. Give what is whole before the next call: nothing here asks for less.
    pub fn push(&mut self, bytes: &[u8]) {
        self.buffer.drain(..self.given);
        self.given = 0;
        self.buffer.extend_from_slice(bytes);
    }

    /// The next whole message.
    #[expect(clippy::should_implement_trait, reason = "the message borrows from the buffer")]
    pub fn next(&mut self) -> Option<Frame<'_>> {
        if self.skipping.is_some() {
            return self.skip();
        }
        match self.end() {
            End::At(begin, end, next) => {
                let message = self.given + begin..self.given + end;
                self.advance(next);
                Some(Frame::Message(trimmed(self.buffer.get(message).unwrap_or_default())))
            }
            End::TooLong(begin, length) => {
                self.advance(begin);
                self.skipping = Some(Skipping { head: self.head(), length, left: Some(length) });
                self.skip()
            }
            End::Endless => {
                self.skipping = Some(Skipping { head: self.head(), length: 0, left: None });
                self.skip()
            }
            End::Open => None,
        }
    }

    /// What is left when the peer has ended: a last line without a line feed. A part of a message whose length was said
    /// is none.
    pub fn rest(&mut self) -> Option<Frame<'_>> {
        if self.is_empty() || self.skipping.is_some() || !matches!(counted(self.unread()), Counted::No) {
            return None;
        }
        let begin = self.given;
        self.given = self.buffer.len();
        Some(Frame::Message(trimmed(self.buffer.get(begin..).unwrap_or_default())))
    }

    /// Is no message under way?
    pub fn is_empty(&self) -> bool {
        self.skipping.is_none() && self.unread().is_empty()
    }

    /// Bytes that are kept of a message under way.
    pub fn waiting(&self) -> usize {
        self.unread().len()
    }

    fn unread(&self) -> &[u8] {
        self.buffer.get(self.given..).unwrap_or_default()
    }

    fn advance(&mut self, bytes: usize) {
        self.given += bytes;
        self.searched = 0;
    }

    fn head(&self) -> Vec<u8> {
        self.unread().iter().take(HEAD).copied().collect()
    }

    fn end(&mut self) -> End {
        let unread = self.buffer.get(self.given..).unwrap_or_default();
        match counted(unread) {
            Counted::Open => return End::Open,
            Counted::Length { begin, length } if length > MAX_LINE as u64 => {
                return End::TooLong(begin, length);
            }
            Counted::Length { begin, length } => {
                let end = usize::try_from(length).map_or(usize::MAX, |length| begin + length);
                return if end <= unread.len() { End::At(begin, end, end) } else { End::Open };
            }
            Counted::No => {}
        }
        if let Some(place) = memchr::memchr(b'\n', unread.get(self.searched..).unwrap_or_default()) {
            let end = self.searched + place;
            return if end > MAX_LINE { End::Endless } else { End::At(0, end, end + 1) };
        }
        self.searched = unread.len();
        if unread.len() > MAX_LINE { End::Endless } else { End::Open }
    }

    /// Passes over what is there of a message that is too long; gives it when it is over.
    fn skip(&mut self) -> Option<Frame<'_>> {
        let unread = self.buffer.get(self.given..).unwrap_or_default();
        let skipping = self.skipping.as_mut()?;
        let (over, ended) = match &mut skipping.left {
            Some(left) => {
                let over = usize::try_from(*left).map_or(unread.len(), |left| left.min(unread.len()));
                *left -= over as u64;
                (over, *left == 0)
            }
            None => {
                let feed = memchr::memchr(b'\n', unread);
                skipping.length += feed.unwrap_or(unread.len()) as u64;
                (feed.map_or(unread.len(), |feed| feed + 1), feed.is_some())
            }
        };
        self.advance(over);
        if !ended {
            return None;
        }
        let Skipping { head, length, .. } = self.skipping.take()?;
        // Kept where a message would be: in the part that was given.
        self.buffer.drain(..self.given);
        self.buffer.splice(..0, head.iter().copied());
        self.given = head.len();
        Some(Frame::TooLong { length, head: self.buffer.get(..head.len()).unwrap_or_default() })
    }
}

/// How a message begins.
enum Counted {
    /// With its length.
    Length {
        begin: usize,
        length: u64,
    },
    No,
    /// It cannot be told yet.
    Open,
}

/// Reads `LENGTH <`.
fn counted(bytes: &[u8]) -> Counted {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if digits > DIGITS || (digits == 0 && !bytes.is_empty()) || bytes.first() == Some(&b'0') {
        return Counted::No;
    }
    match (bytes.get(digits), bytes.get(digits + 1)) {
        (None, _) | (Some(b' '), None) => Counted::Open,
        (Some(b' '), Some(b'<')) => {
            let text = std::str::from_utf8(bytes.get(..digits).unwrap_or_default()).unwrap_or_default();
            text.parse().map_or(Counted::No, |length| Counted::Length { begin: digits + 1, length })
        }
        _ => Counted::No,
    }
}

/// A datagram or line without what some programs end it with.
fn trimmed(message: &[u8]) -> &[u8] {
    let end = message.iter().rposition(|byte| !matches!(byte, b'\n' | b'\r' | b'\0'));
    message.get(..end.map_or(0, |end| end + 1)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// All messages of bytes that come in pieces of this size: a message, or the length of one that is too long.
    fn all(bytes: &[u8], piece: usize) -> Vec<Result<Vec<u8>, u64>> {
        fn owned(frame: &Frame<'_>) -> Result<Vec<u8>, u64> {
            match frame {
                Frame::Message(message) => Ok(message.to_vec()),
                Frame::TooLong { length, head } => {
                    assert!(head.len() <= HEAD);
                    Err(*length)
                }
            }
        }
        let mut frames = Frames::default();
        let mut found = Vec::new();
        for piece in bytes.chunks(piece.max(1)) {
            frames.push(piece);
            while let Some(frame) = frames.next() {
                found.push(owned(&frame));
            }
            assert!(frames.buffer.len() <= MAX_LINE + piece.len() + HEAD + DIGITS + 2, "memory is bounded");
        }
        found.extend(frames.rest().as_ref().map(owned));
        found
    }

    #[test]
    fn both_framings_in_one_stream() {
        let bytes = b"5 <1>ab<2>line\r\n7 <3>a\nbc<4>x\0\n10.0.0.1 no length\n2026 no message\n\n<5>last";
        for piece in 1..bytes.len() {
            let found: Vec<_> = all(bytes, piece).into_iter().map(Result::unwrap).collect();
            let expected: [&[u8]; 7] =
                [b"<1>ab", b"<2>line", b"<3>a\nbc", b"<4>x", b"10.0.0.1 no length", b"2026 no message", b""];
            assert_eq!(found[..7], expected.map(<[u8]>::to_vec), "pieces of {piece}");
            assert_eq!(found[7..], [b"<5>last".to_vec()], "pieces of {piece}");
        }
    }

    #[test]
    fn what_is_too_long_is_passed_over() {
        let long = vec![b'x'; MAX_LINE + 10];
        let counted = [format!("{} <1>", long.len() + 3).as_bytes(), &long, b"<2>next\n"].concat();
        let line = [&b"<1>"[..], &long, b"\n<2>next\n"].concat();
        for bytes in [counted, line] {
            for piece in [1000, 65_536, bytes.len()] {
                let expected = vec![Err(long.len() as u64 + 3), Ok(b"<2>next".to_vec())];
                assert_eq!(all(&bytes, piece), expected, "pieces of {piece}");
            }
        }
        let whole = vec![b'x'; MAX_LINE];
        assert_eq!(all(&[&whole[..], b"\n"].concat(), 4096), [Ok(whole)]);
    }

    /// Who says a length and does not keep it must not have memory set aside for it.
    #[test]
    fn a_length_is_no_promise() {
        assert_eq!(all(b"9999999999 <1>abc", 4), []);
        assert_eq!(all(b"99999999999 <1>abc", 4), [Ok(b"99999999999 <1>abc".to_vec())]);
        assert_eq!(all(b"100 <1>part of it", 4), []);
    }

    proptest! {
        #[test]
        fn pieces_do_not_matter(bytes in "[0-9 <>a\n\0]{0,60}", piece in 1_usize..20) {
            prop_assert_eq!(all(bytes.as_bytes(), piece), all(bytes.as_bytes(), 1000));
        }

        /// What was sent with its length comes back byte for byte.
        #[test]
        fn counted_messages_come_back(messages in prop::collection::vec("<1>[^\n\r\0]{0,40}x", 0..8), piece in 1_usize..50) {
            let counted: Vec<_> = messages.iter().map(|text| format!("{} {text}", text.len())).collect();
            let stream = counted.concat();
            let found: Vec<_> = all(stream.as_bytes(), piece).into_iter().map(|it| String::from_utf8(it.unwrap()).unwrap()).collect();
            prop_assert_eq!(found, messages);
        }
    }
}

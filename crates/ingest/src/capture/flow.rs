//! The beginnings of TCP streams, as far as clients say who they are.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::body::Session;

use super::frame::Segment;
use super::{hello, ssh};

/// Streams looked at at once. Of more the oldest are given up: whoever opens connections chooses how many there are.
const STREAMS: usize = 8_192;
/// Bytes of one stream: a key exchange has about two thousand, a hello rarely more.
const BYTES: usize = 16 << 10;
/// Segments that came too early and wait for those before them.
const EARLY: usize = 16;

type End = (IpAddr, u16);

/// A stream's client and server.
pub(super) type Ends = (End, End);

/// What clients said in one stream, and when the last of it came.
pub(super) struct Found {
    pub(super) ends: Ends,
    /// When the stream's first bytes came.
    pub(super) begun: UtcMicros,
    pub(super) said: Vec<Session>,
}

#[derive(Default)]
pub(super) struct Streams {
    open: HashMap<Ends, Stream>,
    /// By age.
    order: BTreeMap<u64, Ends>,
    made: u64,
}

struct Stream {
    place: u64,
    begun: UtcMicros,
    speaks: Speaks,
    next: u32,
    bytes: Vec<u8>,
    early: BTreeMap<u32, Vec<u8>>,
    /// All was told. It is kept, so that a segment that is sent again begins no other.
    done: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Speaks {
    Ssh,
    Tls,
}

impl Streams {
    /// Takes a segment; gives what its client has said when that is whole, or as much as there is when it ends.
    pub(super) fn add(&mut self, time: UtcMicros, segment: &Segment<'_>) -> Option<Found> {
        let ends = (segment.source, segment.target);
        if segment.opens {
            self.forget(&ends);
        }
        if !self.open.contains_key(&ends) {
            self.begin(time, segment, ends)?;
        }
        let stream = self.open.get_mut(&ends)?;
        if !stream.done {
            stream.add(segment.sequence, segment.bytes);
        }
        let last = segment.closes || stream.bytes.len() >= BYTES;
        let said = if stream.done { None } else { stream.said(last) };
        let begun = stream.begun;
        if segment.closes {
            self.forget(&ends);
        } else if said.is_some() {
            stream.end();
        }
        said.filter(|said| !said.is_empty()).map(|said| Found { ends, begun, said })
    }

    /// Begins to follow a stream whose first bytes are a client's. None for others, also where what comes first is not
    /// where the stream begins: streams are followed for what they say, not for being opened, which costs nothing.
    fn begin(&mut self, time: UtcMicros, segment: &Segment<'_>, ends: Ends) -> Option<()> {
        let speaks = if segment.bytes.is_empty() {
            return None;
        } else if hello::is_tls(segment.bytes) == Some(true) {
            Speaks::Tls
        // Both sides of SSH begin in one way: servers have the lower port.
        } else if ssh::is_ssh(segment.bytes) == Some(true) && segment.source.1 > segment.target.1 {
            Speaks::Ssh
        } else {
            return None;
        };
        if self.open.len() >= STREAMS
            && let Some((_, oldest)) = self.order.pop_first()
        {
            self.open.remove(&oldest);
        }
        self.made += 1;
        self.order.insert(self.made, ends);
        let (place, next) = (self.made, segment.sequence);
        self.open.insert(ends, Stream::new(place, time, speaks, next));
        Some(())
    }

    fn forget(&mut self, ends: &Ends) {
        if let Some(stream) = self.open.remove(ends) {
            self.order.remove(&stream.place);
        }
    }
}

impl Stream {
    const fn new(place: u64, begun: UtcMicros, speaks: Speaks, next: u32) -> Self {
        Self { place, begun, speaks, next, bytes: Vec::new(), early: BTreeMap::new(), done: false }
    }

    fn end(&mut self) {
        self.done = true;
        self.bytes = Vec::new();
        self.early = BTreeMap::new();
    }

    /// Puts a segment in its place.
    fn add(&mut self, sequence: u32, bytes: &[u8]) {
        if bytes.is_empty() {
            return;
        }
        if self.is_ahead(sequence) {
            let waiting: usize = self.early.values().map(Vec::len).sum();
            if self.early.len() < EARLY && waiting + bytes.len() <= BYTES {
                self.early.entry(sequence).or_insert_with(|| bytes.to_vec());
            }
            return;
        }
        self.push(sequence, bytes);
        // What waits for nothing any more takes no room, whether something of it is new or not.
        while let Some(sequence) = self.early.keys().copied().find(|sequence| !self.is_ahead(*sequence)) {
            let early = self.early.remove(&sequence).unwrap_or_default();
            self.push(sequence, &early);
        }
    }

    fn is_ahead(&self, sequence: u32) -> bool {
        // How far ahead; a segment that came before wraps around to nearly all of 32 bits.
        let ahead = sequence.wrapping_sub(self.next);
        ahead != 0 && ahead < u32::MAX / 2
    }

    /// Adds what is new of a segment that begins no later than what is known ends.
    fn push(&mut self, sequence: u32, bytes: &[u8]) {
        let known = self.next.wrapping_sub(sequence) as usize;
        let bytes = bytes.get(known..).unwrap_or_default();
        let room = BYTES.saturating_sub(self.bytes.len());
        self.bytes.extend_from_slice(&bytes[..bytes.len().min(room)]);
        // A segment is far smaller.
        self.next = self.next.wrapping_add(u32::try_from(bytes.len()).unwrap_or(0));
    }

    /// None while more is to come.
    fn said(&self, last: bool) -> Option<Vec<Session>> {
        match self.speaks {
            Speaks::Tls => match hello::read(&self.bytes) {
                Some(hello) => Some(vec![Session::ClientTls {
                    ja3: Some(hello.ja3),
                    ja4: Some(hello.ja4),
                    server_name: hello.server_name,
                    version: None,
                }]),
                None => last.then(Vec::new),
            },
            Speaks::Ssh => {
                let said = ssh::read(&self.bytes);
                if !last && said.as_ref().is_none_or(|said| said.hassh.is_none()) {
                    return None;
                }
                Some(said.map_or_else(Vec::new, |said| {
                    let banner = Session::ClientVersion { version: said.banner };
                    let exchange = said
                        .hassh
                        .map(|(hassh, lists)| Session::ClientKex { hassh, hassh_algorithms: Some(lists) });
                    [banner].into_iter().chain(exchange).collect()
                }))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stream() -> Stream {
        Stream::new(0, UtcMicros::EARLIEST, Speaks::Ssh, u32::MAX - 1)
    }

    /// Sequence numbers wrap around within the first bytes.
    #[test]
    fn segments_find_their_place_in_any_order() {
        let parts: [(u32, &[u8]); 4] = [(u32::MAX - 1, b"SS"), (0, b"H-"), (2, b"2.0"), (0, b"H-2")];
        for order in [[0, 1, 2, 3], [2, 1, 0, 3], [1, 3, 2, 0], [0, 3, 2, 1]] {
            let mut stream = stream();
            for place in order {
                stream.add(parts[place].0, parts[place].1);
            }
            assert_eq!(stream.bytes, b"SSH-2.0", "{order:?}");
        }
    }

    #[test]
    fn a_stream_is_bounded() {
        let mut stream = stream();
        for _ in 0..100 {
            stream.add(stream.next, &[b'x'; 1460]);
            stream.add(stream.next.wrapping_add(9_000), &[b'y'; 1460]);
        }
        assert!(stream.bytes.len() == BYTES && stream.early.len() <= EARLY);
    }

    #[test]
    fn what_comes_early_is_bounded_and_goes_when_its_time_is_past() {
        let mut stream = Stream::new(0, UtcMicros::EARLIEST, Speaks::Ssh, 0);
        let waiting = |stream: &Stream| stream.early.values().map(Vec::len).sum::<usize>();
        for number in 1..=8 {
            stream.add(number * 10, &[b'x'; BYTES / 4]);
        }
        assert_eq!(waiting(&stream), BYTES);
        stream.early.clear();
        // The second lies within the first, the third reaches beyond it, the fourth still waits.
        for (sequence, bytes) in [(2, &b"cdef"[..]), (3, b"de"), (5, b"fgh"), (9, b"j")] {
            stream.add(sequence, bytes);
        }
        stream.add(0, b"ab");
        assert_eq!((&stream.bytes[..], waiting(&stream)), (&b"abcdefgh"[..], 1));
    }
}

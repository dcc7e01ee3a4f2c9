//! A stream of syslog gives the same messages in whatever pieces it comes, in bounded memory, and each is an event or none.

use vespid_ingest::decode::{Decoded, Decoder};
use vespid_ingest::source::file::MAX_LINE;
use vespid_ingest::source::syslog::{Frame, Frames, parts};

/// The first byte says how long the pieces are.
pub(crate) fn syslog(bytes: &[u8]) {
    let Some((piece, stream)) = bytes.split_first() else { return };
    let messages = messages(stream, usize::from(*piece) + 1);
    assert_eq!(messages, self::messages(stream, stream.len().max(1)), "in one piece");
    let mut decoder = Decoder::sniffing([].into());
    for message in messages {
        let read = decoder.clone().decode_one_of(parts(&message));
        assert_eq!(decoder.decode_one_of(parts(&message)), read, "the same again");
        if let Ok(Decoded::Events(events)) = read {
            assert!(!events.is_empty() && events.len() <= message.len(), "{} events", events.len());
        }
    }
}

fn messages(stream: &[u8], piece: usize) -> Vec<Vec<u8>> {
    let mut frames = Frames::default();
    let mut all = Vec::new();
    for piece in stream.chunks(piece) {
        frames.push(piece);
        while let Some(frame) = frames.next() {
            all.push(owned(&frame));
        }
        assert!(frames.waiting() <= MAX_LINE + piece.len(), "memory is bounded");
    }
    all.extend(frames.rest().as_ref().map(owned));
    all
}

fn owned(frame: &Frame<'_>) -> Vec<u8> {
    match frame {
        Frame::Message(message) => message.to_vec(),
        Frame::TooLong { length, head } => [head, &length.to_be_bytes()[..]].concat(),
    }
}

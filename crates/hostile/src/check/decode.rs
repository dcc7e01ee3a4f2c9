//! Any line is an event, blank, or wrong for a reason; an event can be stored and read again.

use std::env;
use std::sync::LazyLock;

use vespid_ingest::decode::{self, DecodeError, Decoded, Format, recognise};
use vespid_model::Body;
use vespid_model::event::Event;

/// Whoever looks at one format for long names it in this variable of the environment.
pub const ONE_FORMAT: &str = "VESPID_FUZZ_FORMAT";

static ONE: LazyLock<Option<Format>> = LazyLock::new(|| {
    let name = env::var(ONE_FORMAT).ok()?;
    let known = Format::ALL.iter().copied().find(|format| format.name() == name);
    Some(known.unwrap_or_else(|| panic!("{ONE_FORMAT} names no format: {name}")))
});

/// What keys of databases hold.
const LONGEST_NAME: usize = 255;

type Read = Result<Option<Event>, DecodeError>;

pub(crate) fn cowrie(line: &[u8]) {
    holds(line, decode::cowrie::decode);
}

pub(crate) fn native(line: &[u8]) {
    holds(line, decode::native::decode);
}

pub(crate) fn formats(bytes: &[u8]) {
    let Some((number, line)) = bytes.split_first() else { return };
    let Some(format) = ONE.or_else(|| Format::ALL.get(usize::from(*number) % Format::ALL.len()).copied())
    else {
        return;
    };
    assert_eq!(recognise(line), recognise(line));
    let read = format.decode(line);
    assert_eq!(format.decode(line), read, "the same again");
    match read {
        Ok(Decoded::Events(events)) => {
            assert!(!events.is_empty() && events.len() <= line.len(), "{} events", events.len());
            events.iter().for_each(is_storable);
        }
        Ok(Decoded::Blank | Decoded::Passed(_)) => {}
        Err(error) => assert!(!error.to_string().is_empty(), "{error:?}"),
    }
}

fn holds(line: &[u8], decode: impl Fn(&[u8]) -> Read) {
    let read = decode(line);
    assert_eq!(decode(line), read, "the same again");
    match read {
        Ok(Some(event)) => is_storable(&event),
        Ok(None) => assert!(line.len() < 4 || line.trim_ascii_end().len() <= 3, "a line that is not blank"),
        Err(error) => assert!(!error.to_string().is_empty(), "{error:?}"),
    }
}

fn is_storable(event: &Event) {
    let stored = Body::from_json(event.kind(), &event.body_json);
    assert_eq!(stored.as_ref().ok(), Some(&event.body), "{stored:?}");
    assert!(!event.decky.is_empty() && event.decky.chars().count() <= LONGEST_NAME);
    assert!(event.session.as_ref().is_none_or(|name| name.chars().count() <= LONGEST_NAME));
}

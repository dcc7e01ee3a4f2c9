//! From a file to its entries.

use std::io::{self, BufRead as _, BufReader, Read};

use vespid_model::body::Intel;
use vespid_model::listing::{Feed, Provider, Said};

use super::bounded::{Bounded, Place};
use super::entry::{Entry, Item, Judged, Odd};
use super::error::IntelError;
use super::sniff::{Form, form};
use super::{feodo, json, judge, plain, table, threatfox};
use crate::source::file::{Input, unpacked};

/// Bytes that tell what a file is: comments of abuse.ch come first.
const HEAD: usize = 1 << 14;

/// What the user says of the files.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given {
    /// Whose they are; else their fields say it.
    pub provider: Option<Provider>,
    /// The score of all addresses of a plain list of AbuseIPDB, which does not say it: the least one that was asked
    /// for.
    pub plain_score: i64,
}

/// Reads a file and hands its entries to `each`, until that says no.
///
/// # Errors
/// [`IntelError`] when it is none of the known formats, or breaks off; entries before have been handed over.
pub fn read(input: &Input, given: Given, each: &mut dyn FnMut(Item) -> bool) -> Result<(), IntelError> {
    let name = input.name();
    let bytes = unpacked(input)?;
    entries(&name, bytes, given, each)
}

/// Reads an answer, as if it stood in a file.
///
/// # Errors
/// As [`read`].
pub fn answer(
    name: &str,
    bytes: &[u8],
    given: Given,
    each: &mut dyn FnMut(Item) -> bool,
) -> Result<(), IntelError> {
    entries(name, bytes, given, each)
}

fn entries(
    name: &str,
    bytes: impl Read,
    given: Given,
    each: &mut dyn FnMut(Item) -> bool,
) -> Result<(), IntelError> {
    let place = Place::default();
    let mut bytes = BufReader::with_capacity(HEAD, Bounded { bytes, place: place.clone() });
    let head = filled(&mut bytes).map_err(|error| IntelError::io(name, error))?;
    let start = if head.starts_with(b"\xef\xbb\xbf") { 3 } else { 0 };
    let form = form(&head);
    let bytes = io::Cursor::new(head.get(start..).unwrap_or_default().to_vec()).chain(bytes);
    let mut hand = Hand { given, each, place, entries: 0, stopped: false };
    let read = match (form, given.provider) {
        (Form::Json, _) => json::read(bytes, &mut hand).map_err(|error| error.to_string()),
        (Form::Table(columns), _) => {
            table::read(bytes, &columns, &mut hand).map_err(|error| error.to_string())
        }
        (Form::Plain, Some(provider @ (Provider::AbuseIpDb | Provider::Feodo))) => {
            let (feed, words) = listed(provider, given.plain_score);
            plain::read(bytes, feed, &words, &mut hand).map_err(|error| error.to_string())
        }
        (Form::Plain, None) => return Err(IntelError::Plain(name.to_owned())),
        (Form::Plain, Some(_)) => return Err(IntelError::NotPlain(name.to_owned())),
        (Form::Zip, _) => return Err(IntelError::Zip(name.to_owned())),
        // Rows without a line that names their columns.
        (Form::Unknown, Some(Provider::Feodo)) => {
            table::read(bytes, &names(&feodo::COLUMNS), &mut hand).map_err(|error| error.to_string())
        }
        (Form::Unknown, Some(Provider::ThreatFox)) => {
            table::read(bytes, &names(&threatfox::COLUMNS), &mut hand).map_err(|error| error.to_string())
        }
        (Form::Unknown, _) => return Err(IntelError::Unknown(name.to_owned())),
    };
    match read {
        Err(error) if !hand.stopped => {
            Err(IntelError::Broken { name: name.to_owned(), entries: hand.entries, error })
        }
        _ => Ok(()),
    }
}

/// The beginning of a stream that may come in small pieces. The rest stays in the stream.
fn filled(bytes: &mut BufReader<impl Read>) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    while head.len() < HEAD {
        let part = bytes.fill_buf()?;
        if part.is_empty() {
            break;
        }
        let length = part.len();
        head.extend_from_slice(part);
        bytes.consume(length);
    }
    Ok(head)
}

/// What a plain list says of its addresses.
fn listed(provider: Provider, score: i64) -> (Feed, Intel) {
    match provider {
        Provider::Feodo => (Feed::Feodo, Intel { feodo_listed: Some(true), ..Intel::default() }),
        _ => (Feed::AbuseIpDbBlacklist, Intel { abuseipdb_score: Some(score), ..Intel::default() }),
    }
}

fn names(columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| (*column).to_owned()).collect()
}

/// Hands entries over, and remembers where it is.
pub(super) struct Hand<'h> {
    given: Given,
    each: &'h mut dyn FnMut(Item) -> bool,
    place: Place,
    entries: u64,
    stopped: bool,
}

impl Hand<'_> {
    /// Nobody wants more.
    pub(super) const fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// What was being read is done with.
    pub(super) fn mark(&self) {
        self.place.mark();
    }

    /// What was being read of a document is done with.
    ///
    /// # Errors
    /// When nobody wants more, so that a document ends before its end.
    pub(super) fn mark_or_end<E: serde::de::Error>(&self) -> Result<(), E> {
        self.mark();
        if self.stopped { Err(E::custom("no more is wanted")) } else { Ok(()) }
    }

    pub(super) fn entry(&mut self, entry: &Entry) {
        match judge(entry, self.given) {
            Judged::Said(said) => self.said(*said),
            Judged::Passed(what) => self.hand(Item::Passed(what)),
            Judged::Bad(odd) => self.bad(&odd, &entry.excerpt()),
        }
    }

    pub(super) fn said(&mut self, said: Said) {
        self.hand(Item::Said(Box::new(said)));
    }

    pub(super) fn bad(&mut self, odd: &Odd, excerpt: &str) {
        let detail = format!("entry {}: {odd}", self.entries + 1);
        let excerpt = excerpt[..excerpt.floor_char_boundary(4096)].to_owned();
        self.hand(Item::Bad { position: self.place.read(), detail, excerpt });
    }

    fn hand(&mut self, item: Item) {
        self.entries += 1;
        self.stopped |= !(self.each)(item);
    }
}

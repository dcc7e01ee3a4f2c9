//! How the lines of one input are read.

use std::sync::Arc;

use super::mapping::Mapping;
use super::{DecodeError, Decoded, Format, Known, Network, Passed, heralding, recognise};

/// Lines of an input's beginning that tell its format.
const HEAD: usize = 100;

/// Reads the lines of one input, whose format is given or recognised.
#[derive(Debug, Clone)]
pub struct Decoder {
    way: Option<Way>,
    /// Was the format given? Then lines of others are none of it.
    given: bool,
    mappings: Arc<[Mapping]>,
    /// Where the decoys are.
    own: Arc<[Network]>,
    /// Did a text in quotes begin in a line before, and not end yet?
    in_quotes: bool,
    /// How the last line that stood alone was read as a whole.
    whole: Option<Way>,
}

/// One way to read a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Format(Format),
    /// By the mapping at this place.
    Mapping(usize),
    NotRead(&'static str),
}

impl Decoder {
    /// Reads lines of any format: the first one that is recognised decides. Mappings come before what is known.
    pub fn sniffing(mappings: Arc<[Mapping]>) -> Self {
        Self { way: None, given: false, mappings, own: Arc::default(), in_quotes: false, whole: None }
    }

    /// Reads all lines as this format.
    pub fn given(format: Format) -> Self {
        let way = Some(Way::Format(format));
        Self { way, given: true, ..Self::sniffing(Arc::default()) }
    }

    /// The same, with all lines read as this format.
    #[must_use]
    pub fn of(self, format: Format) -> Self {
        Self { way: Some(Way::Format(format)), given: true, ..self }
    }

    /// With the addresses of the decoys: what comes from them is no attack.
    #[must_use]
    pub fn own(self, own: Arc<[Network]>) -> Self {
        Self { own, ..self }
    }

    /// Looks at the lines of an input's beginning, of which the first hundred count.
    ///
    /// # Errors
    /// [`DecodeError::Unrecognised`] when none of them is known, [`DecodeError::NotRead`] when the format is and has no
    /// decoder. An input without any line is no error.
    pub fn look(&mut self, lines: impl IntoIterator<Item = impl AsRef<[u8]>>) -> Result<(), DecodeError> {
        let mut blank = true;
        // What is known and not read may stand before what is.
        let mut not_read = None;
        for line in lines.into_iter().take(HEAD) {
            if self.way.is_some() {
                break;
            }
            blank &= line.as_ref().trim_ascii().is_empty();
            match self.recognise(line.as_ref()) {
                Some(way @ Way::NotRead(_)) => not_read = not_read.or(Some(way)),
                way => self.way = way,
            }
        }
        self.way = self.way.or(not_read);
        match self.way {
            None if !blank => Err(DecodeError::Unrecognised),
            Some(Way::NotRead(name)) => Err(DecodeError::NotRead(name)),
            _ => Ok(()),
        }
    }

    /// Reads one line. Where the format was not given, a record of another one among JSON is read as what it is.
    ///
    /// # Errors
    /// [`DecodeError`] when the line is no event.
    pub fn decode(&mut self, line: &[u8]) -> Result<Decoded, DecodeError> {
        if self.way.is_none() {
            self.way = self.recognise(line);
        }
        let Some(way) = self.way else {
            return if line.trim_ascii().is_empty() {
                Ok(Decoded::Blank)
            } else {
                Err(DecodeError::Unrecognised)
            };
        };
        if way == Way::Format(Format::HeraldingAuth) && self.is_part(line) {
            return Err(DecodeError::Torn);
        }
        let read = match self.read(way, line) {
            // Its records may have nothing that another program's lack.
            doubtful @ (Err(_) | Ok(Decoded::Passed(_))) => match self.other(way, line) {
                Some(other) => self.read(other, line)?,
                None => doubtful?,
            },
            read => read?,
        };
        Ok(if self.is_own(&read) { Decoded::Passed(Passed::Outgoing) } else { read })
    }

    /// Reads a line that stands alone, among others of any format: the first of these parts that is a record. A line of
    /// which nothing is known is read as the last one that was a record as a whole, whose sensor may say other things
    /// too. Of parts that are none, the last one whose format is known says why.
    ///
    /// # Errors
    /// [`DecodeError`] when none of the parts is an event.
    pub fn decode_one_of<'a>(
        &mut self,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> Result<Decoded, DecodeError> {
        let (mut why, mut whole) = (DecodeError::Unrecognised, None);
        for part in parts {
            let mut alone = Self { whole: None, ..self.clone() };
            match alone.decode(part) {
                Err(DecodeError::Unrecognised) => {}
                Err(error) => why = error,
                read => {
                    if whole.is_none() {
                        self.whole = alone.way;
                    }
                    return read;
                }
            }
            whole = whole.or(Some(part));
        }
        match (&why, self.whole, whole) {
            (DecodeError::Unrecognised, Some(way), Some(line)) => self.read(way, line).map_err(|_| why),
            _ => Err(why),
        }
    }

    /// Is the line a part of a text in quotes that goes over several?
    fn is_part(&mut self, line: &[u8]) -> bool {
        let torn = heralding::auth::is_torn(line);
        let was_in_quotes = self.in_quotes;
        self.in_quotes ^= torn;
        torn || was_in_quotes
    }

    /// Another format that this line is of. Only JSON among JSON: into a log of text an attacker may bring a line of
    /// their own.
    fn other(&self, way: Way, line: &[u8]) -> Option<Way> {
        let is_text = |way| matches!(way, Way::Format(format) if format.is_text());
        if self.given || is_text(way) {
            return None;
        }
        self.recognise(line).filter(|other| *other != way && !is_text(*other))
    }

    /// The events of a line come from one address.
    fn is_own(&self, read: &Decoded) -> bool {
        let Decoded::Events(events) = read else { return false };
        events.first().is_some_and(|event| self.own.iter().any(|own| own.has(event.source_ip)))
    }

    /// Can a line that is still being written be told from a whole one? JSON ends with a bracket; text ends anywhere.
    pub fn needs_line_feed(&self) -> bool {
        matches!(self.way, Some(Way::Format(format)) if format.is_text())
    }

    /// Did a text begin that goes on in the next line? Reading must not be taken up from here.
    pub const fn is_within_text(&self) -> bool {
        self.in_quotes
    }

    /// The name of the format, once it is known.
    pub fn name(&self) -> Option<&str> {
        match self.way? {
            Way::Format(format) => Some(format.name()),
            Way::Mapping(place) => self.mappings.get(place).map(Mapping::name),
            Way::NotRead(name) => Some(name),
        }
    }

    fn recognise(&self, line: &[u8]) -> Option<Way> {
        if let Some(place) = self.mappings.iter().position(|mapping| mapping.is_line(line)) {
            return Some(Way::Mapping(place));
        }
        Some(match recognise(line)? {
            Known::Read(format) => Way::Format(format),
            Known::NotRead(name) => Way::NotRead(name),
        })
    }

    fn read(&self, way: Way, line: &[u8]) -> Result<Decoded, DecodeError> {
        match way {
            Way::Format(format) => format.decode(line),
            Way::Mapping(place) => self
                .mappings
                .get(place)
                .map_or(Err(DecodeError::Unrecognised), |mapping| mapping.decode(line)),
            Way::NotRead(name) => Err(DecodeError::NotRead(name)),
        }
    }
}

//! One entry: its fields, as far as anybody asks for them.

use std::fmt::Write as _;
use std::net::{IpAddr, SocketAddr};

use serde_json::{Map, Value};
use vespid_model::UtcMicros;
use vespid_model::listing::Said;

/// Characters of a name that are kept.
const NAME: usize = 128;
/// Bytes of a bad entry that are kept.
const EXCERPT: usize = 4096;

/// What became of an entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Item {
    /// It says something of an address.
    Said(Box<Said>),
    /// It is about something else, by what that is: `domain`, `url`, ...
    Passed(&'static str),
    /// It cannot be used.
    Bad {
        /// Where it ends, in bytes of the unpacked file.
        position: u64,
        /// Which one of the file it is, from 1, and what is wrong.
        detail: String,
        /// Its beginning.
        excerpt: String,
    },
}

/// What an entry comes to.
pub(super) enum Judged {
    Said(Box<Said>),
    Passed(&'static str),
    Bad(Odd),
}

/// What is wrong with an entry.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: {found}, expected {expected}")]
pub struct Odd {
    field: &'static str,
    found: String,
    expected: &'static str,
}

impl Odd {
    pub(super) fn new(field: &'static str, found: &str, expected: &'static str) -> Self {
        Self { field, found: found.chars().take(80).collect(), expected }
    }
}

/// Names with their values; null, empty and `None` are absent.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Entry(Map<String, Value>);

impl Entry {
    pub(super) fn add(&mut self, name: &str, value: Value) {
        let absent = match &value {
            Value::Null => true,
            // abuse.ch writes it into tables.
            Value::String(text) => text.is_empty() || text == "None",
            _ => false,
        };
        if !absent {
            self.0.insert(name.to_owned(), value);
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    pub(super) fn value(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// The entry that is the value of a field.
    pub(super) fn part(&self, name: &str) -> Self {
        let mut part = Self::default();
        if let Some(Value::Object(fields)) = self.0.get(name) {
            fields.iter().for_each(|(name, value)| part.add(name, value.clone()));
        }
        part
    }

    /// A name, shortened.
    pub(super) fn name(&self, field: &'static str) -> Result<Option<String>, Odd> {
        match self.0.get(field) {
            None => Ok(None),
            Some(Value::String(text)) => Ok(Some(shortened(text))),
            Some(other) => Err(Odd::new(field, &other.to_string(), "a text")),
        }
    }

    pub(super) fn flag(&self, field: &str) -> bool {
        self.0.get(field) == Some(&Value::Bool(true))
    }

    /// A whole number, in tables written as text.
    pub(super) fn number(&self, field: &'static str) -> Result<Option<i64>, Odd> {
        let number = match self.0.get(field) {
            None => return Ok(None),
            Some(Value::Number(number)) => number.as_i64(),
            Some(Value::String(text)) => text.parse().ok(),
            Some(_) => None,
        };
        match (number, self.0.get(field)) {
            (None, Some(other)) => Err(Odd::new(field, &other.to_string(), "a whole number")),
            (number, _) => Ok(number),
        }
    }

    /// A time; a date is its midnight.
    pub(super) fn time(&self, field: &'static str) -> Result<Option<UtcMicros>, Odd> {
        let Some(text) = self.name(field)? else { return Ok(None) };
        let plain = text.strip_suffix(" UTC").unwrap_or(&text);
        let read = if plain.len() == 10 {
            UtcMicros::parse(&format!("{plain}T00:00:00Z"))
        } else {
            UtcMicros::parse(plain)
        };
        read.map(Some).map_err(|_| Odd::new(field, &text, "a date or time"))
    }

    /// An address, as such.
    pub(super) fn ip(&self, field: &'static str) -> Result<IpAddr, Odd> {
        match self.name(field)? {
            Some(text) => text.trim().parse().map_err(|_| Odd::new(field, &text, "an IP address")),
            None => Err(Odd::new(field, "nothing", "an IP address")),
        }
    }

    /// An address with a port.
    pub(super) fn socket(&self, field: &'static str) -> Result<IpAddr, Odd> {
        let Some(text) = self.name(field)? else {
            return Err(Odd::new(field, "nothing", "an IP address and port"));
        };
        let socket: Result<SocketAddr, _> = text.trim().parse();
        socket.map(|socket| socket.ip()).map_err(|_| Odd::new(field, &text, "an IP address and port"))
    }

    pub(super) fn excerpt(&self) -> String {
        let mut excerpt = String::new();
        for (name, value) in &self.0 {
            // Writing to a String does not fail.
            let _ = write!(excerpt, "{name}={value} ");
            if excerpt.len() > EXCERPT {
                break;
            }
        }
        excerpt.truncate(excerpt.floor_char_boundary(EXCERPT));
        excerpt
    }
}

pub(super) fn shortened(text: &str) -> String {
    text.chars().take(NAME).collect()
}

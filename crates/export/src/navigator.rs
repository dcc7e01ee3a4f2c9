//! A layer for ATT&CK Navigator, format 4.5.
//!
//! The format is that of the Navigator's own specification (layers/spec/v4.5/layerformat.md in mitre-attack/attack-
//! navigator). A technique observed under two tactics has an entry for each; sub-techniques keep their ids.

use std::collections::BTreeSet;

use serde::Serialize;
use vespid_attack::Catalogue;
use vespid_model::TechniqueId;
use vespid_model::release::Release;
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

/// What a layer shows.
pub(crate) struct Picture {
    pub(crate) name: String,
    pub(crate) description: String,
    /// What scores count, in the singular.
    pub(crate) noun: &'static str,
    pub(crate) release: Release,
    pub(crate) cells: Vec<Cell>,
}

/// A technique under a tactic.
pub(crate) struct Cell {
    pub(crate) technique: TechniqueId,
    /// The short name of the tactic, None for one that the catalogue does not know.
    pub(crate) tactic: Option<String>,
    pub(crate) score: u64,
    pub(crate) comment: String,
    pub(crate) facts: Vec<(&'static str, String)>,
}

/// The layer of a report: the score is the number of tags.
pub(crate) fn render(report: &Report, attack: &Catalogue) -> String {
    let cells = report.by_tactic(attack).into_iter().flat_map(|(tactic, rows)| {
        rows.into_iter().map(move |row| cell(row, tactic.map(|tactic| tactic.shortname.clone())))
    });
    draw(Picture {
        name: format!("Vespid: {}", report.title()),
        description: format!("Observed on decoys. Score: tags. {}.", report.facts().join("; ")),
        noun: "tag",
        release: report.totals.releases.first().copied().unwrap_or_else(|| attack.release()),
        cells: cells.collect(),
    })
}

/// The layer as text.
pub(crate) fn draw(picture: Picture) -> String {
    let Picture { name, description, noun, release, cells } = picture;
    let highest = cells.iter().map(|cell| cell.score).max().unwrap_or(1);
    let layer = Layer {
        name,
        versions: Versions { attack: release.major().to_string(), navigator: "5.2.0", layer: "4.5" },
        domain: "enterprise-attack",
        description,
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
        techniques: techniques(cells),
        // The format wants the upper bound above the lower one.
        gradient: Gradient { colors: vec![PALE, STRONG], min_value: 0, max_value: highest.max(1) },
        legend_items: vec![
            LegendItem { label: format!("few {noun}s"), color: PALE },
            LegendItem { label: count(highest, noun), color: STRONG },
        ],
        metadata: vec![Metadata { name: "ATT&CK release", value: release.to_string() }],
    };
    // Plain data always serialises.
    let mut text = serde_json::to_string_pretty(&layer).unwrap_or_default();
    text.push('\n');
    text
}

fn techniques(cells: Vec<Cell>) -> Vec<Technique> {
    let seen: BTreeSet<_> = cells.iter().map(|cell| (cell.tactic.clone(), cell.technique)).collect();
    let subs = seen.iter().filter(|(_, id)| id.is_sub());
    let parents: BTreeSet<_> = subs.map(|(tactic, id)| (tactic.clone(), id.parent())).collect();
    // Unscored, so that their sub-techniques are unfolded.
    let unscored = parents.iter().filter(|parent| !seen.contains(*parent)).map(|(tactic, id)| Technique {
        id: id.to_string(),
        tactic: tactic.clone(),
        score: None,
        color: "",
        comment: String::new(),
        enabled: true,
        metadata: Vec::new(),
        links: Vec::new(),
        show_subtechniques: true,
    });
    let scored = cells.into_iter().map(|cell| {
        let show_subtechniques = parents.contains(&(cell.tactic.clone(), cell.technique));
        technique(cell, show_subtechniques)
    });
    let mut techniques: Vec<_> = unscored.chain(scored).collect();
    techniques.sort_by(|a, b| (&a.id, &a.tactic).cmp(&(&b.id, &b.tactic)));
    techniques
}

fn technique(cell: Cell, show_subtechniques: bool) -> Technique {
    Technique {
        id: cell.technique.to_string(),
        tactic: cell.tactic,
        score: Some(cell.score),
        color: "",
        comment: cell.comment,
        enabled: true,
        metadata: cell.facts.into_iter().map(|(name, value)| Metadata { name, value }).collect(),
        links: vec![Link { label: "MITRE ATT&CK", url: cell.technique.url() }],
        show_subtechniques,
    }
}

fn cell(row: &TechniqueRow, tactic: Option<String>) -> Cell {
    let (first, last) = (moment(row.first_seen), moment(row.last_seen));
    let confidence = format!("{:.2}", row.confidence_max.get());
    Cell {
        technique: row.technique,
        tactic,
        score: row.count,
        comment: format!("{}, {first} to {last} UTC, confidence up to {confidence}", count(row.count, "tag")),
        facts: vec![
            ("first seen", row.first_seen.to_string()),
            ("last seen", row.last_seen.to_string()),
            ("highest confidence", confidence),
        ],
    }
}

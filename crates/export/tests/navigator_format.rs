//! The layer against the format itself: "ATT&CK Navigator Layer File Format Definition", version 4.5
//! (layers/spec/v4.5/layerformat.md in mitre-attack/attack-navigator), written down again as types that take nothing
//! else, and as the ranges it states in prose.

use std::collections::BTreeSet;

use serde::Deserialize;
use vespid_attack::Catalogue;
use vespid_export::{Coverage, Format, Look, Report, coverage};
use vespid_model::release::Release;
use vespid_model::rows::{Scope, SessionKey, TechniqueRow, Totals};
use vespid_model::{Confidence, TechniqueId};
use vespid_testkit::event::{at, ip};

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "reading a key proves its type")]
struct Layer {
    versions: Versions,
    name: String,
    #[serde(default)]
    description: String,
    domain: Domain,
    #[serde(rename = "customDataURL")]
    custom_data_url: Option<String>,
    filters: Option<Filters>,
    #[serde(default)]
    sorting: u8,
    layout: Option<Layout>,
    hide_disabled: Option<bool>,
    #[serde(default)]
    techniques: Vec<Technique>,
    gradient: Gradient,
    #[serde(default)]
    legend_items: Vec<LegendItem>,
    show_tactic_row_background: Option<bool>,
    tactic_row_background: Option<String>,
    select_techniques_across_tactics: Option<bool>,
    select_subtechniques_with_parent: Option<bool>,
    select_visible_techniques: Option<bool>,
    #[serde(default)]
    metadata: Vec<Metadata>,
    #[serde(default)]
    links: Vec<Link>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Versions {
    attack: String,
    navigator: String,
    layer: String,
}

#[derive(Deserialize, PartialEq, Debug)]
enum Domain {
    #[serde(rename = "enterprise-attack")]
    Enterprise,
    #[serde(rename = "mobile-attack")]
    Mobile,
    #[serde(rename = "ics-attack")]
    Ics,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "reading a key proves its type")]
struct Filters {
    platforms: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "reading a key proves its type")]
#[expect(clippy::struct_field_names, reason = "the keys are the format's")]
struct Layout {
    layout: Option<LayoutKind>,
    #[serde(rename = "showID")]
    show_id: Option<bool>,
    show_name: Option<bool>,
    show_aggregate_scores: Option<bool>,
    count_unscored: Option<bool>,
    aggregate_function: Option<Aggregate>,
    expanded_subtechniques: Option<Expanded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum LayoutKind {
    Side,
    Flat,
    Mini,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Aggregate {
    Average,
    Min,
    Max,
    Sum,
}

#[derive(Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expanded {
    None,
    All,
    Annotated,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
#[expect(dead_code, reason = "reading a key proves its type")]
struct Technique {
    #[serde(rename = "techniqueID")]
    id: String,
    tactic: Option<String>,
    #[serde(default)]
    comment: String,
    enabled: Option<bool>,
    score: Option<f64>,
    #[serde(default)]
    color: String,
    #[serde(default)]
    metadata: Vec<Metadata>,
    #[serde(default)]
    links: Vec<Link>,
    show_subtechniques: Option<bool>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
struct Gradient {
    colors: Vec<String>,
    min_value: f64,
    max_value: f64,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "reading a key proves its type")]
struct LegendItem {
    label: String,
    color: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "reading a key proves its type")]
struct Metadata {
    name: String,
    value: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "reading a key proves its type")]
struct Link {
    label: String,
    url: String,
}

/// Reads a layer as strictly as the format is written.
fn validated(text: &str, attack: &Catalogue) -> Layer {
    let layer: Layer = serde_json::from_str(text).expect("a layer of format 4.5 and nothing else");
    assert_eq!(layer.versions.layer, "4.5");
    let navigator: Vec<u32> =
        layer.versions.navigator.split('.').map(|n| n.parse().expect("a number")).collect();
    assert!(navigator.len() == 3 && navigator >= vec![4, 9, 0], "{navigator:?}");
    assert!(!layer.name.is_empty());
    assert_eq!(layer.domain, Domain::Enterprise);
    assert!(layer.sorting <= 3);
    assert!(layer.gradient.colors.len() >= 2 && layer.gradient.max_value > layer.gradient.min_value);
    let colours = layer.gradient.colors.iter().chain(layer.legend_items.iter().map(|item| &item.color));
    for colour in colours.chain(layer.techniques.iter().map(|t| &t.color).filter(|c| !c.is_empty())) {
        let digits = colour.strip_prefix('#').expect("a colour");
        assert!(digits.len() == 6 && digits.chars().all(|c| c.is_ascii_hexdigit()), "{colour}");
    }
    let mut seen = BTreeSet::new();
    for technique in &layer.techniques {
        let id: TechniqueId = technique.id.parse().expect("a technique id");
        let tactic = technique.tactic.as_deref().expect("a tactic");
        assert!(
            seen.insert((technique.id.clone(), tactic.to_owned())),
            "{} under {tactic} twice",
            technique.id
        );
        let known = attack.technique(id).expect("a technique of the release").tactics.iter();
        let mut names = known.filter_map(|tactic| attack.tactic(*tactic)).map(|tactic| &tactic.shortname);
        assert!(names.any(|name| name == tactic), "{id} is not in {tactic} in {}", attack.release());
        let score = technique.score.unwrap_or(layer.gradient.min_value);
        assert!((layer.gradient.min_value..=layer.gradient.max_value).contains(&score), "{score}");
        assert!(technique.links.iter().all(|link| link.url.starts_with("https://")));
    }
    layer
}

fn report(release: Release, techniques: Vec<TechniqueRow>) -> Report {
    Report {
        scope: Scope::Session(SessionKey {
            decky: "d\"<".into(),
            session: "\u{202e}\x1b[0m\"}],".into(),
            ip: ip(1),
        }),
        totals: Totals { releases: vec![release], tags: 9, ..Totals::default() },
        techniques,
        attackers: Vec::new(),
        sessions: Vec::new(),
        intel: None,
    }
}

/// Everything live in a release, under each of its tactics, with growing counts.
fn everything(attack: &Catalogue) -> Vec<TechniqueRow> {
    let pairs =
        attack.live().flat_map(|technique| technique.tactics.iter().map(|tactic| (technique.id, *tactic)));
    pairs
        .zip(1..)
        .map(|((technique, tactic), count)| TechniqueRow {
            technique,
            tactic,
            count,
            first_seen: at(0),
            last_seen: at(9),
            confidence_max: Confidence::FLOOR,
        })
        .collect()
}

#[test]
fn every_technique_of_every_release_makes_a_valid_layer() {
    for release in Catalogue::bundled_releases() {
        let attack = Catalogue::bundled(*release).expect("bundled");
        let rows = everything(attack);
        let layer =
            validated(&report(*release, rows.clone()).render(Format::Navigator, attack, Look::PLAIN), attack);
        assert_eq!(layer.versions.attack, release.major().to_string());
        let scored: Vec<_> = layer.techniques.iter().filter(|technique| technique.score.is_some()).collect();
        assert_eq!(scored.len(), rows.len());
        assert!(scored.iter().any(|technique| technique.id == "T1059.004"), "sub-techniques keep their ids");
    }
}

#[test]
fn names_of_tactics_are_those_of_the_release() {
    let attack = Catalogue::default_release();
    let layer = validated(
        &report(attack.release(), everything(attack)).render(Format::Navigator, attack, Look::PLAIN),
        attack,
    );
    let tactics: BTreeSet<_> =
        layer.techniques.iter().filter_map(|technique| technique.tactic.as_deref()).collect();
    assert!(tactics.contains("stealth") && tactics.contains("defense-impairment"));
    assert!(!tactics.contains("defense-evasion"));
    assert_eq!(tactics.len(), attack.tactics().len());
}

#[test]
fn nothing_observed_is_a_valid_layer_too() {
    let attack = Catalogue::default_release();
    let layer = validated(
        &report(attack.release(), Vec::new()).render(Format::Navigator, attack, Look::PLAIN),
        attack,
    );
    assert!(layer.techniques.is_empty());
}

#[test]
fn the_coverage_of_rules_is_a_valid_layer() {
    let attack = Catalogue::default_release();
    let mut all = Coverage::default();
    for row in everything(attack) {
        all.add([(row.technique, row.tactic, row.confidence_max)]);
    }
    let twice: TechniqueId = "T1059.004".parse().expect("an id");
    let tactic = attack.technique(twice).expect("known").tactics[0];
    all.add([(twice, tactic, Confidence::new(0.9).expect("from 0 to 1"))]);
    let layer = validated(&all.render(coverage::Format::Navigator, attack, Look::PLAIN), attack);
    let score =
        |id: &str| layer.techniques.iter().find(|technique| technique.id == id).and_then(|it| it.score);
    assert_eq!((score("T1059.004"), score("T1059.005")), (Some(2.0), Some(1.0)));
    assert!(layer.layout.is_some());

    let mut one = Coverage::default();
    one.add([(twice, tactic, Confidence::FLOOR)]);
    let layer = validated(&one.render(coverage::Format::Navigator, attack, Look::PLAIN), attack);
    let ids: Vec<_> = layer.techniques.iter().map(|technique| technique.id.as_str()).collect();
    assert_eq!(ids, ["T1059", "T1059.004"], "the parent unfolds its sub-technique");
}

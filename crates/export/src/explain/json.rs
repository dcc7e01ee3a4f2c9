//! The explanation for programs: `session`, and `events` [{`id`, `time`, `kind`, `body`, `listing` (of what a provider says
//! still: `feed`, `last_seen`, `since`, `imported_at`, `expires_at`), `tags` [{`id`, `technique`,
//! `name`, `url`, `tactic`, `confidence`, `attack_release`, `rule`, `rule_version`, `title`, `description`, `via`,
//! `evidence` (only where a lifter shows less than all of the event), `spans` [{`field`, `start`, `end`, `text`}]}]}].
//! Spans count bytes of the body's fields. A tag that came without its event has `source_id` in place of the event's `id`, and its evidence as `body`.

use serde::Serialize;
use serde_json::value::RawValue;
use vespid_attack::Catalogue;
use vespid_model::Body;
use vespid_model::rows::{EventRow, ExplainedTag, SessionRow};

use super::listed::{Listed, ListingJson, Origin};
use super::matched;
use crate::session_json::SessionJson;

#[derive(Serialize)]
struct EventJson<'a> {
    id: String,
    time: String,
    kind: &'static str,
    body: &'a Body,
    #[serde(skip_serializing_if = "Option::is_none")]
    listing: Option<ListingJson>,
    tags: Vec<TagJson<'a>>,
}

#[derive(Serialize)]
struct AloneJson<'a> {
    source_id: &'a str,
    time: String,
    kind: &'static str,
    body: &'a RawValue,
    tags: Vec<TagJson<'a>>,
}

#[derive(Serialize)]
struct TagJson<'a> {
    id: String,
    technique: String,
    name: Option<String>,
    url: String,
    tactic: String,
    confidence: f64,
    attack_release: String,
    rule: &'a str,
    rule_version: u32,
    title: &'a str,
    description: &'a str,
    via: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<&'a RawValue>,
    spans: Vec<SpanJson<'a>>,
}

#[derive(Serialize)]
struct SpanJson<'a> {
    field: &'a str,
    start: u32,
    end: u32,
    text: String,
}

/// The document up to its first event.
pub(super) fn begin(session: Option<&SessionRow>) -> String {
    format!("{{\n\"session\": {},\n\"events\": [", json(&session.map(SessionJson::from)))
}

/// An event as one line, behind the line before.
pub(super) fn event(row: &EventRow, attack: &Catalogue, listed: Option<Listed<'_>>, first: bool) -> String {
    let comma = if first { "" } else { "," };
    format!("{comma}\n{}", json(&event_json(row, attack, listed)))
}

/// A tag that came without its event, as one line.
pub(super) fn alone(explained: &ExplainedTag, evidence: &str, attack: &Catalogue, first: bool) -> String {
    let comma = if first { "" } else { "," };
    let row = &explained.tag;
    let body = serde_json::from_str(evidence).unwrap_or(RawValue::NULL);
    let tags = vec![tag(explained, Vec::new(), attack)];
    let kind = row.source_kind.as_str();
    let event = AloneJson { source_id: &row.source_id, time: row.created_at.to_string(), kind, body, tags };
    format!("{comma}\n{}", json(&event))
}

/// The end of the document.
pub(super) const END: &str = "\n]\n}\n";

/// Plain data always serialises.
fn json<T: Serialize>(value: &T) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

fn event_json<'a>(row: &'a EventRow, attack: &Catalogue, listed: Option<Listed<'_>>) -> EventJson<'a> {
    let listing = match listed.and_then(|listed| listed.origin(row)) {
        Some(Origin::Listing(listing)) => Some(listing.into()),
        Some(Origin::Gone) | None => None,
    };
    EventJson {
        id: row.id.to_string(),
        time: row.time.to_string(),
        kind: row.body.kind().as_str(),
        body: &row.body,
        listing,
        tags: row.tags.iter().map(|explained| tag(explained, spans(explained, &row.body), attack)).collect(),
    }
}

fn spans<'a>(explained: &'a ExplainedTag, body: &Body) -> Vec<SpanJson<'a>> {
    let spans = &explained.tag.spans;
    spans
        .iter()
        .zip(matched(spans, body))
        .map(|(span, text)| SpanJson { field: &span.field, start: span.start, end: span.end, text })
        .collect()
}

fn tag<'a>(explained: &'a ExplainedTag, spans: Vec<SpanJson<'a>>, attack: &Catalogue) -> TagJson<'a> {
    let row = &explained.tag;
    TagJson {
        id: row.id.to_string(),
        technique: row.technique.to_string(),
        name: attack.full_name(row.technique),
        url: row.technique.url(),
        tactic: row.tactic.to_string(),
        confidence: row.confidence.get(),
        attack_release: row.release.to_string(),
        rule: row.rule.as_str(),
        rule_version: row.rule_version,
        title: &explained.rule_title,
        description: &explained.rule_description,
        via: &row.via,
        evidence: explained.lifted.as_deref().and_then(|lifted| serde_json::from_str(lifted).ok()),
        spans,
    }
}

//! The explanation for programs: `session`, and `events` [{`id`, `time`, `kind`, `body`, `tags` [{`id`, `technique`,
//! `name`, `url`, `tactic`, `confidence`, `attack_release`, `rule`, `rule_version`, `title`, `description`, `via`,
//! `spans` [{`field`, `start`, `end`, `text`}]}]}]. Spans count bytes of the body's fields.

use serde::Serialize;
use vespid_attack::Catalogue;
use vespid_model::Body;
use vespid_model::rows::{EventRow, ExplainedTag, SessionRow};

use super::{Explanation, matched};

#[derive(Serialize)]
struct Document<'a> {
    session: Option<SessionJson<'a>>,
    events: Vec<EventJson<'a>>,
}

#[derive(Serialize)]
struct SessionJson<'a> {
    decky: &'a str,
    session: &'a str,
    ip: String,
    service: Option<&'a str>,
    client_version: Option<&'a str>,
    hassh: Option<&'a str>,
    login: Option<&'a str>,
    first_seen: String,
    last_seen: String,
}

#[derive(Serialize)]
struct EventJson<'a> {
    id: String,
    time: String,
    kind: &'static str,
    body: &'a Body,
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
    spans: Vec<SpanJson<'a>>,
}

#[derive(Serialize)]
struct SpanJson<'a> {
    field: &'a str,
    start: u32,
    end: u32,
    text: String,
}

pub(super) fn render(explanation: Explanation<'_>, attack: &Catalogue) -> String {
    let document = Document {
        session: explanation.session.map(session),
        events: explanation.events.iter().map(|row| event(row, attack)).collect(),
    };
    // Plain data always serialises.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn session(row: &SessionRow) -> SessionJson<'_> {
    SessionJson {
        decky: &row.key.decky,
        session: &row.key.session,
        ip: row.key.ip.to_string(),
        service: row.service.as_deref(),
        client_version: row.client_version.as_deref(),
        hassh: row.hassh.as_deref(),
        login: row.login.as_deref(),
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
    }
}

fn event<'a>(row: &'a EventRow, attack: &Catalogue) -> EventJson<'a> {
    EventJson {
        id: row.id.to_string(),
        time: row.time.to_string(),
        kind: row.body.kind().as_str(),
        body: &row.body,
        tags: row.tags.iter().map(|explained| tag(explained, &row.body, attack)).collect(),
    }
}

fn tag<'a>(explained: &'a ExplainedTag, body: &Body, attack: &Catalogue) -> TagJson<'a> {
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
        spans: row
            .spans
            .iter()
            .zip(matched(&row.spans, body))
            .map(|(span, text)| SpanJson { field: &span.field, start: span.start, end: span.end, text })
            .collect(),
    }
}

//! A difference, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::io::{self, Write};
use std::net::IpAddr;

use serde_json::{Value, json};
use vespid_export::{printable, text};
use vespid_model::event::Event;
use vespid_model::span::Span;
use vespid_model::window::WindowEvidence;
use vespid_model::{Body, Tag};
use vespid_store::WindowSaid;

use super::difference::{Changed, Count, Difference, Keyed, Kind, Said, Sample};

/// Of each list for people.
const SHOWN: usize = 10;
/// Characters of a line, or of what matched, in a sample.
const LONGEST: usize = 400;

pub(crate) fn text(out: &mut impl Write, difference: &Difference) -> io::Result<()> {
    writeln!(out, "events      {}", difference.events)?;
    if difference.windows > 0 {
        writeln!(out, "windows     {}", difference.windows)?;
    }
    writeln!(out, "same        {}", text::count(difference.same, "tag"))?;
    let counts =
        [("added", &difference.added), ("removed", &difference.removed), ("changed", &difference.changed)];
    for (word, count) in counts {
        writeln!(out, "{word:10}  {}", text::count(count.tags, "tag"))?;
        if count.tags > 0 {
            let mut rules: Vec<_> = count.rules.iter().map(|(rule, tags)| (rule, *tags)).collect();
            rules.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            let mut techniques: Vec<_> = count.techniques.iter().map(|(id, tags)| (id, *tags)).collect();
            techniques.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
            row(out, "rules", &rules, rules.len())?;
            row(out, "techniques", &techniques, techniques.len())?;
            row(out, "attackers", &count.attackers.greatest(SHOWN), count.attackers.known.len())?;
            row(out, "identities", &count.identities.greatest(SHOWN), count.identities.known.len())?;
        }
    }
    for sample in &difference.samples {
        write_sample(out, sample)?;
    }
    Ok(())
}

fn row<K: Display>(out: &mut impl Write, word: &str, counts: &[(K, u64)], all: usize) -> io::Result<()> {
    if counts.is_empty() {
        return Ok(());
    }
    let shown = counts.iter().take(SHOWN);
    let shown: Vec<_> = shown.map(|(key, tags)| format!("{} {tags}", printable(&key.to_string()))).collect();
    let more = all.saturating_sub(SHOWN);
    let more = if more > 0 { format!(", and {more} more") } else { String::new() };
    writeln!(out, "  {word:10}  {}{more}", shown.join(", "))
}

fn write_sample(out: &mut impl Write, sample: &Sample) -> io::Result<()> {
    match &sample.said {
        Said::OfEvent(event, changed) => write_event(out, sample.kind, event, changed),
        Said::OfWindow(ip, changed) => write_window(out, sample.kind, *ip, changed),
    }
}

fn write_event(
    out: &mut impl Write,
    kind: Kind,
    event: &Event,
    Changed { tag, was }: &Changed<Tag>,
) -> io::Result<()> {
    let session = event.session.as_deref().unwrap_or("-");
    writeln!(
        out,
        "\n{}  {}  {} v{}  {}/{}@{}  {}",
        kind.word(),
        tag.technique,
        printable(tag.rule.as_str()),
        tag.rule_version,
        printable(&event.decky),
        printable(session),
        event.source_ip,
        event.time
    )?;
    writeln!(out, "  said      {}", printable(&shortened(&said(&event.body, &event.body_json))))?;
    for matched in matched(&event.body, &tag.spans).into_iter().take(SHOWN) {
        writeln!(out, "  matched   {}", printable(&shortened(&matched)))?;
    }
    if let Some(was) = was {
        let (before, now) = (shown(was), shown(tag));
        let spans = if was.spans == tag.spans { "" } else { "; other bytes match" };
        writeln!(out, "  was       {before}, would be {now}{spans}")?;
    }
    Ok(())
}

fn write_window(
    out: &mut impl Write,
    kind: Kind,
    ip: IpAddr,
    Changed { tag, was }: &Changed<WindowSaid>,
) -> io::Result<()> {
    let WindowSaid { rule, rule_version, technique, created_at, .. } = &**tag;
    let (word, rule) = (kind.word(), printable(rule.as_str()));
    writeln!(out, "\n{word}  {technique}  {rule} v{rule_version}  {ip}  {created_at}")?;
    writeln!(out, "  window    {}", printable(&shortened(&window(&tag.evidence))))?;
    if let Some(was) = was {
        let (before, now) = (shown_of_window(was), shown_of_window(tag));
        writeln!(out, "  was       {before}, would be {now}")?;
    }
    Ok(())
}

/// `5 events in 300 s from 2026-11-24T16:00:00Z, username root`
fn window(evidence: &WindowEvidence) -> String {
    let WindowEvidence { event_count, window_seconds, window_start, group, .. } = evidence;
    let window = format!("{} in {window_seconds} s from {window_start}", text::count(*event_count, "event"));
    let group = group.iter().map(|(field, value)| format!("{field} {value}"));
    std::iter::once(window).chain(group).collect::<Vec<_>>().join(", ")
}

fn shown_of_window(tag: &WindowSaid) -> String {
    let (confidence, events) = (tag.confidence.get(), text::count(tag.evidence.event_count, "event"));
    format!("{confidence} under {} by {events} until {}", tag.tactic, tag.created_at)
}

fn shown(tag: &Tag) -> String {
    format!("{} under {}", tag.confidence.get(), tag.tactic)
}

/// The line that was typed, else the body.
fn said(body: &Body, json: &str) -> String {
    match body {
        Body::Command(command) => command.command_text.clone(),
        _ => json.to_owned(),
    }
}

/// The bytes of each span, as text.
fn matched(body: &Body, spans: &[Span]) -> Vec<String> {
    let fields = body.fields();
    let text = |span: &Span| {
        let (_, text) = fields.iter().find(|(name, _)| *name == span.field)?;
        let bytes = text.as_bytes().get(span.start as usize..span.end as usize)?;
        Some(String::from_utf8_lossy(bytes).into_owned())
    };
    spans.iter().filter_map(text).collect()
}

fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}...", &text[..end]),
        None => text.to_owned(),
    }
}

pub(crate) fn json(difference: &Difference) -> Value {
    json!({
        "events": difference.events,
        "windows": difference.windows,
        "same": difference.same,
        "added": count_json(&difference.added),
        "removed": count_json(&difference.removed),
        "changed": count_json(&difference.changed),
        "samples": difference.samples.iter().map(sample_json).collect::<Vec<_>>(),
    })
}

fn count_json(count: &Count) -> Value {
    json!({
        "tags": count.tags,
        "rules": object(count.rules.iter()),
        "techniques": object(count.techniques.iter()),
        "attackers": keyed_json(&count.attackers),
        "identities": keyed_json(&count.identities),
    })
}

fn keyed_json<K: Display>(keyed: &Keyed<K>) -> Value {
    json!({ "tags": object(keyed.known.iter()), "tags_of_others": keyed.others })
}

fn object<'a, K: Display + 'a>(counts: impl Iterator<Item = (&'a K, &'a u64)>) -> Value {
    counts.map(|(key, tags)| (key.to_string(), Value::from(*tags))).collect::<serde_json::Map<_, _>>().into()
}

fn sample_json(sample: &Sample) -> Value {
    match &sample.said {
        Said::OfEvent(event, changed) => event_json(sample.kind, event, changed),
        Said::OfWindow(ip, changed) => window_json(sample.kind, *ip, changed),
    }
}

fn event_json(kind: Kind, event: &Event, Changed { tag, was }: &Changed<Tag>) -> Value {
    let tag_json = |tag: &Tag| {
        json!({
            "version": tag.rule_version, "tactic": tag.tactic.to_string(), "confidence": tag.confidence.get(),
            "spans": tag.spans, "via": tag.via,
        })
    };
    json!({
        "change": kind.word(),
        "rule": tag.rule.as_str(),
        "technique": tag.technique.to_string(),
        "event": event.id.to_string(),
        "time": event.time.to_string(),
        "attacker": event.source_ip,
        "decky": event.decky,
        "session": event.session,
        "said": shortened(&said(&event.body, &event.body_json)),
        "matched": matched(&event.body, &tag.spans).iter().map(|text| shortened(text)).collect::<Vec<_>>(),
        "tag": tag_json(tag),
        "was": was.as_deref().map(tag_json),
    })
}

fn window_json(kind: Kind, ip: IpAddr, Changed { tag, was }: &Changed<WindowSaid>) -> Value {
    let tag_json = |tag: &WindowSaid| {
        json!({
            "version": tag.rule_version, "tactic": tag.tactic.to_string(), "confidence": tag.confidence.get(),
            "time": tag.created_at.to_string(), "evidence": tag.evidence,
        })
    };
    json!({
        "change": kind.word(),
        "rule": tag.rule.as_str(),
        "technique": tag.technique.to_string(),
        "time": tag.created_at.to_string(),
        "attacker": ip,
        "window": {
            "start": tag.evidence.window_start.to_string(), "seconds": tag.evidence.window_seconds,
            "group": tag.evidence.group.iter().cloned().collect::<BTreeMap<_, _>>(),
        },
        "tag": tag_json(tag),
        "was": was.as_deref().map(tag_json),
    })
}

impl Kind {
    const fn word(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Removed => "removed",
            Self::Changed => "changed",
        }
    }
}

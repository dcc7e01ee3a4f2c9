//! The explanation on a terminal.

use std::fmt::Write as _;

use vespid_attack::Catalogue;
use vespid_model::rows::{EventRow, ExplainedTag, SessionRow};
use vespid_model::window::WindowEvidence;

use super::{Listed, Segment, proofs, show, window};
use crate::style::{Look, clip, words};
use crate::text::{count, moment, printable};

/// Where the text of an event begins: behind its time.
const INDENT: &str = "                     ";

/// What is known of the session, above its events.
pub(super) fn begin(session: &SessionRow, look: Look) -> String {
    written(|out| heading(out, session, look))
}

/// An event and its tags.
pub(super) fn event(event: &EventRow, attack: &Catalogue, listed: Option<Listed<'_>>, look: Look) -> String {
    written(|out| {
        event_line(out, event, look)?;
        for line in listed.iter().flat_map(|listed| listed.lines(event)) {
            writeln!(out, "{INDENT}{line}")?;
        }
        event.tags.iter().try_for_each(|tag| explain(out, tag, Some(event), attack, look))
    })
}

fn written(write: impl FnOnce(&mut String) -> std::fmt::Result) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out);
    out
}

fn heading(out: &mut String, session: &SessionRow, look: Look) -> std::fmt::Result {
    let name = format!("Session {} on {}", printable(&session.key.session), printable(&session.key.decky));
    writeln!(out, "{}", look.bold(&name))?;
    let mut facts = vec![format!("from {}", session.key.ip)];
    facts.extend(session.service.as_deref().map(|service| printable(service).into_owned()));
    facts.extend(session.client_version.as_deref().map(|client| format!("client {}", printable(client))));
    facts.extend(session.hassh.as_deref().map(|hassh| format!("HASSH {}", printable(hassh))));
    facts.extend(session.login.as_deref().map(|login| format!("logged in as {}", printable(login))));
    writeln!(out, "{}", facts.join(", "))?;
    let counts =
        [count(session.events, "event"), count(session.commands, "command"), count(session.tags, "tag")];
    let (first, last) = (moment(session.first_seen), moment(session.last_seen));
    writeln!(out, "{first} to {last} UTC, {}\n", counts.join(", "))
}

/// One line, or as many as the attacker typed; then all but the first are indented, so that none of them can pass
/// for a line of the explanation. What did not matter is short and dim.
fn event_line(out: &mut String, event: &EventRow, look: Look) -> std::fmt::Result {
    let shown = show(event);
    let mut line = format!("{}  {}", moment(event.time), shown.label);
    let minor = !shown.matters && event.tags.is_empty();
    for field in &shown.fields {
        line.push(' ');
        if let Some(name) = field.name {
            line.push_str(name);
            line.push('=');
        }
        for segment in field.segments() {
            if minor { line.push_str(&printable(segment.text)) } else { push(&mut line, segment, look) }
        }
    }
    writeln!(out, "{}", if minor { look.dim(&clip(&line, look.width)) } else { line })
}

fn push(line: &mut String, segment: Segment<'_>, look: Look) {
    let text = segment.shortened();
    for (place, typed) in text.split('\n').enumerate() {
        if place > 0 {
            line.push('\n');
            line.push_str(INDENT);
        }
        let typed = printable(typed);
        let marked = segment.matched && !typed.is_empty();
        line.push_str(&if marked { look.mark(&typed) } else { typed.into_owned() });
    }
}

/// A tag that came without its event, with its evidence.
pub(super) fn alone(explained: &ExplainedTag, evidence: &str, attack: &Catalogue, look: Look) -> String {
    let tag = &explained.tag;
    if let Some(evidence) = WindowEvidence::from_json(evidence) {
        return several(explained, &evidence, attack, look);
    }
    written(|out| {
        let (time, source) = (moment(tag.created_at), printable(&tag.source_id));
        writeln!(out, "{time}  {} {source} (without its event)", tag.source_kind)?;
        for line in words(&printable(evidence), look.width.saturating_sub(INDENT.len()).max(40)) {
            writeln!(out, "{INDENT}{line}")?;
        }
        explain(out, explained, None, attack, look)
    })
}

/// A tag for several events.
fn several(explained: &ExplainedTag, evidence: &WindowEvidence, attack: &Catalogue, look: Look) -> String {
    let tag = &explained.tag;
    written(|out| {
        let room = look.width.saturating_sub(INDENT.len()).max(40);
        let mut lines = words(&window::head(evidence), room).into_iter();
        writeln!(out, "{}  {}", moment(tag.created_at), lines.next().unwrap_or_default())?;
        lines.try_for_each(|line| writeln!(out, "{INDENT}{line}"))?;
        for line in window::events(evidence) {
            writeln!(out, "{INDENT}{}", clip(&line, room))?;
        }
        explain(out, explained, None, attack, look)
    })
}

/// `event`: None where the tag came without it.
fn explain(
    out: &mut String,
    explained: &ExplainedTag,
    event: Option<&EventRow>,
    attack: &Catalogue,
    look: Look,
) -> std::fmt::Result {
    let tag = &explained.tag;
    let room = look.width.saturating_sub(INDENT.len()).max(40);
    let name = attack.full_name(tag.technique).unwrap_or_default();
    let tactic =
        attack.tactic(tag.tactic).map_or_else(|| tag.tactic.to_string(), |tactic| tactic.name.clone());
    let id = look.id(&tag.technique.to_string());
    writeln!(out, "{INDENT}{id} {}", look.bold(&name))?;
    writeln!(out, "{INDENT}{tactic}, confidence {:.2}, ATT&CK {}", tag.confidence.get(), tag.release)?;
    // With one tag the line above says it already.
    if let Some(event) = event.filter(|event| event.tags.len() > 1) {
        let texts: Vec<_> =
            proofs(&tag.spans, &event.body).iter().map(|text| printable(text).into_owned()).collect();
        writeln!(out, "{INDENT}matched {}", clip(&texts.join(" | "), room.saturating_sub(8)))?;
    }
    if let Some(lifted) = &explained.lifted {
        for line in words(&printable(&format!("shows {lifted}")), room) {
            writeln!(out, "{INDENT}{line}")?;
        }
    }
    if !tag.via.is_empty() {
        writeln!(out, "{INDENT}via {}", printable(&tag.via.join(" > ")))?;
    }
    let rule = format!("rule {} v{}: {}", tag.rule, tag.rule_version, explained.rule_title);
    for line in words(&printable(&rule), room) {
        writeln!(out, "{INDENT}{line}")?;
    }
    // Descriptions may be written over several lines; `words` joins them.
    let description: Vec<_> = explained.rule_description.lines().map(printable).collect();
    for line in words(&description.join(" "), room) {
        writeln!(out, "{INDENT}{}", look.dim(&line))?;
    }
    writeln!(out, "{INDENT}{}", look.dim(&tag.technique.url()))?;
    writeln!(out, "{INDENT}{}", look.dim(&format!("tag {}", tag.id)))
}

//! The report for notes and tickets.

use std::fmt::Write as _;

use vespid_attack::Catalogue;

use super::Report;
use crate::intel::verdict;
use crate::text::{moment, name, thousands};

pub(super) fn render(report: &Report, attack: &Catalogue) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, report, attack);
    out
}

fn write(out: &mut String, report: &Report, attack: &Catalogue) -> std::fmt::Result {
    writeln!(out, "# ATT&CK report: {}\n", escape(&report.title()))?;
    for fact in report.facts() {
        writeln!(out, "- {fact}")?;
    }
    if let Some(intel) = &report.intel {
        writeln!(out, "- {}", escape(&verdict(intel)))?;
    }
    if report.techniques.is_empty() {
        writeln!(out, "\nNo technique was observed.")?;
    }
    for (tactic, rows) in report.by_tactic(attack) {
        let name = tactic.map_or("Unknown tactic", |tactic| tactic.name.as_str());
        let id = rows.first().map(|row| row.tactic.to_string()).unwrap_or_default();
        writeln!(out, "\n## {name} ({id})\n")?;
        writeln!(out, "| technique | name | tags | confidence | first seen (UTC) | last seen (UTC) |")?;
        writeln!(out, "|---|---|---:|---:|---|---|")?;
        for row in rows {
            writeln!(
                out,
                "| [{}]({}) | {} | {} | {:.2} | {} | {} |",
                row.technique,
                row.technique.url(),
                attack.full_name(row.technique).unwrap_or_default(),
                thousands(row.count),
                row.confidence_max.get(),
                moment(row.first_seen),
                moment(row.last_seen)
            )?;
        }
    }
    if !report.attackers.is_empty() {
        writeln!(out, "\n## Attackers with most tags\n")?;
        writeln!(out, "| address | events | sessions | techniques | tags | last seen (UTC) |")?;
        writeln!(out, "|---|---:|---:|---:|---:|---|")?;
        for row in &report.attackers {
            let last = moment(row.last_seen);
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {last} |",
                row.ip, row.events, row.sessions, row.techniques, row.tags
            )?;
        }
    }
    if !report.sessions.is_empty() {
        writeln!(out, "\n## Sessions\n")?;
        writeln!(out, "| session | decoy | address | commands | tags | began (UTC) | service | client |")?;
        writeln!(out, "|---|---|---|---:|---:|---|---|---|")?;
        for row in &report.sessions {
            writeln!(
                out,
                "| {} | {} | {} | {} | {} | {} | {} | {} |",
                escape(&row.key.session),
                escape(&row.key.decky),
                row.key.ip,
                row.commands,
                row.tags,
                moment(row.first_seen),
                escape(row.service.as_deref().unwrap_or("")),
                escape(row.client_version.as_deref().unwrap_or(""))
            )?;
        }
    }
    Ok(())
}

/// Text that Markdown and the HTML within it leave alone. Punctuation is escaped as `CommonMark` allows; `<`, `>` and
/// `&` become entities, because not every renderer heeds the backslash before them.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for char in name(text).chars() {
        match char {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            char if char.is_ascii_punctuation() => out.extend(['\\', char]),
            char => out.push(char),
        }
    }
    out
}

//! The report on a terminal.

use std::fmt::Write as _;

use unicode_width::UnicodeWidthStr as _;
use vespid_attack::Catalogue;
use vespid_model::rows::{AttackerRow, Scope, SessionRow, TechniqueRow};

use super::Report;
use crate::columns::{Column, table};
use crate::intel::verdict;
use crate::style::{Look, clip};
use crate::text::{count, period, printable, thousands};

pub(super) fn render(report: &Report, attack: &Catalogue, look: Look) -> String {
    let mut out = String::new();
    // Writing to a String does not fail.
    let _ = write(&mut out, report, attack, look);
    out
}

fn write(out: &mut String, report: &Report, attack: &Catalogue, look: Look) -> std::fmt::Result {
    writeln!(out, "{}", look.bold(&format!("ATT&CK report: {}", report.title())))?;
    for fact in report.facts() {
        writeln!(out, "{fact}")?;
    }
    if let Some(intel) = &report.intel {
        writeln!(out, "{}", clip(&verdict(intel), look.width))?;
    }
    if report.techniques.is_empty() {
        writeln!(out, "\nNo technique was observed.")?;
    }
    for (tactic, rows) in report.by_tactic(attack) {
        let name = tactic.map_or("Unknown tactic", |tactic| tactic.name.as_str());
        let id = rows.first().map(|row| row.tactic.to_string()).unwrap_or_default();
        writeln!(out, "\n{} {}", look.bold(name), look.dim(&id))?;
        for row in rows {
            technique(out, row, attack, look)?;
        }
    }
    attackers(out, report, look)?;
    sessions(out, report, look)
}

/// Two lines; three where the terminal is too narrow for the times and the address beside each other.
fn technique(out: &mut String, row: &TechniqueRow, attack: &Catalogue, look: Look) -> std::fmt::Result {
    let label = if look.width < 90 { "conf" } else { "confidence" };
    let measures = format!("{:>10}  {label} {:.2}", count(row.count, "tag"), row.confidence_max.get());
    let room = look.width.saturating_sub(2 + 9 + 2 + 1 + measures.len()).clamp(20, 62);
    let name = clip(&attack.full_name(row.technique).unwrap_or_default(), room);
    let blank = " ".repeat(room.saturating_sub(name.width()));
    writeln!(out, "  {}  {name}{blank} {measures}", look.id(&format!("{:<9}", row.technique)))?;
    let times = period(row.first_seen, row.last_seen);
    let url = row.technique.url();
    if 4 + times.width() + 2 + url.len() <= look.width {
        writeln!(out, "    {}", look.dim(&format!("{times}  {url}")))
    } else {
        writeln!(out, "    {}\n    {}", look.dim(&times), look.dim(&url))
    }
}

fn attackers(out: &mut String, report: &Report, look: Look) -> std::fmt::Result {
    if report.attackers.is_empty() {
        return Ok(());
    }
    let shown = part(report.attackers.len(), report.totals.attackers);
    writeln!(out, "\n{}", look.bold(&format!("Who: attackers with most tags{shown}")))?;
    let head = [
        Column::fixed("address"),
        Column::number("events"),
        Column::number("sessions"),
        Column::number("techniques"),
        Column::number("tags"),
        Column::extra("last seen"),
    ];
    let cells = |row: &AttackerRow| {
        vec![
            row.ip.to_string(),
            thousands(row.events),
            thousands(row.sessions),
            thousands(row.techniques),
            thousands(row.tags),
            period(row.last_seen, row.last_seen),
        ]
    };
    let rows: Vec<_> = report.attackers.iter().map(cells).collect();
    out.write_str(&table(look, &head, &rows))
}

fn sessions(out: &mut String, report: &Report, look: Look) -> std::fmt::Result {
    if report.sessions.is_empty() {
        return Ok(());
    }
    let title = match report.scope {
        Scope::Session(_) => "Session".to_owned(),
        _ => {
            format!("Sessions, newest first{}", part(report.sessions.len(), report.totals.sessions))
        }
    };
    writeln!(out, "\n{}", look.bold(&title))?;
    let head = [
        // It is what the next question is asked with.
        Column::name("session"),
        Column::text("decoy"),
        Column::fixed("address"),
        Column::fixed("began"),
        Column::number("commands"),
        Column::number("tags"),
        Column::extra("service"),
        Column::extra("login"),
        Column::extra("client"),
    ];
    let rows: Vec<_> = report.sessions.iter().map(cells).collect();
    out.write_str(&table(look, &head, &rows))
}

/// What a login or a client may take: one long name should not push all of them out.
const EXTRA: usize = 24;
/// What a session's name may take. Those of sensors are shorter; of what attackers make up, the beginning is found too.
const SESSION: usize = 48;

fn cells(row: &SessionRow) -> Vec<String> {
    vec![
        clip(&printable(&row.key.session), SESSION),
        printable(&row.key.decky).into_owned(),
        row.key.ip.to_string(),
        period(row.first_seen, row.first_seen),
        thousands(row.commands),
        thousands(row.tags),
        clip(&printable(row.service.as_deref().unwrap_or("")), EXTRA),
        clip(&printable(row.login.as_deref().unwrap_or("")), EXTRA),
        clip(&printable(row.client_version.as_deref().unwrap_or("")), EXTRA),
    ]
}

/// ` (10 of 2,000)` where a list is not whole.
fn part(shown: usize, total: u64) -> String {
    if shown as u64 >= total { String::new() } else { format!(" ({shown} of {})", thousands(total)) }
}

//! The report as one self-contained page, and the parts that other pages share with it.

use maud::{DOCTYPE, Markup, PreEscaped, html};
use vespid_attack::Catalogue;
use vespid_model::rows::{AttackerRow, SessionRow, TechniqueRow};

use super::{Report, by_tactic};
use crate::intel::verdict;
use crate::links::Links;
use crate::text::{moment, name, thousands};

/// The style of everything that this room writes as HTML: `report --format html` carries it, pages may serve it.
pub const STYLE: &str = include_str!("report.css");

pub(super) fn render(report: &Report, attack: &Catalogue) -> String {
    let links = &Links::OUTSIDE;
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta http-equiv="Content-Security-Policy"
                    content="default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="referrer" content="no-referrer";
                title { "ATT&CK report: " (report.title()) }
                style { (PreEscaped(STYLE)) }
            }
            body { main {
                h1 { "ATT&CK report: " (report.title()) }
                ul class="facts" {
                    @for fact in report.facts() { li { (fact) } }
                    @if let Some(intel) = &report.intel { li { (verdict(intel)) } }
                }
                h2 { "Techniques" }
                (techniques(&report.techniques, attack, links))
                @if !report.attackers.is_empty() {
                    h2 { "Attackers with most tags" }
                    (attackers(&report.attackers, links))
                }
                @if !report.sessions.is_empty() {
                    h2 { "Sessions" }
                    (sessions(&report.sessions, links))
                }
                p { small { (TRADEMARK) } }
            } }
        }
    };
    let mut text = page.into_string();
    text.push('\n');
    text
}

/// Whose name ATT&CK is.
pub const TRADEMARK: &str = "© 2026 The MITRE Corporation. This work is reproduced and distributed with the permission of The MITRE \
    Corporation. MITRE ATT&CK® is a registered trademark of The MITRE Corporation.";

/// Techniques under their tactics in matrix order, as one table.
pub fn techniques(rows: &[TechniqueRow], attack: &Catalogue, links: &Links) -> Markup {
    html! {
        @if rows.is_empty() { p { "No technique was observed." } }
        @else { div class="scroll" tabindex="0" role="region" aria-label="Techniques" { table class="techniques" {
            thead { tr {
                th scope="col" { "Technique" } th scope="col" { "Name" } th scope="col" class="n" { "Tags" }
                th scope="col" class="n" { "Confidence" } th scope="col" { "First seen (UTC)" }
                th scope="col" { "Last seen (UTC)" }
            } }
            @for (tactic, rows) in by_tactic(rows, attack) { tbody {
                tr { th class="tactic-name" scope="rowgroup" colspan="6" {
                    @match tactic { Some(tactic) => (tactic.name), None => "Unknown tactic" } " "
                    @if let Some(row) = rows.first() { small { (row.tactic) } }
                } }
                @for row in rows { tr {
                    th scope="row" { a href=((links.technique)(row.technique)) { (row.technique) } }
                    td { (attack.full_name(row.technique).unwrap_or_default()) }
                    td class="n" { (thousands(row.count)) }
                    td class="n" { (format!("{:.2}", row.confidence_max.get())) }
                    td class="t" { (moment(row.first_seen)) }
                    td class="t" { (moment(row.last_seen)) }
                } }
            } }
        } } }
    }
}

/// Attackers in the order given.
pub fn attackers(rows: &[AttackerRow], links: &Links) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Attackers" { table {
            thead { tr {
                th scope="col" { "Address" } th scope="col" class="n" { "Events" } th scope="col" class="n" { "Sessions" }
                th scope="col" class="n" { "Techniques" } th scope="col" class="n" { "Tags" }
                th scope="col" { "First seen (UTC)" } th scope="col" { "Last seen (UTC)" }
            } }
            tbody { @for row in rows { tr {
                th scope="row" { (linked((links.attacker)(row.ip), &row.ip.to_string())) }
                td class="n" { (thousands(row.events)) } td class="n" { (thousands(row.sessions)) }
                td class="n" { (thousands(row.techniques)) } td class="n" { (thousands(row.tags)) }
                td class="t" { (moment(row.first_seen)) } td class="t" { (moment(row.last_seen)) }
            } } }
        } }
    }
}

/// Sessions in the order given.
pub fn sessions(rows: &[SessionRow], links: &Links) -> Markup {
    html! {
        div class="scroll" tabindex="0" role="region" aria-label="Sessions" { table {
            thead { tr {
                th scope="col" { "Session" } th scope="col" { "Decoy" } th scope="col" { "Address" }
                th scope="col" { "Began (UTC)" } th scope="col" class="n" { "Commands" }
                th scope="col" class="n" { "Tags" } th scope="col" { "Service" } th scope="col" { "Login" }
                th scope="col" { "Client" }
            } }
            tbody { @for row in rows { tr {
                th scope="row" { (linked((links.session)(&row.key), &name(&row.key.session))) }
                td { (name(&row.key.decky)) }
                td { (linked((links.attacker)(row.key.ip), &row.key.ip.to_string())) }
                td class="t" { (moment(row.first_seen)) }
                td class="n" { (thousands(row.commands)) } td class="n" { (thousands(row.tags)) }
                td { (name(row.service.as_deref().unwrap_or(""))) }
                td { code { (name(row.login.as_deref().unwrap_or(""))) } }
                td { code { (name(row.client_version.as_deref().unwrap_or(""))) } }
            } } }
        } }
    }
}

fn linked(address: Option<String>, text: &str) -> Markup {
    // An empty name would be a link that nobody can see or reach.
    let text = if text.is_empty() { "(no name)" } else { text };
    html! { @match address { Some(address) => a href=(address) { (text) }, None => (text) } }
}

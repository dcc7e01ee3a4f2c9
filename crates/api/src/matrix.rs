//! The ATT&CK matrix of what was observed, as a heat map.

use std::collections::BTreeMap;

use maud::{Markup, html};
use vespid_attack::{Catalogue, Status};
use vespid_export::text::{count, thousands};
use vespid_model::release::Release;
use vespid_model::rows::TechniqueRow;
use vespid_model::{TacticId, TechniqueId};

use crate::address;
use crate::heat::Scale;

/// One column a tactic in the order of the release, one cell an observed technique with its observed sub-techniques.
pub(crate) fn matrix(rows: &[TechniqueRow], attack: &Catalogue) -> Markup {
    let columns = columns(rows, attack);
    let highest = columns.iter().flat_map(|column| column.cells.values()).map(Cell::total).max();
    let scale = Scale::up_to(highest.unwrap_or(1));
    html! {
        (legend(scale, attack.release()))
        div class="matrix scroll" tabindex="0" role="region" aria-label="ATT&CK matrix" {
            @for column in &columns { (self::column(column, scale, attack)) }
        }
    }
}

/// A tactic's column.
struct Column<'a> {
    id: TacticId,
    name: &'a str,
    /// Techniques and sub-techniques that the release has there.
    known: usize,
    /// By technique without its sub-technique.
    cells: BTreeMap<TechniqueId, Cell>,
}

#[derive(Default)]
struct Cell {
    /// Tags that name the technique itself.
    own: u64,
    subs: BTreeMap<TechniqueId, u64>,
}

impl Cell {
    fn total(&self) -> u64 {
        self.own + self.subs.values().sum::<u64>()
    }

    fn observed(&self) -> usize {
        usize::from(self.own > 0) + self.subs.len()
    }
}

fn columns<'a>(rows: &[TechniqueRow], attack: &'a Catalogue) -> Vec<Column<'a>> {
    let mut known: BTreeMap<TacticId, usize> = BTreeMap::new();
    for tactic in attack.live().flat_map(|technique| &technique.tactics) {
        *known.entry(*tactic).or_default() += 1;
    }
    let tactic =
        |id, name| Column { id, name, known: known.get(&id).copied().unwrap_or(0), cells: BTreeMap::new() };
    let mut columns: Vec<Column> =
        attack.tactics().iter().map(|known| tactic(known.id, known.name.as_str())).collect();
    for row in rows {
        let place = columns.iter().position(|column| column.id == row.tactic).unwrap_or_else(|| {
            // Tagged with a release that had this tactic.
            columns.push(tactic(row.tactic, "Not in this release"));
            columns.len() - 1
        });
        let cell = columns[place].cells.entry(row.technique.parent()).or_default();
        if row.technique.is_sub() {
            *cell.subs.entry(row.technique).or_default() += row.count;
        } else {
            cell.own += row.count;
        }
    }
    columns
}

fn column(column: &Column, scale: Scale, attack: &Catalogue) -> Markup {
    let observed: usize = column.cells.values().map(Cell::observed).sum();
    html! {
        section class=(if observed > 0 { "column" } else { "column empty" }) {
            h3 { (column.name) }
            p class="soft" { (observed) " of " (column.known) }
            ul { @for (id, cell) in &column.cells {
                li {
                    (entry(*id, cell.total(), "cell", scale, attack))
                    @if !cell.subs.is_empty() {
                        ul { @for (sub, count) in &cell.subs { li { (entry(*sub, *count, "cell sub", scale, attack)) } } }
                    }
                }
            } }
        }
    }
}

fn entry(id: TechniqueId, tags: u64, class: &str, scale: Scale, attack: &Catalogue) -> Markup {
    let name = attack.technique(id).map_or("", |technique| technique.name.as_str());
    let gone = attack.technique(id).is_none_or(|technique| technique.status != Status::Live);
    html! {
        a class={ (class) " heat-" (scale.shade(tags)) } href=(address::technique(id)) title={ (id) ": " (count(tags, "tag")) } {
            // First, so that the name can flow around it.
            span class="n" { (thousands(tags)) } " "
            span { (name) @if gone { " (not in this release)" } }
        }
    }
}

fn legend(scale: Scale, release: Release) -> Markup {
    html! {
        p class="legend" {
            "Tags, sub-techniques included: "
            @for (shade, lowest) in scale.legend() {
                span class={ "swatch heat-" (shade) } { (thousands(lowest)) "+" } " "
            }
            span class="soft" { "Below a tactic: techniques and sub-techniques observed, of those that ATT&CK " (release) " has." }
        }
    }
}

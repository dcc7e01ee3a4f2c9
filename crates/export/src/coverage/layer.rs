//! The coverage as a layer for ATT&CK Navigator.

use vespid_attack::Catalogue;

use super::{Coverage, Totals};
use crate::navigator::{Cell, Picture, draw};
use crate::text::count;

pub(super) fn render(coverage: &Coverage, attack: &Catalogue) -> String {
    let Totals { rules, named, .. } = coverage.totals();
    let cells = coverage.by_tactic(attack).into_iter().flat_map(|(tactic, cells)| {
        cells.into_iter().map(move |(technique, covered)| {
            let confidence = format!("{:.2}", covered.confidence.get());
            Cell {
                technique,
                tactic: Some(tactic.shortname.clone()),
                score: covered.rules,
                comment: format!("{}, confidence up to {confidence}", count(covered.rules, "rule")),
                facts: vec![("highest confidence", confidence)],
            }
        })
    });
    draw(Picture {
        name: "Vespid: coverage of the rules".to_owned(),
        description: format!(
            "What the rules name. Score: rules. {} for {}.",
            count(rules, "rule"),
            count(named, "technique")
        ),
        noun: "rule",
        release: attack.release(),
        cells: cells.collect(),
    })
}

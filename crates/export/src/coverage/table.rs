//! The coverage on a terminal.

use std::fmt::Write as _;

use vespid_attack::Catalogue;

use super::{Coverage, Totals};
use crate::columns::{Column, table};
use crate::style::Look;
use crate::text::{count, printable};

pub(super) fn render(coverage: &Coverage, attack: &Catalogue, look: Look) -> String {
    let Totals { rules, techniques, sub_techniques, tactics, .. } = coverage.totals();
    let mut out = format!(
        "{}\n{}: {}, {}, {}\n",
        look.bold(&format!("Coverage of ATT&CK {}", attack.release())),
        count(rules, "rule"),
        count(techniques, "technique"),
        count(sub_techniques, "sub-technique"),
        count(tactics, "tactic"),
    );
    let head = [
        Column::fixed("id"),
        Column::text("technique"),
        Column::number("rules"),
        Column::number("confidence"),
    ];
    for (tactic, cells) in coverage.by_tactic(attack) {
        let id = tactic.id.to_string();
        // Writing to a String does not fail.
        let _ = write!(out, "\n{} {}\n", look.bold(&printable(&tactic.name)), look.dim(&id));
        let row = |(id, covered): &(vespid_model::TechniqueId, super::Covered)| {
            vec![
                id.to_string(),
                printable(&attack.full_name(*id).unwrap_or_default()).into_owned(),
                covered.rules.to_string(),
                format!("{:.2}", covered.confidence.get()),
            ]
        };
        out.push_str(&table(look, &head, &cells.iter().map(row).collect::<Vec<_>>()));
    }
    out
}

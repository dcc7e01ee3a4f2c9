//! The coverage for programs.
//!
//! Keys: `attack_release`, `totals` {`rules`, `techniques` (of which the technique itself or a sub-technique is named),
//! `sub_techniques`, `named` (techniques and sub-techniques), `tactics`}, `tactics` [{`id`, `name`, `shortname`,
//! `techniques` [{`id`, `name`, `rules`, `confidence_max`}]}]. Tactics stand in matrix order.

use serde_json::{Value, json};
use vespid_attack::Catalogue;

use super::{Coverage, Totals};

pub(super) fn render(coverage: &Coverage, attack: &Catalogue) -> String {
    let Totals { rules, techniques, named, sub_techniques, tactics } = coverage.totals();
    let by_tactic = coverage.by_tactic(attack).into_iter().map(|(tactic, cells)| {
        let techniques = cells.iter().map(|(id, covered)| {
            json!({
                "id": id.to_string(),
                "name": attack.full_name(*id),
                "rules": covered.rules,
                "confidence_max": covered.confidence.get(),
            })
        });
        json!({
            "id": tactic.id.to_string(),
            "name": tactic.name,
            "shortname": tactic.shortname,
            "techniques": techniques.collect::<Vec<_>>(),
        })
    });
    let document = json!({
        "attack_release": attack.release().to_string(),
        "totals": {
            "rules": rules,
            "techniques": techniques,
            "sub_techniques": sub_techniques,
            "named": named,
            "tactics": tactics,
        },
        "tactics": by_tactic.collect::<Value>(),
    });
    format!("{document:#}\n")
}

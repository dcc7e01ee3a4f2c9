//! What persons say of who is who, for a person and for a program.

use serde_json::json;
use vespid_model::features::{SaidOf, Verdict, VerdictRow};
use vespid_model::rows::Page;

use crate::columns::{Column, shown, table};
use crate::style::Look;
use crate::text::{moment, name, printable};

/// A table of verdicts, and how many there are.
pub fn list(page: &Page<VerdictRow>, look: Look) -> String {
    const COLUMNS: [Column; 6] = [
        Column::fixed("said"),
        Column::fixed("of"),
        Column::fixed("and"),
        Column::fixed("when"),
        Column::fixed("by"),
        // Whole: nothing else tells it.
        Column::fixed("reason"),
    ];
    let cells = |row: &VerdictRow| {
        let [a, b] = of(row);
        let by = name(&row.said_by).into_owned();
        vec![said(row).to_owned(), a, b, moment(row.said_at), by, printable(&row.reason).into_owned()]
    };
    let rows: Vec<_> = page.rows.iter().map(cells).collect();
    shown(&table(look, &COLUMNS, &rows), rows.len(), page.total, "verdict")
}

/// One JSON object, without a line feed.
pub fn line(row: &VerdictRow) -> String {
    let (about, same) = match row.said {
        SaidOf::Attackers(Verdict { same, .. }, _) => ("hands", same),
        SaidOf::Identities(Verdict { same, .. }) => ("campaign", same),
    };
    let [a, b] = of(row);
    json!({
        "said": if same { "same" } else { "not_same" },
        "about": about,
        "a": a,
        "b": b,
        "said_at": row.said_at.to_string(),
        "said_by": row.said_by,
        "reason": row.reason,
    })
    .to_string()
}

/// Who said so, when and why, as a sentence with a blank behind it.
pub fn sentence(row: &VerdictRow) -> String {
    let (by, when) = (name(&row.said_by), moment(row.said_at));
    match row.reason.as_str() {
        "" => format!("{by} said so on {when} UTC, without a reason. "),
        reason => format!("{by} said so on {when} UTC: \"{}\". ", printable(reason)),
    }
}

const fn said(row: &VerdictRow) -> &'static str {
    match row.said {
        SaidOf::Attackers(Verdict { same: true, .. }, _) => "the same hands",
        SaidOf::Attackers(Verdict { same: false, .. }, _) => "not the same hands",
        SaidOf::Identities(Verdict { same: true, .. }) => "one campaign",
        SaidOf::Identities(Verdict { same: false, .. }) => "not one campaign",
    }
}

/// Addresses, or ids where there is no address.
fn of(row: &VerdictRow) -> [String; 2] {
    match row.said {
        SaidOf::Attackers(Verdict { a, b, .. }, [x, y]) => [
            x.map_or_else(|| a.to_string(), |x| x.to_string()),
            y.map_or_else(|| b.to_string(), |y| y.to_string()),
        ],
        SaidOf::Identities(Verdict { a, b, .. }) => [a.to_string(), b.to_string()],
    }
}

#[cfg(test)]
mod tests {
    use vespid_model::UtcMicros;
    use vespid_model::id::AttackerId;

    use super::*;

    #[test]
    fn hostile_reasons_are_shown_safely_and_who_is_gone_by_id() {
        let (a, b) = (AttackerId::from_bytes([1; 16]), AttackerId::from_bytes([2; 16]));
        let row = VerdictRow {
            said: SaidOf::Attackers(Verdict { a, b, same: false }, [None, "192.0.2.1".parse().ok()]),
            reason: "a\x1b[2J\n<b>".to_owned(),
            said_by: "ann".to_owned(),
            said_at: UtcMicros::EARLIEST,
        };
        let text = list(&Page { rows: vec![row.clone()], total: 3 }, Look::PLAIN);
        assert!(text.contains(&format!("not the same hands  {a}  192.0.2.1")), "{text}");
        assert!(text.contains("ann  a\\x1b[2J\\n<b>\n3 verdicts, 2 more than shown\n"), "{text}");
        assert_eq!(sentence(&row), "ann said so on 1990-01-01 00:00:00 UTC: \"a\\x1b[2J\\n<b>\". ");
        let line: serde_json::Value = serde_json::from_str(&line(&row)).unwrap();
        assert_eq!(
            (line["said"].as_str(), line["reason"].as_str()),
            (Some("not_same"), Some("a\x1b[2J\n<b>"))
        );
    }
}

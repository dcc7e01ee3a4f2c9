//! Identities, campaigns, and what MITRE's groups have in common with them: for a person and for a program.

use std::fmt::Write as _;

use serde_json::json;
use vespid_attack::Catalogue;
use vespid_model::TechniqueId;
use vespid_model::actor::{CampaignRow, IdentityRow, ObservationRow};
use vespid_model::rows::Page;

use crate::columns::{Column, table};
use crate::style::Look;
use crate::text::{count, moment, printable};

/// An identity with the first of its addresses.
pub type Identity<'a> = (&'a IdentityRow, Page<ObservationRow>);
/// A campaign with the first of its identities.
pub type Campaign<'a> = (&'a CampaignRow, Page<IdentityRow>);

/// Techniques that are named on each side of a group.
const NAMED: usize = 5;

/// A table of identities, and how many there are.
pub fn identities(rows: &[Identity<'_>], total: u64, look: Look) -> String {
    const COLUMNS: [Column; 5] = [
        Column::fixed("identity"),
        Column::number("addresses"),
        Column::fixed("first seen"),
        Column::extra("last seen"),
        Column::text("among them"),
    ];
    let cells = |(row, observed): &Identity<'_>| {
        vec![
            row.identity.id.to_string(),
            observed.total.to_string(),
            row.identity.first_seen_at.map(moment).unwrap_or_default(),
            row.identity.last_seen_at.map(moment).unwrap_or_default(),
            joined(observed.rows.iter().map(|row| row.ip.to_string())),
        ]
    };
    let shown = rows.iter().map(cells).collect::<Vec<_>>();
    listed(&table(look, &COLUMNS, &shown), rows.len(), &count_of(total, "identity", "identities"))
}

/// A table of campaigns, and how many there are.
pub fn campaigns(rows: &[Campaign<'_>], total: u64, look: Look) -> String {
    const COLUMNS: [Column; 5] = [
        Column::fixed("campaign"),
        Column::number("identities"),
        Column::fixed("first seen"),
        Column::extra("last seen"),
        Column::text("among them"),
    ];
    let cells = |(row, identities): &Campaign<'_>| {
        vec![
            row.campaign.id.to_string(),
            identities.total.to_string(),
            row.campaign.first_seen_at.map(moment).unwrap_or_default(),
            row.campaign.last_seen_at.map(moment).unwrap_or_default(),
            joined(identities.rows.iter().map(|row| row.identity.id.to_string())),
        ]
    };
    let shown = rows.iter().map(cells).collect::<Vec<_>>();
    listed(&table(look, &COLUMNS, &shown), rows.len(), &count(total, "campaign"))
}

fn joined(texts: impl Iterator<Item = String>) -> String {
    texts.collect::<Vec<_>>().join(", ")
}

fn count_of(number: u64, one: &str, many: &str) -> String {
    format!("{number} {}", if number == 1 { one } else { many })
}

fn listed(table: &str, rows: usize, total: &str) -> String {
    format!("{}{total}\n", if rows == 0 { "" } else { table })
}

/// One JSON object, without a line feed.
pub fn identity_line((row, observed): &Identity<'_>) -> String {
    let ips: Vec<_> = observed.rows.iter().map(|row| row.ip).collect();
    json!({
        "identity": row.identity.id,
        "campaign": row.campaign,
        "addresses": observed.total,
        "first_seen": row.identity.first_seen_at.map(|time| time.to_string()),
        "last_seen": row.identity.last_seen_at.map(|time| time.to_string()),
        "among_them": ips,
    })
    .to_string()
}

/// One JSON object, without a line feed.
pub fn campaign_line((row, identities): &Campaign<'_>) -> String {
    let ids: Vec<_> = identities.rows.iter().map(|row| row.identity.id).collect();
    json!({
        "campaign": row.campaign.id,
        "identities": identities.total,
        "first_seen": row.campaign.first_seen_at.map(|time| time.to_string()),
        "last_seen": row.campaign.last_seen_at.map(|time| time.to_string()),
        "among_them": ids,
    })
    .to_string()
}

/// A group with techniques in common. Techniques with what each weighs, the rarest first.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "as in the room that finds them")]
pub struct Overlapping<'a> {
    pub id: &'a str,
    pub name: &'a str,
    pub score: f64,
    pub p: f64,
    pub shared: &'a [(TechniqueId, f64)],
    pub unseen: &'a [(TechniqueId, f64)],
    pub foreign: &'a [(TechniqueId, f64)],
}

/// What was compared with what.
#[derive(Debug, Clone, Copy)]
#[expect(missing_docs, reason = "each name says what it is")]
pub struct Compared<'a> {
    pub distinct: usize,
    pub enough: usize,
    pub groups: usize,
    pub permutations: u32,
    pub unknown: &'a [TechniqueId],
}

/// The groups in their order, what speaks for and against each.
pub fn overlap(groups: &[Overlapping<'_>], compared: &Compared<'_>, attack: &Catalogue) -> String {
    let techniques = count(compared.distinct as u64, "technique");
    let mut text = format!(
        "Techniques in common with MITRE's groups. This is not attribution.\n\
         {techniques}, a sub-technique and its parent counted as one.\n",
    );
    if !compared.unknown.is_empty() {
        let unknown = joined(compared.unknown.iter().map(ToString::to_string));
        // Writing to a String does not fail, here and below.
        let _ = writeln!(text, "No documented group uses {unknown}.");
    }
    if compared.distinct < compared.enough {
        let _ = writeln!(
            text,
            "That is too little to compare: with fewer than {}, even techniques of one group mostly put another first.",
            compared.enough
        );
        return text;
    }
    let _ = writeln!(
        text,
        "Compared with {} groups; who uses a sub-technique uses its parent, which is listed beside it and weighs what it is\n\
         among groups. p: how often as many techniques drawn at random do as well ({} draws, not corrected for the\n\
         number of groups).",
        compared.groups, compared.permutations
    );
    if groups.is_empty() {
        text.push_str("No group has any of them.\n");
    }
    for group in groups {
        let (id, name) = (group.id, printable(group.name));
        let _ = writeln!(text, "\n{id} {name}: overlap {:.2}, p = {:.4}", group.score, group.p);
        for (what, techniques) in [
            ("both", group.shared),
            ("against: the group's, not seen", group.unseen),
            ("against: seen, not the group's", group.foreign),
        ] {
            let _ = writeln!(text, "  {what}: {}", named(techniques, attack));
        }
    }
    text
}

fn named(techniques: &[(TechniqueId, f64)], attack: &Catalogue) -> String {
    let name = |(id, _): &(TechniqueId, f64)| match attack.full_name(*id) {
        Some(name) => format!("{id} {name}"),
        None => id.to_string(),
    };
    match techniques.len() {
        0 => "nothing".to_owned(),
        all if all > NAMED => {
            format!("{} and {} more", joined(techniques.iter().take(NAMED).map(name)), all - NAMED)
        }
        _ => joined(techniques.iter().map(name)),
    }
}

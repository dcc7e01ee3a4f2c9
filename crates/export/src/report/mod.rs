//! Which techniques, when, by whom.

pub mod html;
mod json;
mod markdown;
mod table;

use vespid_attack::{Catalogue, Tactic};
use vespid_model::intel::Intel;
use vespid_model::rows::{AttackerRow, Scope, SessionRow, TechniqueRow, Totals};

use crate::navigator;
use crate::style::Look;
use crate::text::{count, moment, printable};

/// What is known of a scope.
#[derive(Debug, Clone)]
pub struct Report {
    /// Whose.
    pub scope: Scope,
    /// How much.
    pub totals: Totals,
    /// The techniques, in any order.
    pub techniques: Vec<TechniqueRow>,
    /// The attackers to name, for the fleet.
    pub attackers: Vec<AttackerRow>,
    /// The sessions to name.
    pub sessions: Vec<SessionRow>,
    /// What providers say of the attacker, where it is about one.
    pub intel: Option<Intel>,
}

/// The kind of document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For a terminal.
    Table,
    /// For programs.
    Json,
    /// For notes and tickets.
    Markdown,
    /// One self-contained page.
    Html,
    /// A layer for ATT&CK Navigator, format 4.5.
    Navigator,
}

impl Report {
    /// The document, ending with a line feed. `attack` names what is in it; `look` is for [`Format::Table`] only.
    pub fn render(&self, format: Format, attack: &Catalogue, look: Look) -> String {
        match format {
            Format::Table => table::render(self, attack, look),
            Format::Json => json::render(self, attack),
            Format::Markdown => markdown::render(self, attack),
            Format::Html => html::render(self, attack),
            Format::Navigator => navigator::render(self, attack),
        }
    }

    /// The techniques under their tactics, tactics in matrix order, techniques by id.
    pub fn by_tactic<'a>(
        &'a self,
        attack: &'a Catalogue,
    ) -> Vec<(Option<&'a Tactic>, Vec<&'a TechniqueRow>)> {
        by_tactic(&self.techniques, attack)
    }

    /// Whose report this is, in words.
    pub(crate) fn title(&self) -> String {
        match &self.scope {
            Scope::Fleet => "all decoys".to_owned(),
            Scope::Attacker(ip) => format!("attacker {ip}"),
            Scope::AttackerId(id) => format!("attacker {id}"),
            Scope::Identity(id) => format!("identity {id}"),
            Scope::Campaign(id) => format!("campaign {id}"),
            Scope::SessionName(name) => format!("session {}", printable(name)),
            Scope::Session(key) => {
                format!("session {} on {}", printable(&key.session), printable(&key.decky))
            }
        }
    }

    /// See [`facts`].
    pub(crate) fn facts(&self) -> Vec<String> {
        facts(&self.totals)
    }
}

/// How much, when, and which release, in words.
pub fn facts(totals: &Totals) -> Vec<String> {
    let mut facts = vec![
        [
            count(totals.events, "event"),
            count(totals.sessions, "session"),
            count(totals.attackers, "attacker"),
            count(totals.tags, "tag"),
        ]
        .join(", "),
    ];
    if let (Some(first), Some(last)) = (totals.first_seen, totals.last_seen) {
        facts.push(format!("{} to {} UTC", moment(first), moment(last)));
    }
    if !totals.releases.is_empty() {
        let releases: Vec<_> = totals.releases.iter().map(ToString::to_string).collect();
        facts.push(format!("ATT&CK {}", releases.join(" and ")));
    }
    facts
}

/// See [`Report::by_tactic`].
pub fn by_tactic<'a>(
    techniques: &'a [TechniqueRow],
    attack: &'a Catalogue,
) -> Vec<(Option<&'a Tactic>, Vec<&'a TechniqueRow>)> {
    let mut rows: Vec<&TechniqueRow> = techniques.iter().collect();
    rows.sort_by_key(|row| (attack.matrix_order(row.tactic), row.tactic, row.technique));
    let groups = rows.chunk_by(|a, b| a.tactic == b.tactic);
    groups.filter_map(|group| Some((attack.tactic(group.first()?.tactic), group.to_vec()))).collect()
}

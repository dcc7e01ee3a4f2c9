//! The report for programs.
//!
//! Keys: `scope` {`kind`, `attacker`?, `session`?, `decky`?}, `totals`, `attack_releases`, `tactics` [{`id`, `name`,
//! `shortname`, `techniques` [{`id`, `name`, `url`, `count`, `first_seen`, `last_seen`, `confidence_max`}]}],
//! `attackers`, `sessions`, `intel`? {`verdict`, `abuseipdb_score`?, `greynoise_classification`?, `feodo_listed`?,
//! `threatfox_listed`?, `asked_at`, `expires_at`}. Times are RFC 3339 in UTC. Tactics stand in matrix order.

use serde::Serialize;
use vespid_attack::Catalogue;
use vespid_model::intel::Intel;
use vespid_model::rows::{AttackerRow, Scope, TechniqueRow};

use super::Report;
use crate::session_json::SessionJson;

#[derive(Serialize)]
struct Document<'a> {
    scope: ScopeJson<'a>,
    totals: TotalsJson,
    attack_releases: Vec<String>,
    tactics: Vec<TacticJson<'a>>,
    attackers: Vec<AttackerJson>,
    sessions: Vec<SessionJson<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    intel: Option<IntelJson<'a>>,
}

#[derive(Serialize)]
struct IntelJson<'a> {
    verdict: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    abuseipdb_score: Option<i64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    greynoise_classification: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    feodo_listed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    threatfox_listed: Option<bool>,
    asked_at: String,
    expires_at: String,
}

#[derive(Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
enum ScopeJson<'a> {
    Fleet,
    Attacker { attacker: String },
    Identity { identity: String },
    Campaign { campaign: String },
    Session { decky: &'a str, session: &'a str, attacker: String },
    SessionName { session: &'a str },
}

#[derive(Serialize)]
struct TotalsJson {
    events: u64,
    sessions: u64,
    attackers: u64,
    tags: u64,
    first_seen: Option<String>,
    last_seen: Option<String>,
}

#[derive(Serialize)]
struct TacticJson<'a> {
    id: String,
    name: &'a str,
    shortname: &'a str,
    techniques: Vec<TechniqueJson>,
}

#[derive(Serialize)]
struct TechniqueJson {
    id: String,
    name: Option<String>,
    url: String,
    count: u64,
    first_seen: String,
    last_seen: String,
    confidence_max: f64,
}

#[derive(Serialize)]
struct AttackerJson {
    id: String,
    ip: String,
    first_seen: String,
    last_seen: String,
    events: u64,
    sessions: u64,
    techniques: u64,
    tags: u64,
}

pub(super) fn render(report: &Report, attack: &Catalogue) -> String {
    let document = Document {
        scope: match &report.scope {
            Scope::Fleet => ScopeJson::Fleet,
            Scope::Attacker(ip) => ScopeJson::Attacker { attacker: ip.to_string() },
            Scope::AttackerId(id) => ScopeJson::Attacker { attacker: id.to_string() },
            Scope::Identity(id) => ScopeJson::Identity { identity: id.to_string() },
            Scope::Campaign(id) => ScopeJson::Campaign { campaign: id.to_string() },
            Scope::SessionName(name) => ScopeJson::SessionName { session: name },
            Scope::Session(key) => {
                ScopeJson::Session { decky: &key.decky, session: &key.session, attacker: key.ip.to_string() }
            }
        },
        totals: TotalsJson {
            events: report.totals.events,
            sessions: report.totals.sessions,
            attackers: report.totals.attackers,
            tags: report.totals.tags,
            first_seen: report.totals.first_seen.map(|time| time.to_string()),
            last_seen: report.totals.last_seen.map(|time| time.to_string()),
        },
        attack_releases: report.totals.releases.iter().map(ToString::to_string).collect(),
        tactics: report
            .by_tactic(attack)
            .into_iter()
            .map(|(tactic, rows)| TacticJson {
                id: rows.first().map(|row| row.tactic.to_string()).unwrap_or_default(),
                name: tactic.map_or("", |tactic| &tactic.name),
                shortname: tactic.map_or("", |tactic| &tactic.shortname),
                techniques: rows.into_iter().map(|row| technique(row, attack)).collect(),
            })
            .collect(),
        attackers: report.attackers.iter().map(attacker).collect(),
        sessions: report.sessions.iter().map(SessionJson::from).collect(),
        intel: report.intel.as_ref().map(intel),
    };
    // Plain data always serialises.
    let mut text = serde_json::to_string_pretty(&document).unwrap_or_default();
    text.push('\n');
    text
}

fn intel(row: &Intel) -> IntelJson<'_> {
    IntelJson {
        verdict: row.aggregate_verdict.as_deref().unwrap_or("unknown"),
        abuseipdb_score: row.abuseipdb_score,
        greynoise_classification: row.greynoise_classification.as_deref(),
        feodo_listed: row.feodo_listed,
        threatfox_listed: row.threatfox_listed,
        asked_at: row.cached_at.to_string(),
        expires_at: row.expires_at.to_string(),
    }
}

fn technique(row: &TechniqueRow, attack: &Catalogue) -> TechniqueJson {
    TechniqueJson {
        id: row.technique.to_string(),
        name: attack.full_name(row.technique),
        url: row.technique.url(),
        count: row.count,
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
        confidence_max: row.confidence_max.get(),
    }
}

fn attacker(row: &AttackerRow) -> AttackerJson {
    AttackerJson {
        id: row.id.to_string(),
        ip: row.ip.to_string(),
        first_seen: row.first_seen.to_string(),
        last_seen: row.last_seen.to_string(),
        events: row.events,
        sessions: row.sessions,
        techniques: row.techniques,
        tags: row.tags,
    }
}

//! `vespid rules history`

use std::io::{self, Write};

use anyhow::Result;
use serde_json::{Value, json};
use vespid_export::printable;
use vespid_export::text::count;
use vespid_model::audit::AuditRow;
use vespid_store::Store;

use super::args::RulesFormat;
use crate::cli::Database;
use crate::exit::Exit;

/// Rows that are read at once.
const PAGE: u32 = 500;

pub(super) async fn run(db: &Database, name: Option<&str>, limit: u32, format: RulesFormat) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let mut out = io::stdout().lock();
    let (mut after, mut left) = (None, limit);
    'pages: loop {
        let rows = store.audit_list(name, PAGE, after).await?;
        let Some(last) = rows.last() else { break };
        after = Some(last.id);
        for row in rows.iter().filter(|row| row.action.starts_with("rule.")) {
            if left == 0 {
                break 'pages;
            }
            left -= 1;
            match format {
                RulesFormat::Text => writeln!(out, "{}", line(row))?,
                RulesFormat::Json => writeln!(out, "{}", object(row))?,
            }
        }
    }
    if left == limit && format == RulesFormat::Text {
        writeln!(out, "Nobody changed {}.", name.map_or("a rule".into(), printable))?;
    }
    store.close().await;
    Ok(Exit::Done)
}

fn line(row: &AuditRow) -> String {
    let AuditRow { at, actor, action, subject, .. } = row;
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    let what = match detail["new"]["state"].as_str() {
        Some(state) => {
            let to = detail["new"]["confidence_max"].as_f64().map(|most| format!(" to {most}"));
            let until = detail["new"]["expires_at"].as_str().map(|end| format!(" until {end}"));
            let why = detail["new"]["reason"].as_str().map(|why| format!(": {why}"));
            [Some(state.to_owned()), to, until, why].into_iter().flatten().collect()
        }
        None => {
            let tags = |what: &str| detail["tags"][what].as_u64().unwrap_or(0);
            let moved = detail["tags"]
                .is_object()
                .then(|| format!(", {} added, {} removed", count(tags("added"), "tag"), tags("removed")));
            let what = match detail["new"]["version"].as_i64() {
                Some(version) => format!("version {version}"),
                None if moved.is_some() => "no tags of its own any more".to_owned(),
                None => "as it is written".to_owned(),
            };
            what + &moved.unwrap_or_default()
        }
    };
    format!("{at}  {:12}  {action:16}  {}  {}", printable(actor), printable(subject), printable(&what))
}

fn object(row: &AuditRow) -> Value {
    let detail: Value = serde_json::from_str(&row.detail).unwrap_or_default();
    json!({
        "at": row.at.to_string(), "actor": row.actor, "action": row.action, "subject": row.subject,
        "detail": detail,
    })
}

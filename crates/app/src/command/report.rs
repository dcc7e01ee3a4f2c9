//! `vespid report`

use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::{Result, bail};
use vespid_export::{Format, Report};
use vespid_model::rows::Scope;
use vespid_store::{SessionFilter, Store};

use super::{hint, look, target};
use crate::cli::Database;
use crate::exit::Exit;

/// Attackers or sessions listed below the techniques.
const LISTED: u32 = 10;

pub(crate) async fn run(
    db: &Database,
    attacker: Option<IpAddr>,
    session: Option<&str>,
    format: Format,
) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let scope = match (attacker, session) {
        (Some(ip), _) => {
            if store.attacker_find(ip).await?.is_none() {
                bail!("no event of {ip} in {}", db.shown());
            }
            Scope::Attacker(ip)
        }
        (None, Some(name)) => match target::session(&store, name).await? {
            Some(key) => Scope::Session(key),
            None => bail!("no session {name} in {}", db.shown()),
        },
        (None, None) => Scope::Fleet,
    };
    print(&store, db, &scope, format).await?;
    store.close().await;
    Ok(Exit::Done)
}

/// Reads and prints the report of a scope.
pub(crate) async fn print(store: &Store, db: &Database, scope: &Scope, format: Format) -> Result<()> {
    let attackers = match scope {
        Scope::Fleet => store.attacker_list(LISTED, 0).await?.rows,
        _ => Vec::new(),
    };
    let sessions = match scope {
        Scope::Fleet => store.session_list(&SessionFilter::default(), LISTED, 0).await?.rows,
        Scope::Attacker(ip) => {
            let filter = SessionFilter { attacker: Some(*ip), ..SessionFilter::default() };
            store.session_list(&filter, LISTED, 0).await?.rows
        }
        Scope::Session(key) => store.session_find(key).await?.into_iter().collect(),
        _ => Vec::new(),
    };
    let report = Report {
        scope: scope.clone(),
        totals: store.totals(scope).await?,
        techniques: store.technique_list(scope).await?,
        attackers,
        sessions,
    };
    let attack = store.catalogue_of(&report.totals.releases).await?;
    let mut out = io::stdout().lock();
    let look = look::of(&out);
    out.write_all(report.render(format, &attack, look).as_bytes())?;
    if format == Format::Table {
        let hints = hint::after(db, &report);
        let blank = if hints.is_empty() { "" } else { "\n" };
        write!(out, "{blank}")?;
        for hint in hints {
            writeln!(out, "{}", look.dim(&hint))?;
        }
    }
    Ok(())
}

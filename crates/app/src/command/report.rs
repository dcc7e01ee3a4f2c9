//! `vespid report`

use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::{Result, bail};
use vespid_export::{Format, Report};
use vespid_model::release::Release;
use vespid_model::rows::Scope;
use vespid_store::{SessionFilter, Store};

use super::{hint, look, mapped, target};
use crate::cli::Database;
use crate::exit::Exit;
use crate::rules::catalogue;

/// Attackers or sessions listed below the techniques.
const LISTED: u32 = 10;

pub(crate) async fn run(
    db: &Database,
    attacker: Option<IpAddr>,
    session: Option<&str>,
    format: Format,
    release: Option<Release>,
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
    print(&store, db, &scope, format, release).await?;
    store.close().await;
    Ok(Exit::Done)
}

/// Reads and prints the report of a scope, in the words of a release if one is named.
pub(crate) async fn print(
    store: &Store,
    db: &Database,
    scope: &Scope,
    format: Format,
    release: Option<Release>,
) -> Result<()> {
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
    let intel = match scope {
        Scope::Attacker(ip) => match store.attacker_find(*ip).await? {
            Some(attacker) => store.intel_find(attacker.id).await?,
            None => None,
        },
        _ => None,
    };
    let mut report = Report {
        scope: scope.clone(),
        totals: store.totals(scope).await?,
        techniques: store.technique_list(scope).await?,
        attackers,
        sessions,
        intel,
    };
    let attack = match release {
        Some(release) => {
            let attack = catalogue(Some(store), Some(release)).await?;
            let strange = mapped::map(store, &mut report, &attack).await?;
            if strange > 0 {
                writeln!(
                    io::stderr(),
                    "ATT&CK {release} has nothing for {strange} of the techniques; they stay as they are"
                )?;
            }
            attack
        }
        None => store.catalogue_of(&report.totals.releases).await?,
    };
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

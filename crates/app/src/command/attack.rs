//! `vespid attack`

use std::fs;
use std::io::{self, Write};

use anyhow::{Context, Result, bail};
use vespid_attack::{Catalogue, Status, phase};
use vespid_model::clock::{Clock, SystemClock};
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};
use vespid_store::Store;

use crate::cli::{AttackCommand, AttackId, Database};
use crate::exit::Exit;
use crate::rules::catalogue;

/// The largest so far has 50 MB.
const LARGEST_BUNDLE: u64 = 512 << 20;

pub(crate) async fn run(command: AttackCommand) -> Result<Exit> {
    match command {
        AttackCommand::List { db } => list(&db).await,
        AttackCommand::Show { db, id, release } => show(&db, id, release).await,
        AttackCommand::Upgrade(args) => super::upgrade::run(&args).await,
        AttackCommand::Import { db, bundle, release } => import(&db, &bundle, release).await,
    }
}

async fn list(db: &Database) -> Result<Exit> {
    let mut out = io::stdout().lock();
    let default = Catalogue::default_release().release();
    for release in Catalogue::bundled_releases() {
        let note = if *release == default { " (default)" } else { "" };
        writeln!(out, "{release}  bundled{note}")?;
    }
    // A newcomer may look before there is a database.
    if let Ok(store) = Store::open_existing(&db.db).await {
        for release in store.catalogue_list().await? {
            writeln!(out, "{release}  imported into {}", db.shown())?;
        }
        store.close().await;
    }
    Ok(Exit::Done)
}

async fn import(db: &Database, bundle: &std::path::Path, release: Option<Release>) -> Result<Exit> {
    let length = fs::metadata(bundle).with_context(|| bundle.display().to_string())?.len();
    if length > LARGEST_BUNDLE {
        bail!("{} has {length} bytes: no ATT&CK bundle is larger than {LARGEST_BUNDLE}", bundle.display());
    }
    let text = fs::read(bundle).with_context(|| bundle.display().to_string())?;
    let text = String::from_utf8(text).with_context(|| bundle.display().to_string())?;
    let attack = Catalogue::from_stix(&text, release).with_context(|| bundle.display().to_string())?;
    let store = Store::open(&db.db).await?;
    store.catalogue_put(&attack, SystemClock.now()).await?;
    store.close().await;
    let (subs, techniques): (Vec<_>, Vec<_>) = attack.live().partition(|technique| technique.id.is_sub());
    writeln!(
        io::stdout(),
        "ATT&CK {}: {} techniques, {} sub-techniques, {} tactics. Use it with --attack-release {}",
        attack.release(),
        techniques.len(),
        subs.len(),
        attack.tactics().len(),
        attack.release()
    )?;
    Ok(Exit::Done)
}

async fn show(db: &Database, id: AttackId, release: Option<Release>) -> Result<Exit> {
    // A newcomer may look before there is a database.
    let store = Store::open_existing(&db.db).await.ok();
    let attack = catalogue(store.as_ref(), release).await?;
    if let Some(store) = store {
        store.close().await;
    }
    let mut out = io::stdout().lock();
    match id {
        AttackId::Technique(id) => technique(&mut out, &attack, id)?,
        AttackId::Tactic(id) => tactic(&mut out, &attack, id)?,
    }
    Ok(Exit::Done)
}

fn technique(out: &mut impl Write, attack: &Catalogue, id: TechniqueId) -> Result<()> {
    let Some(technique) = attack.technique(id) else { bail!("ATT&CK {} has no {id}", attack.release()) };
    writeln!(out, "{id}  {}", attack.full_name(id).unwrap_or_default())?;
    writeln!(out, "release     {}", attack.release())?;
    match technique.status {
        Status::Live => {}
        Status::Deprecated => writeln!(out, "status      deprecated")?,
        Status::Revoked { .. } => match attack.successor(id) {
            Some(by) => {
                writeln!(out, "status      revoked; now {by} {}", attack.full_name(by).unwrap_or_default())?;
            }
            None => writeln!(out, "status      revoked")?,
        },
    }
    for tactic in technique.tactics.iter().filter_map(|id| attack.tactic(*id)) {
        writeln!(out, "tactic      {} {}{}", tactic.id, tactic.name, kill_chain(tactic.id))?;
    }
    writeln!(out, "url         {}", id.url())?;
    writeln!(out, "stix id     {}", technique.stix_id)?;
    let users: Vec<_> = attack.groups_using(id).chain(attack.software_using(id)).collect();
    if !users.is_empty() {
        let from = attack.relations_release();
        writeln!(out, "documented use, not attribution (relations of ATT&CK {from}):")?;
    }
    for user in users {
        writeln!(out, "  {}  {}", user.id, user.name)?;
    }
    Ok(())
}

fn tactic(out: &mut impl Write, attack: &Catalogue, id: TacticId) -> Result<()> {
    let Some(tactic) = attack.tactic(id) else { bail!("ATT&CK {} has no {id}", attack.release()) };
    writeln!(out, "{id}  {}{}", tactic.name, kill_chain(id))?;
    writeln!(out, "release     {}", attack.release())?;
    writeln!(out, "url         {}", id.url())?;
    writeln!(out, "stix id     {}", tactic.stix_id)?;
    writeln!(out, "techniques:")?;
    for technique in attack.live().filter(|technique| technique.tactics.contains(&id)) {
        writeln!(out, "  {:9}  {}", technique.id, attack.full_name(technique.id).unwrap_or_default())?;
    }
    Ok(())
}

fn kill_chain(tactic: TacticId) -> String {
    phase::of(tactic).map(|phase| format!(" (kill-chain phase: {phase})")).unwrap_or_default()
}

//! `vespid attack upgrade`

use std::io::{self, Write};

use anyhow::{Context, Result};
use clap::Args;
use vespid_attack::{Catalogue, Fate};
use vespid_export::text::count;
use vespid_model::release::Release;
use vespid_model::{TacticId, TechniqueId};
use vespid_store::{Store, TagMove, UpgradePreview, Upgraded};

use super::login::login_name;
use crate::cli::Database;
use crate::clock::clock;
use crate::exit::Exit;

#[derive(Debug, Args)]
pub(crate) struct UpgradeArgs {
    #[command(flatten)]
    db: Database,
    /// A bundled or an imported release, newer or older
    #[arg(long, value_name = "RELEASE")]
    to: Release,
    /// Only tell what it would do
    #[arg(long)]
    dry_run: bool,
    /// Who does it; your login name if not given
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
}

pub(crate) async fn run(args: &UpgradeArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let to = args.to;
    let unknown = || format!("ATT&CK {to} is neither bundled nor imported; see `vespid attack list`");
    let attack = store.catalogue(to).await?.with_context(unknown)?;
    let preview = store.attack_upgrade_preview(to).await?.with_context(unknown)?;
    let mut out = io::stdout().lock();
    tell(&mut out, &store, &attack, &preview).await?;
    if args.dry_run {
        writeln!(out, "Nothing was written.")?;
    } else {
        let by = args.by.clone().unwrap_or_else(login_name);
        let done = store.attack_upgrade(to, &by, clock().now()).await?.with_context(unknown)?;
        summary(&mut out, to, done)?;
    }
    store.close().await;
    Ok(Exit::Done)
}

async fn tell(
    out: &mut impl Write,
    store: &Store,
    attack: &Catalogue,
    preview: &UpgradePreview,
) -> Result<()> {
    let to = attack.release();
    for TagMove { release, technique, tactic, tags, fate } in &preview.moves {
        let from = format!("{technique} under {tactic}, {release}");
        match fate {
            Fate::Moved { technique: now, tactic: under } => {
                let now = named(attack, *now, *under);
                writeln!(out, "moved       {from}: {now}  ({})", count(*tags, "tag"))?;
            }
            Fate::Deprecated => {
                writeln!(
                    out,
                    "kept        {from}: deprecated in {to} without a successor  ({})",
                    count(*tags, "tag")
                )?;
            }
            Fate::Unknown => {
                writeln!(out, "kept        {from}: {to} has nothing for it  ({})", count(*tags, "tag"))?;
            }
            Fate::Same => {
                let old = store.catalogue(*release).await?.and_then(|old| old.full_name(*technique));
                let now = attack.full_name(*technique);
                if let (Some(old), Some(now)) = (old, now)
                    && old != now
                {
                    writeln!(out, "renamed     {from}: {old} is now {now}  ({})", count(*tags, "tag"))?;
                }
            }
        }
    }
    if preview.known > 0 {
        writeln!(out, "known       {}, named as they were in {to} before", count(preview.known, "tag"))?;
    }
    Ok(())
}

fn named(attack: &Catalogue, technique: TechniqueId, tactic: TacticId) -> String {
    let technique_name = attack.full_name(technique).unwrap_or_default();
    let tactic_name = attack.tactic(tactic).map_or("", |tactic| &tactic.name);
    format!("{technique} {technique_name}, under {tactic} {tactic_name}")
}

fn summary(out: &mut impl Write, to: Release, done: Upgraded) -> io::Result<()> {
    let Upgraded { restored, moved, same, kept, merged, returned } = done;
    writeln!(
        out,
        "In {to} now: {} moved, {restored} are what they were there before, {same} the same but for the release",
        count(moved, "tag")
    )?;
    if merged + returned > 0 {
        writeln!(
            out,
            "{} taken away until the next upgrade, because another one says the same; {returned} of an earlier one are back",
            count(merged, "tag")
        )?;
    }
    if kept > 0 {
        writeln!(out, "{} kept in the release of before", count(kept, "tag"))?;
    }
    Ok(())
}

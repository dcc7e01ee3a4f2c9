//! `vespid identities`, `vespid campaigns` and `vespid overlap`

use std::io::{self, Write};
use std::net::IpAddr;

use anyhow::{Result, bail};
use clap::Args;
use vespid_cluster::overlap::{ENOUGH, overlap};
use vespid_export::groups;
use vespid_model::id::IdentityId;
use vespid_model::rows::Scope;
use vespid_store::Store;

use super::look;
use super::observables::ListFormat;
use crate::cli::Database;
use crate::exit::Exit;
use crate::rules::catalogue;

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    #[command(flatten)]
    pub(super) db: Database,
    /// How many to print
    #[arg(long, value_name = "NUMBER", default_value_t = 50)]
    pub(super) limit: u32,
    #[arg(long, default_value = "table")]
    pub(super) format: ListFormat,
}

#[derive(Debug, Args)]
pub(crate) struct OverlapArgs {
    #[command(flatten)]
    db: Database,
    /// What this identity did
    #[arg(long, value_name = "ID", required_unless_present = "attacker")]
    identity: Option<IdentityId>,
    /// What this address did
    #[arg(long, value_name = "IP", conflicts_with = "identity")]
    attacker: Option<IpAddr>,
    /// How many groups to print
    #[arg(long, value_name = "NUMBER", default_value_t = 10)]
    limit: usize,
}

/// Addresses that are shown of an identity, and identities of a campaign.
const SHOWN: u32 = 8;

pub(crate) async fn identities(args: &ListArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let page = store.identity_list(args.limit, 0).await?;
    let mut rows = Vec::new();
    for row in &page.rows {
        let observed = store.identity_observations(row.identity.id, SHOWN, 0).await?.unwrap_or_default();
        rows.push((row, observed));
    }
    store.close().await;
    let text = match args.format {
        ListFormat::Table => groups::identities(&rows, page.total, look::of(&io::stdout())),
        ListFormat::Jsonl => rows.iter().map(|row| groups::identity_line(row) + "\n").collect(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

pub(crate) async fn campaigns(args: &ListArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let page = store.campaign_list(args.limit, 0).await?;
    let mut rows = Vec::new();
    for row in &page.rows {
        let identities = store.campaign_identities(row.campaign.id, SHOWN, 0).await?.unwrap_or_default();
        rows.push((row, identities));
    }
    store.close().await;
    let text = match args.format {
        ListFormat::Table => groups::campaigns(&rows, page.total, look::of(&io::stdout())),
        ListFormat::Jsonl => rows.iter().map(|row| groups::campaign_line(row) + "\n").collect(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

pub(crate) async fn group_overlap(args: &OverlapArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let scope = match (args.identity, args.attacker) {
        (Some(id), _) => match store.identity_find(id).await? {
            Some(row) => Scope::Identity(row.identity.id),
            None => bail!("no identity {id} in {}; `vespid identities` lists them", args.db.shown()),
        },
        (None, Some(ip)) => match store.attacker_find(ip).await? {
            Some(_) => Scope::Attacker(ip),
            None => bail!("no event of {ip} in {}", args.db.shown()),
        },
        (None, None) => bail!("name an identity or an attacker"),
    };
    let attack = catalogue(Some(&store), None).await?;
    let techniques = store.technique_list(&scope).await?;
    store.close().await;
    let found = overlap(techniques.iter().map(|row| row.technique), &attack);
    let rows: Vec<_> = found
        .groups
        .iter()
        .take(args.limit)
        .map(|group| groups::Overlapping {
            id: &group.id,
            name: &group.name,
            score: group.score,
            p: group.p,
            shared: &group.shared,
            unseen: &group.unseen,
            foreign: &group.foreign,
        })
        .collect();
    let told = groups::Compared {
        distinct: found.distinct,
        enough: ENOUGH,
        groups: found.compared,
        permutations: found.permutations,
        unknown: &found.unknown,
    };
    io::stdout().lock().write_all(groups::overlap(&rows, &told, &attack).as_bytes())?;
    Ok(Exit::Done)
}

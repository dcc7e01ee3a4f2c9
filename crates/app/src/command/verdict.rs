//! `vespid verdict`

use std::io::{self, Write as _};

use anyhow::{Result, bail};
use clap::{Args, Subcommand};
use vespid_export::verdicts;
use vespid_store::{Pair, Store};

use super::identities::ListArgs;
use super::login::login_name;
use super::look;
use super::observables::ListFormat;
use super::why::Who;
use crate::cli::Database;
use crate::clock::clock;
use crate::cluster::once;
use crate::exit::Exit;

#[derive(Debug, Subcommand)]
pub(crate) enum VerdictCommand {
    /// Two addresses are the same hands; two identities are of one campaign
    Same(Two),
    /// They are not
    NotSame(Two),
    /// Say nothing of them any more
    Withdraw(Two),
    /// Print the verdicts that hold: of whom, who said so, when and why
    List(ListArgs),
}

#[derive(Debug, Args)]
pub(crate) struct Two {
    #[command(flatten)]
    db: Database,
    /// An attacker's address, or an identity's id
    a: Who,
    /// Another of the same kind
    b: Who,
    /// Why you say so
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

pub(crate) async fn run(command: &VerdictCommand) -> Result<Exit> {
    match command {
        VerdictCommand::Same(two) => say(two, Some(true)).await,
        VerdictCommand::NotSame(two) => say(two, Some(false)).await,
        VerdictCommand::Withdraw(two) => say(two, None).await,
        VerdictCommand::List(args) => list(args).await,
    }
}

async fn list(args: &ListArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let page = store.verdict_list(args.limit, 0).await?;
    store.close().await;
    let text = match args.format {
        ListFormat::Table => verdicts::list(&page, look::of(&io::stdout())),
        ListFormat::Jsonl => page.rows.iter().map(|row| verdicts::line(row) + "\n").collect(),
    };
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

async fn say(args: &Two, same: Option<bool>) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let pair = match (args.a, args.b) {
        (Who::Address(a), Who::Address(b)) => {
            let mut found = Vec::new();
            for ip in [a, b] {
                let Some(attacker) = store.attacker_find(ip).await? else {
                    bail!("no event of {ip} in {}", args.db.shown());
                };
                found.push(attacker.id);
            }
            Pair::Attackers(found[0], found[1])
        }
        (Who::Identity(a), Who::Identity(b)) => {
            let made = store.clustered().await?.identities;
            for id in [a, b] {
                if !made.iter().any(|identity| identity.id == id) {
                    bail!(
                        "clustering made no identity {id} in {}; `vespid identities` lists them",
                        args.db.shown()
                    );
                }
            }
            Pair::Identities(a, b)
        }
        _ => bail!("name two addresses, or two identities"),
    };
    if matches!(pair, Pair::Attackers(a, b) if a == b) || matches!(pair, Pair::Identities(a, b) if a == b) {
        bail!("that is one and the same; name two");
    }
    let now = clock().now();
    if !store.verdict_put(pair, same, &args.reason, &login_name(), now).await? {
        bail!("no verdict stands of these two; `vespid verdict list` shows those that do");
    }
    once(&store, now).await?;
    store.close().await;
    let what = if same.is_some() { "kept" } else { "taken back" };
    writeln!(io::stdout(), "{what}; identities and campaigns are worked out anew")?;
    Ok(Exit::Done)
}

//! `vespid why` and `vespid verdict`

use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Result, bail};
use clap::{Args, ValueEnum};
use vespid_cluster::{Apart, CampaignWhy, State, Why};
use vespid_export::printable;
use vespid_model::id::{AttackerId, IdentityId};
use vespid_store::{Pair, Store};

use super::login::login_name;
use crate::cli::Database;
use crate::clock::clock;
use crate::cluster::{Clusterer, once};
use crate::exit::Exit;

/// An address, or an identity by its id.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Who {
    Address(IpAddr),
    Identity(IdentityId),
}

impl FromStr for Who {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let address = text.parse().map(Self::Address).ok();
        let found = address.or_else(|| text.parse().map(Self::Identity).ok());
        found.ok_or_else(|| "neither an address nor the id of an identity".to_owned())
    }
}

#[derive(Debug, Args)]
pub(crate) struct VerdictArgs {
    #[command(flatten)]
    db: Database,
    /// What you say of the two
    said: Said,
    /// An attacker's address, or an identity's id
    a: Who,
    /// Another of the same kind
    b: Who,
    /// Why you say so
    #[arg(long, value_name = "TEXT", default_value = "")]
    reason: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Said {
    /// Two addresses: the same hands; two identities: one campaign
    Same,
    /// They are not
    NotSame,
    /// Nothing any more
    Withdraw,
}

pub(crate) async fn why(db: &Database, a: Who, b: Who) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let (clusterer, campaigns) = Clusterer::look(&store).await?;
    let text = match (a, b) {
        (Who::Address(a), Who::Address(b)) => {
            let (a, b) = (attacker(&clusterer, a, db)?, attacker(&clusterer, b, db)?);
            hands(&clusterer, a, &clusterer.fleet.why(a, b))
        }
        (Who::Identity(a), Who::Identity(b)) => campaign(&campaigns.why(a, b)),
        _ => bail!("name two addresses, or two identities"),
    };
    store.close().await;
    io::stdout().lock().write_all(text.as_bytes())?;
    Ok(Exit::Done)
}

fn attacker(clusterer: &Clusterer, ip: IpAddr, db: &Database) -> Result<AttackerId> {
    let Some(attacker) = clusterer.attacker(ip) else { bail!("no event of {ip} in {}", db.shown()) };
    Ok(attacker)
}

/// The answer, a step a line, from this attacker to the other.
fn hands(clusterer: &Clusterer, from: AttackerId, why: &Why) -> String {
    match why {
        Why::Unknown(attacker) => format!("no event of {}\n", clusterer.ip(*attacker)),
        Why::Same(path) if path.is_empty() => "They are one address.\n".to_owned(),
        Why::Same(path) => {
            let mut text = match path.len() {
                1 => "The same hands.\n".to_owned(),
                steps => format!("The same hands, in {steps} steps.\n"),
            };
            let mut at = from;
            for edge in path {
                let told = if edge.state == State::Told { "a person said so. " } else { "" };
                let sentence = printable(&edge.evidence.sentence);
                let next = if edge.a == at { edge.b } else { edge.a };
                let (a, b) = (clusterer.ip(at), clusterer.ip(next));
                at = next;
                // Writing to a String does not fail, here and below.
                let _ = writeln!(text, "  {a} and {b}: {told}{sentence}");
            }
            text
        }
        Why::Apart { evidence, reason } => {
            let reason = match reason {
                Apart::SharedAddress(shared) => {
                    format!("{} is that address. {reason}", clusterer.ip(*shared))
                }
                Apart::SaidOf(a, b) => {
                    let (a, b) = (clusterer.ip(*a), clusterer.ip(*b));
                    format!("A person said that {a} and {b} are not the same, and each is with one of them.")
                }
                _ => reason.to_string(),
            };
            format!("Not the same hands.\n  {} {reason}\n", printable(&evidence.sentence))
        }
    }
}

fn campaign(why: &CampaignWhy<'_>) -> String {
    match why {
        CampaignWhy::Same(path) => {
            let mut text = "One campaign.\n".to_owned();
            for edge in path {
                let told = if edge.told { "a person said so. " } else { "" };
                let _ = writeln!(text, "  {} and {}: {told}{}", edge.a, edge.b, printable(&edge.sentence));
            }
            text
        }
        other => format!("{}\n", printable(&other.to_string())),
    }
}

pub(crate) async fn verdict(args: &VerdictArgs) -> Result<Exit> {
    let store = Store::open_existing(&args.db.db).await?;
    let pair = match (args.a, args.b) {
        (Who::Address(a), Who::Address(b)) => {
            let (Some(a), Some(b)) = (store.attacker_find(a).await?, store.attacker_find(b).await?) else {
                bail!("no event of one of them in {}", args.db.shown());
            };
            Pair::Attackers(a.id, b.id)
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
    let same = match args.said {
        Said::Same => Some(true),
        Said::NotSame => Some(false),
        Said::Withdraw => None,
    };
    let now = clock().now();
    store.verdict_put(pair, same, &args.reason, &login_name(), now).await?;
    once(&store, now).await?;
    store.close().await;
    writeln!(io::stdout(), "kept; identities and campaigns are worked out anew")?;
    Ok(Exit::Done)
}

//! `vespid why`

use std::collections::HashSet;
use std::fmt::Write as _;
use std::io::{self, Write as _};
use std::net::IpAddr;
use std::str::FromStr;

use anyhow::{Result, bail};
use vespid_cluster::{Apart, CampaignWhy, State, Why};
use vespid_export::{printable, verdicts};
use vespid_model::features::{SaidOf, VerdictRow};
use vespid_model::id::{AttackerId, IdentityId};
use vespid_store::Store;

use crate::cli::Database;
use crate::cluster::Clusterer;
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

pub(crate) async fn why(db: &Database, a: Who, b: Who) -> Result<Exit> {
    let store = Store::open_existing(&db.db).await?;
    let (clusterer, campaigns) = Clusterer::look(&store).await?;
    let said = store.verdict_list(u32::MAX, 0).await?.rows;
    let text = match (a, b) {
        (Who::Address(a), Who::Address(b)) => {
            let (a, b) = (attacker(&clusterer, a, db)?, attacker(&clusterer, b, db)?);
            hands(&clusterer, [a, b], &clusterer.fleet.why(a, b), &said)
        }
        (Who::Identity(a), Who::Identity(b)) => campaign(&clusterer, [a, b], &campaigns.why(a, b), &said),
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
fn hands(clusterer: &Clusterer, [from, to]: [AttackerId; 2], why: &Why, said: &[VerdictRow]) -> String {
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
                let told =
                    if edge.state == State::Told { of_hands(said, edge.a, edge.b) } else { String::new() };
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
                    let (one, other) = (clusterer.ip(*a), clusterer.ip(*b));
                    format!(
                        "A person said that {one} and {other} are not the same, and each is with one of them. {}",
                        of_hands(said, *a, *b)
                    )
                }
                Apart::Said => format!("{reason} {}", of_hands(said, from, to)),
                _ => reason.to_string(),
            };
            format!("Not the same hands.\n  {} {}\n", printable(&evidence.sentence), reason.trim_end())
        }
    }
}

/// Who said so of two attackers, and why.
fn of_hands(said: &[VerdictRow], a: AttackerId, b: AttackerId) -> String {
    let is_meant = |row: &&VerdictRow| match row.said {
        SaidOf::Attackers(verdict, _) => [(a, b), (b, a)].contains(&(verdict.a, verdict.b)),
        SaidOf::Identities(_) => false,
    };
    said.iter().find(is_meant).map(verdicts::sentence).unwrap_or_default()
}

fn campaign(
    clusterer: &Clusterer,
    [a, b]: [IdentityId; 2],
    why: &CampaignWhy<'_>,
    said: &[VerdictRow],
) -> String {
    match why {
        CampaignWhy::Same(path) => {
            let mut text = "One campaign.\n".to_owned();
            for edge in path {
                let told = if edge.told {
                    of_campaign(clusterer, said, true, edge.a, edge.b)
                } else {
                    String::new()
                };
                let _ = writeln!(text, "  {} and {}: {told}{}", edge.a, edge.b, printable(&edge.sentence));
            }
            text
        }
        other => {
            let mut told = of_campaign(clusterer, said, false, a, b);
            if told.is_empty() && matches!(other, CampaignWhy::Withheld(_)) {
                "The verdict is about others of the two groups; `vespid verdict list` has it."
                    .clone_into(&mut told);
            }
            format!("{} {told}", printable(&other.to_string())).trim_end().to_owned() + "\n"
        }
    }
}

/// Who said so of two identities, and why. A verdict means an identity by any id that one of its attackers makes: it may
/// have got an earlier founder since.
fn of_campaign(
    clusterer: &Clusterer,
    said: &[VerdictRow],
    same: bool,
    a: IdentityId,
    b: IdentityId,
) -> String {
    let names = |id: IdentityId| {
        let found = clusterer.fleet.identities().into_iter().find(|identity| identity.id == id);
        let members = found.map(|identity| identity.members).unwrap_or_default();
        members.into_iter().map(IdentityId::derive).chain([id]).collect::<HashSet<_>>()
    };
    let (a, b) = (names(a), names(b));
    let is_meant = |row: &&VerdictRow| match row.said {
        SaidOf::Identities(verdict) => {
            let (one, other) = (verdict.a, verdict.b);
            verdict.same == same
                && (a.contains(&one) && b.contains(&other) || a.contains(&other) && b.contains(&one))
        }
        SaidOf::Attackers(..) => false,
    };
    said.iter().find(is_meant).map(verdicts::sentence).unwrap_or_default()
}

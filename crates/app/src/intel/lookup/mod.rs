//! Asking providers about attackers, one address at a time. Nothing here runs unless it is asked for.

mod abuseipdb;
mod client;
mod greynoise;

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

use anyhow::Result;
use tokio::time::{Instant, sleep_until};
use vespid_ingest::intel::{Given, Item, answer};
use vespid_model::address::is_public;
use vespid_model::listing::{Feed, Said};
use vespid_store::{Edition, Store};

pub(crate) use abuseipdb::AbuseIpDb;
use client::{Answer, Client};
pub(crate) use greynoise::GreyNoise;

/// Attackers of one page.
const PAGE: u32 = 500;
/// Failures one after the other that end a run.
const PATIENCE: u32 = 3;

/// A provider that can be asked about an address.
pub(crate) trait Ask: Send + Sync {
    /// Whose answers they are.
    fn feed(&self) -> Feed;

    /// The beginning of the addresses that are asked.
    fn base(&self) -> &str;

    /// The rest, for one address.
    fn path(&self, ip: IpAddr) -> String;

    /// The header that the key goes in, and the key.
    fn key(&self) -> Option<(&'static str, &str)>;

    /// An answer of this status says that the provider knows nothing.
    fn is_ignorant(&self, status: u16) -> bool;
}

/// How to ask.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    /// So many addresses at most.
    pub(crate) limit: u64,
    /// At least so long between two of them.
    pub(crate) every: Duration,
}

/// What became of a run.
#[derive(Debug, Default)]
pub(crate) struct Asked {
    /// Addresses that were asked about.
    pub(crate) count: u64,
    /// Addresses of which an answer is stored that still holds.
    pub(crate) known: u64,
    /// Addresses that are nobody's on the internet: they are never sent.
    pub(crate) private: u64,
    /// Answers that cannot be used, by reason.
    pub(crate) failed: BTreeMap<String, u64>,
    /// Why it ended before its time.
    pub(crate) stopped: Option<String>,
}

/// Asks about attackers of whom no answer holds, those with most tags first, and stores each answer as it comes.
pub(crate) async fn ask(store: &Store, provider: &dyn Ask, pace: Pace, edition: Edition) -> Result<Asked> {
    let client = Client::new(provider)?;
    let mut asked = Asked::default();
    let (mut offset, mut failures) = (0, 0);
    let mut due = Instant::now();
    while asked.stopped.is_none() {
        let attackers = store.attacker_list(PAGE, offset).await?.rows;
        if attackers.is_empty() {
            break;
        }
        offset += PAGE;
        for attacker in attackers {
            let ip = attacker.ip;
            if !is_public(ip) {
                asked.private += 1;
                continue;
            }
            let listings = store.listing_list(ip).await?;
            let holds =
                |feed: Feed| listings.iter().any(|one| one.said.feed == feed && one.holds(edition.now));
            if holds(provider.feed()) {
                asked.known += 1;
                continue;
            }
            if asked.count >= pace.limit {
                asked.stopped = Some(format!("the limit of look-ups ({}) is reached", pace.limit));
                break;
            }
            sleep_until(due).await;
            asked.count += 1;
            let answer = client.ask(ip).await;
            due = Instant::now() + pace.every;
            match answer {
                Answer::Said(bytes) => match read(provider, ip, &bytes) {
                    Some(said) => {
                        store.listing_put(vec![said], edition).await?;
                        failures = 0;
                    }
                    None => fail(&mut asked, &mut failures, "an answer that is not about the address"),
                },
                Answer::Failed(why) => fail(&mut asked, &mut failures, &why),
                Answer::Stop(why) => asked.stopped = Some(why),
                Answer::Refused(why) => {
                    fail(&mut asked, &mut failures, &why);
                    asked.stopped = Some(why);
                }
            }
            if failures >= PATIENCE && asked.stopped.is_none() {
                asked.stopped = Some(format!("{PATIENCE} failures one after the other"));
            }
            if asked.stopped.is_some() {
                break;
            }
        }
    }
    store.listing_settle(Vec::new(), edition).await?;
    Ok(asked)
}

fn fail(asked: &mut Asked, failures: &mut u32, why: &str) {
    *failures += 1;
    *asked.failed.entry(why.to_owned()).or_default() += 1;
}

/// What an answer says of the address. An answer about another one is none.
fn read(provider: &dyn Ask, ip: IpAddr, bytes: &[u8]) -> Option<Said> {
    let feed = provider.feed();
    let given = Given { provider: Some(feed.provider()), plain_score: 0 };
    let mut found = None;
    let read = answer(feed.name(), bytes, given, &mut |item| {
        if let Item::Said(said) = item
            && said.ip == ip
            && said.feed == feed
        {
            found = Some(*said);
        }
        true
    });
    read.ok().and(found)
}

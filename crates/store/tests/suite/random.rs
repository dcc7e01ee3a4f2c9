//! Whatever is done, in whatever order, by whoever: in the end the rollups say what the tags say.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use tokio::runtime::Handle;
use vespid_model::actor::{Campaign, CampaignPut, Identity, IdentityPut};
use vespid_model::id::{AttackerId, CampaignId, IdentityId};
use vespid_model::tag::Tagged;
use vespid_store::{Retagged, Store, StoreError, Tagger};
use vespid_testkit::event::{at, command, connect, ip};
use vespid_testkit::record::record;

use super::Place;
use super::other_tags::{promote, tag_of, text};
use crate::{batch, sound, tagged};

const DAY: i64 = 86_400;
const ATTACKERS: u8 = 6;
const IDENTITIES: u8 = 5;
const CAMPAIGNS: u8 = 3;
/// Stores that write at once, as processes do.
const WRITERS: usize = 3;
/// Promotions so far.
static RUNS: AtomicI64 = AtomicI64::new(1);

#[derive(Debug, Clone)]
enum Step {
    /// Tags without an event, from this number on; the same numbers are the same tags.
    Records(u16, u8),
    /// Events with tags.
    Events(u16, u8),
    /// The same events, whose rule says something else now.
    Changed(u16, u8),
    Link(u8, Option<u8>),
    Assign(u8, Option<u8>),
    Merge(u8, u8),
    Unmerge(u8),
    MergeCampaigns(u8, u8),
    UnmergeCampaign(u8),
    /// Up to this day; are the days kept?
    Purge(u8, bool),
    /// A new version of `rule` that says the one thing or the other of all events.
    Promote(u8),
    /// Only this rule's tags, for some events.
    Replace(u8, bool),
    /// To one of three releases.
    Upgrade(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let (identity, campaign) = (0..IDENTITIES, 0..CAMPAIGNS);
    prop_oneof![
        6 => (0..300_u16, 1..40_u8).prop_map(|(from, count)| Step::Records(from, count)),
        4 => (0..300_u16, 1..40_u8).prop_map(|(from, count)| Step::Events(from, count)),
        2 => (0..300_u16, 1..20_u8).prop_map(|(from, count)| Step::Changed(from, count)),
        3 => (1..=ATTACKERS, proptest::option::of(identity.clone())).prop_map(|(who, to)| Step::Link(who, to)),
        2 => (identity.clone(), proptest::option::of(campaign.clone())).prop_map(|(who, to)| Step::Assign(who, to)),
        3 => (identity.clone(), identity.clone()).prop_map(|(loser, winner)| Step::Merge(loser, winner)),
        2 => identity.prop_map(Step::Unmerge),
        2 => (campaign.clone(), campaign.clone()).prop_map(|(loser, winner)| Step::MergeCampaigns(loser, winner)),
        1 => campaign.prop_map(Step::UnmergeCampaign),
        1 => (0..8_u8, any::<bool>()).prop_map(|(day, keep)| Step::Purge(day, keep)),
        1 => (2..9_u8).prop_map(Step::Promote),
        1 => (0..40_u8, any::<bool>()).prop_map(|(count, changed)| Step::Replace(count, changed)),
        1 => (0..3_u8).prop_map(Step::Upgrade),
    ]
}

fn identity(number: u8) -> IdentityId {
    IdentityId::from_bytes([number + 1; 16])
}

fn campaign(number: u8) -> CampaignId {
    CampaignId::from_bytes([number + 101; 16])
}

const TECHNIQUES: [&str; 4] =
    ["TA0007/T1082@0.7", "TA0112/T1685@0.5", "TA0005/T1562.001@0.9", "TA0011/T1105@0.6"];

fn records(from: u16, count: u8) -> Vec<vespid_model::record::TagRecord> {
    (from..from + u16::from(count))
        .map(|number| {
            let attacker = u8::try_from(number % u16::from(ATTACKERS)).unwrap() + 1;
            let technique = TECHNIQUES[usize::from(number) % 4];
            let mut record = record(time(number), attacker, &format!("e{number}"), "r", technique);
            match number % 7 {
                0 => record.identity = Some(identity(u8::try_from(number % 5).unwrap())),
                1 => {
                    record.identity = Some(identity(u8::try_from(number / 7 % 5).unwrap()));
                    record.attacker = None;
                }
                2 => (record.session, record.decky) = (None, None),
                3 => record.decky = None,
                _ => {}
            }
            record
        })
        .collect()
}

/// Over eight days.
fn time(number: u16) -> i64 {
    i64::from(number) * 7919 % (8 * DAY)
}

fn events(from: u16, count: u8, changed: bool) -> Vec<Tagged> {
    (from..from + u16::from(count))
        .map(|number| {
            let attacker = u8::try_from(number % u16::from(ATTACKERS)).unwrap() + 1;
            let event = command(time(number), attacker, &format!("s{}", number % 20), &format!("c{number}"));
            let said = if changed { "TA0008/T1082@0.4" } else { "TA0007/T1082@0.8" };
            tagged(event, &[("rule", said), ("other", TECHNIQUES[usize::from(number) % 4])])
        })
        .collect()
}

/// Does a step; one that is refused is done too.
async fn take(store: &Store, step: Step) {
    let now = at(1);
    let done = match step {
        Step::Records(from, count) => store.insert_tags(records(from, count), now).await.map(drop),
        Step::Events(from, count) => store.commit(batch(events(from, count, false))).await.map(drop),
        Step::Changed(from, count) => store.commit(batch(events(from, count, true))).await.map(drop),
        Step::Link(who, to) => {
            store.identity_link(vec![(AttackerId::derive(ip(who)), to.map(identity))], now).await.map(drop)
        }
        Step::Assign(who, to) => {
            store.identity_assign(vec![(identity(who), to.map(campaign))], now).await.map(drop)
        }
        Step::Merge(loser, winner) => {
            store.identity_merge(identity(loser), identity(winner), "test", now).await.map(drop)
        }
        Step::Unmerge(loser) => store.identity_unmerge(identity(loser), "test", now).await,
        Step::MergeCampaigns(loser, winner) => {
            store.campaign_merge(campaign(loser), campaign(winner), "test", now).await.map(drop)
        }
        Step::UnmergeCampaign(loser) => store.campaign_unmerge(campaign(loser), "test", now).await,
        Step::Purge(day, keep) => store.purge(at(i64::from(day) * DAY), keep, |_| ()).await.map(drop),
        Step::Promote(version) => {
            let rule = text("rule", version.into(), &version.to_string());
            let technique = TECHNIQUES[usize::from(version) % 4];
            let tagger: Tagger = Arc::new(move |event| {
                let fits = event.body_json.len() % 2 == usize::from(version) % 2;
                fits.then(|| tag_of(event, "rule", version.into(), technique)).into_iter().collect()
            });
            // Two writers may promote one version at one time.
            let run = RUNS.fetch_add(1, Ordering::Relaxed);
            promote(store, vec![rule], run, tagger, async || ()).await.map(drop)
        }
        Step::Upgrade(to) => {
            let to = [(15, 0), (18, 1), (19, 2)][usize::from(to)];
            let to = vespid_model::release::Release::new(to.0, to.1);
            store.attack_upgrade(to, "test", now).await.map(drop)
        }
        Step::Replace(count, changed) => replace(store, count, changed).await,
    };
    match done {
        // A purge may have taken the attacker.
        Ok(())
        | Err(StoreError::Merge { .. } | StoreError::Unknown { .. } | StoreError::NotRaised { .. }) => {}
        Err(error) => panic!("{error}"),
    }
}

async fn replace(store: &Store, count: u8, changed: bool) -> Result<(), StoreError> {
    let rule = [text("rule", 1, "")];
    store.rule_register(rule.to_vec()).await?;
    let key = *store.rule_keys(&rule).await?.values().next().unwrap();
    let said = if changed { "TA0008/T1082@0.4" } else { "TA0007/T1082@0.8" };
    let part = store.event_part(None, 0, count.into()).await?;
    let events = part.into_iter().map(|stored| Retagged {
        key: stored.key,
        event: stored.event.id,
        tags: vec![(tag_of(&stored.event, "rule", 1, said), key)],
    });
    store.event_tags_replace(events.collect(), &[], at(1)).await.map(drop)
}

async fn prepared(place: &Place) -> String {
    let db = place.fresh().await;
    let now = at(0);
    let campaigns = (0..CAMPAIGNS)
        .map(|it| CampaignPut { campaign: Campaign::new(campaign(it), now), merged_into: None });
    db.store.campaign_put(campaigns.collect()).await.unwrap();
    let identities = (0..IDENTITIES).map(|it| IdentityPut {
        identity: Identity::new(identity(it), now),
        campaign: None,
        merged_into: None,
    });
    db.store.identity_put(identities.collect()).await.unwrap();
    // Known, and too young for most purges.
    let hello = (1..=ATTACKERS).map(|last| tagged(connect(7 * DAY, last, "hello"), &[]));
    db.store.commit(batch(hello.collect())).await.unwrap();
    db.url
}

async fn run(place: &Place, steps: Vec<Step>) {
    let url = prepared(place).await;
    let tasks: Vec<_> = (0..WRITERS)
        .map(|writer| {
            let url = url.clone();
            let mine: Vec<Step> = steps.iter().skip(writer).step_by(WRITERS).cloned().collect();
            tokio::spawn(async move {
                let store = Store::open(&url).await.unwrap();
                for step in mine {
                    take(&store, step).await;
                }
                store.close().await;
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
    let store = Store::open(&url).await.unwrap();
    sound(&store).await;
}

/// `VESPID_CASES` asks for more than the few that every run makes.
pub(crate) async fn rollups_are_right_whatever_happens(place: Place) {
    let asked = std::env::var("VESPID_CASES").ok().and_then(|cases| cases.parse().ok());
    let cases = asked.unwrap_or(if place.is_a_server() { 4 } else { 12 });
    let handle = Handle::current();
    let runs = tokio::task::spawn_blocking(move || {
        let config = Config { cases, failure_persistence: None, max_shrink_iters: 30, ..Config::default() };
        TestRunner::new(config)
            .run(&vec(step(), 1..40), |steps| {
                handle.block_on(run(&place, steps));
                Ok(())
            })
            .map_err(|error| error.to_string())
    });
    runs.await.unwrap().unwrap();
}

//! From what is stored of addresses to what is known of attackers.

use std::collections::BTreeMap;

use anyhow::Result;
use vespid_model::UtcMicros;
use vespid_model::id::IntelId;
use vespid_model::intel::Intel;
use vespid_model::listing::{Aggregate, Provider};
use vespid_store::{Listed, Store};

use crate::ingest::{Stored, store_events};
use crate::live::Following;

/// Attackers of one transaction.
const PAGE: u32 = 500;

/// What became of attackers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Applied {
    /// Attackers that are listed.
    pub(crate) listed: u64,
    /// Attackers of which another thing is said now.
    pub(crate) changed: u64,
    pub(crate) stored: Stored,
}

/// Gives every attacker its row of what providers say, and an event for each listing that it has. All of it can be done
/// again at any time: what is there already is not stored again.
pub(crate) async fn apply(store: &Store, rules: &mut Following, ttl: i64, now: UtcMicros) -> Result<Applied> {
    let aggregate = Aggregate { lists: lists(store).await?, ttl };
    let mut applied = Applied::default();
    let mut after = 0;
    loop {
        let page = store.listing_attackers(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(applied) };
        after = last.key;
        if rules.is_behind() {
            rules.take();
        }
        let mut rows = Vec::new();
        let mut events = Vec::new();
        for one in &page {
            let holds = one.listings.iter().filter(|listing| listing.holds(now));
            events.extend(holds.clone().filter_map(vespid_model::listing::Listing::event));
            let is_listed = holds.count() > 0;
            if is_listed || was_listed(one) || is_delisted(one, &aggregate) {
                let row = aggregate.row(one.attacker, one.intel.as_ref(), &one.listings, now);
                let is_changed = one.intel.as_ref().is_none_or(|before| !says_the_same(before, &row));
                applied.listed += u64::from(is_listed);
                applied.changed += u64::from(is_changed);
                if is_listed || is_changed {
                    rows.push(row);
                }
            }
        }
        applied.stored += store_events(store, &rules.now().rules, events, now).await?;
        if !rows.is_empty() {
            store.intel_put_all(rows).await?;
        }
    }
}

async fn lists(store: &Store) -> Result<BTreeMap<Provider, UtcMicros>> {
    let feeds = store.listing_feeds().await?;
    Ok(feeds.into_iter().map(|(feed, at)| (feed.provider(), at)).collect())
}

/// Was it ever listed, so that its row must be looked at again though nothing holds any more? The row's id tells: one that
/// was made of listings has the id that follows from the attacker. One that was taken over from DECNET has DECNET's, and
/// what it says stays as it came until there are listings of the attacker.
fn was_listed(one: &Listed) -> bool {
    let is_ours = |row: &Intel| row.id == IntelId::derive(one.attacker) || !one.listings.is_empty();
    one.intel.as_ref().is_some_and(is_ours)
}

/// Was it in a list of which there is a newer one?
fn is_delisted(one: &Listed, aggregate: &Aggregate) -> bool {
    one.intel.as_ref().is_some_and(|row| {
        row.feodo_listed == Some(true) && aggregate.lists.contains_key(&Provider::Feodo)
            || row.threatfox_listed == Some(true) && aggregate.lists.contains_key(&Provider::ThreatFox)
    })
}

/// Apart from when it was asked.
fn says_the_same(before: &Intel, row: &Intel) -> bool {
    let timeless = |row: &Intel| {
        let never = UtcMicros::EARLIEST;
        let mut row = Intel { cached_at: never, expires_at: never, ..row.clone() };
        row.greynoise_queried_at = None;
        row.abuseipdb_queried_at = None;
        row.feodo_queried_at = None;
        row.threatfox_queried_at = None;
        row
    };
    timeless(before) == timeless(row)
}

//! Where attackers are.

use anyhow::Result;
use vespid_ingest::geo::Geo;
use vespid_model::UtcMicros;
use vespid_model::actor::Origin;
use vespid_store::Store;

/// Attackers of one transaction.
const PAGE: u32 = 500;

/// What became of attackers.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Placed {
    pub(crate) attackers: u64,
    /// Those of which a database knows the country, and the network.
    pub(crate) countries: u64,
    pub(crate) networks: u64,
    /// Those of which something else is stored now.
    pub(crate) changed: u64,
}

/// Looks up all attackers and stores what is missing or another thing now.
pub(crate) async fn place(store: &Store, geo: &Geo, now: UtcMicros) -> Result<Placed> {
    let mut placed = Placed::default();
    let mut after = 0;
    loop {
        let page = store.origin_list(after, PAGE).await?;
        let Some(last) = page.last() else { return Ok(placed) };
        after = last.key;
        let mut changed = Vec::new();
        for one in page {
            let found = geo.look(one.ip)?;
            placed.attackers += 1;
            placed.countries += u64::from(found.country_code.is_some());
            placed.networks += u64::from(found.asn.is_some());
            if is_news(&one.origin, &found) {
                changed.push((one.attacker, found));
            }
        }
        placed.changed += changed.len() as u64;
        if !changed.is_empty() {
            store.origin_put(changed, now).await?;
        }
    }
}

fn is_news(known: &Origin, found: &Origin) -> bool {
    let country = |origin: &Origin| (origin.country_code.clone(), origin.country_source.clone());
    let network = |origin: &Origin| (origin.asn, origin.as_name.clone(), origin.asn_source.clone());
    found.country_code.is_some() && country(known) != country(found)
        || found.asn.is_some() && network(known) != network(found)
}

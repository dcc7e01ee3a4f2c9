//! What files and answers of providers say of addresses.

use std::collections::{BTreeMap, HashMap};
use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::id::AttackerId;
use vespid_model::intel::Intel;
use vespid_model::listing::{Feed, Listing, Said};
use vespid_model::rows::EventRow;

use super::fields::Fields;
use super::{column, intel};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row, Value, chunk};

const LISTINGS: &str = "
    SELECT ip, feed, body, seen_at, since, imported_at, expires_at FROM intel_listing WHERE ip IN ";

/// An attacker with what is said of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The store's own key of it: the next page is behind the last one.
    pub key: i64,
    /// Its id.
    pub attacker: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// The row about it, if there is one.
    pub intel: Option<Intel>,
    /// Its listings, expired or not, by feed.
    pub listings: Vec<Listing>,
}

impl Store {
    /// The listings of an address, expired or not, by feed.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn listing_list(&self, ip: IpAddr) -> Result<Vec<Listing>, StoreError> {
        let ip = ip.to_canonical();
        Ok(self.listings_of(&[ip]).await?.remove(&ip).unwrap_or_default())
    }

    /// The events that were made of these listings, as [`Store::event_list`] gives them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn listing_events(&self, listings: &[Listing]) -> Result<Vec<EventRow>, StoreError> {
        let made: Vec<_> = listings.iter().filter_map(Listing::event).map(|event| event.id).collect();
        self.event_list(&made).await
    }

    /// Feeds whose list was imported, and when last.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn listing_feeds(&self) -> Result<BTreeMap<Feed, UtcMicros>, StoreError> {
        let rows = self.pool.all(&Query::new("SELECT feed, imported_at FROM intel_feed")).await?;
        rows.iter()
            .map(|row| Ok((feed(&row.get::<String>(0)?)?, UtcMicros::from_micros(row.get(1)?))))
            .collect()
    }

    /// The number of the next run that stores listings.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn listing_edition(&self) -> Result<i64, StoreError> {
        let mut last = 0;
        for table in ["intel_listing", "intel_feed"] {
            let query = Query::new(&format!("SELECT COALESCE(MAX(edition), 0) FROM {table}"));
            last = self.pool.one(&query).await?.get::<i64>(0)?.max(last);
        }
        Ok(last + 1)
    }

    /// The next attackers behind a key, 0 to begin with, each with what is said of it; none behind the last.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn listing_attackers(&self, after: i64, limit: u32) -> Result<Vec<Listed>, StoreError> {
        let mut query = Query::new("SELECT id, uid, ip FROM attacker WHERE id > ");
        query.bind(after).push(" ORDER BY id LIMIT ").bind(limit);
        let mut listed = Vec::new();
        for row in self.pool.all(&query).await? {
            let ip = column::ip(&row.get::<String>(2)?)?;
            let attacker = column::attacker_id(row.get(1)?)?;
            listed.push(Listed { key: row.get(0)?, attacker, ip, intel: None, listings: Vec::new() });
        }
        let ips: Vec<IpAddr> = listed.iter().map(|one| one.ip).collect();
        let mut listings = self.listings_of(&ips).await?;
        let mut rows = self.intel_of(listed.iter().map(|one| one.attacker)).await?;
        for one in &mut listed {
            one.listings = listings.remove(&one.ip).unwrap_or_default();
            one.intel = rows.remove(&one.attacker);
        }
        Ok(listed)
    }

    async fn listings_of(&self, ips: &[IpAddr]) -> Result<HashMap<IpAddr, Vec<Listing>>, StoreError> {
        let values = ips.iter().map(|ip| Value::from(ip.to_string()));
        let mut found: HashMap<IpAddr, Vec<Listing>> = HashMap::new();
        for query in chunk::selects(LISTINGS, values, " ORDER BY feed") {
            for row in self.pool.all(&query).await? {
                let listing = listing(&row)?;
                found.entry(listing.said.ip).or_default().push(listing);
            }
        }
        Ok(found)
    }

    async fn intel_of(
        &self,
        attackers: impl Iterator<Item = AttackerId>,
    ) -> Result<HashMap<AttackerId, Intel>, StoreError> {
        let before = format!("{}{} WHERE a.uid IN ", intel::SELECT, intel::FROM);
        let mut found = HashMap::new();
        for query in chunk::selects(&before, attackers.map(|id| Value::from(id.as_bytes())), "") {
            for row in self.pool.all(&query).await? {
                let intel = intel::intel(&row)?;
                found.insert(intel.attacker, intel);
            }
        }
        Ok(found)
    }
}

fn listing(row: &Row) -> Result<Listing, StoreError> {
    let mut row = Fields::of(row);
    let (ip, name, body): (String, String, String) = (row.get()?, row.get()?, row.get()?);
    let seen = row.maybe_time()?;
    let said = self::said(&ip, &name, &body, seen)?;
    Ok(Listing { said, since: row.time()?, imported_at: row.time()?, expires_at: row.maybe_time()? })
}

/// What a row says.
pub(crate) fn said(ip: &str, name: &str, body: &str, seen: Option<UtcMicros>) -> Result<Said, StoreError> {
    let ip = ip.parse().map_err(|_| column::bad("intel_listing.ip", ip))?;
    Ok(Said::new(feed(name)?, ip, seen, column::json("intel_listing.body", body)?))
}

fn feed(name: &str) -> Result<Feed, StoreError> {
    name.parse().map_err(|_| column::bad("intel_listing.feed", name))
}

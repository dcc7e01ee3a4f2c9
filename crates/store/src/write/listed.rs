//! What files and answers of providers say of addresses.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::listing::{Feed, Said};

use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::read::listed::said;
use crate::sql::{Query, Row, Tx, Value, chunk};

/// One run that stores listings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Edition {
    /// Its number: that of [`Store::listing_edition`].
    pub number: i64,
    /// When it runs.
    pub now: UtcMicros,
    /// How long answers hold, in microseconds.
    pub ttl: i64,
    /// What earlier runs stored of lists stays, too.
    pub keep: bool,
}

impl Store {
    /// Stores what entries say. Of one address in one feed a run's entries say something together, in any order; what an
    /// earlier run stored gives way.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn listing_put(&self, said: Vec<Said>, edition: Edition) -> Result<(), StoreError> {
        self.change(Put { said, edition }).await
    }

    /// Ends a run. What says the same as before says it since then; what is in these lists no longer, and answers that
    /// are too old, are deleted. Returns how many listings that were.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn listing_settle(&self, lists: Vec<Feed>, edition: Edition) -> Result<u64, StoreError> {
        self.change(Settle { lists, edition }).await
    }
}

struct Put {
    said: Vec<Said>,
    edition: Edition,
}

/// A row that is there.
struct Stored {
    said: Said,
    body: String,
    since: i64,
    edition: i64,
    was: Option<(String, i64)>,
}

/// A row that is to be.
struct New {
    said: Said,
    since: i64,
    was: Option<(String, i64)>,
}

impl Change for Put {
    type Done = ();
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let mut together: BTreeMap<(IpAddr, Feed), Said> = BTreeMap::new();
        for said in &self.said {
            let known = together.entry((said.ip, said.feed)).or_insert_with(|| said.clone());
            known.join(said);
        }
        let mut stored = stored(tx, together.keys().map(|(ip, _)| *ip).collect()).await?;
        let mut gone: BTreeMap<Feed, Vec<Value>> = BTreeMap::new();
        let mut rows = Vec::new();
        for (key, said) in together {
            let before = stored.remove(&key);
            if before.is_some() {
                gone.entry(key.1).or_default().push(key.0.to_string().into());
            }
            rows.push(self.row(self.merge(said, before)));
        }
        for (feed, ips) in gone {
            for part in ips.chunks(chunk::ROWS) {
                let mut delete = Query::new("DELETE FROM intel_listing WHERE feed = ");
                delete.bind(feed.name()).push(" AND ip IN ").list(chunk::padded(part));
                tx.run(&delete).await?;
            }
        }
        let into = "INSERT INTO intel_listing
            (ip, feed, body, seen_at, since, edition, imported_at, expires_at, was, was_since) VALUES ";
        Ok(chunk::run(tx, chunk::inserts(into, rows.into_iter())).await?)
    }
}

impl Put {
    fn merge(&self, mut said: Said, before: Option<Stored>) -> New {
        let Edition { number, now, keep, .. } = self.edition;
        let since = |said: &Said| said.seen.unwrap_or(now).as_micros();
        let Some(before) = before else {
            let since = since(&said);
            return New { said, since, was: None };
        };
        let first = match &before.was {
            Some((was, was_since)) if *was == before.body => *was_since,
            _ => before.since,
        };
        if before.edition == number {
            said.join(&before.said);
            return New { since: since(&said), said, was: before.was };
        }
        if keep && said.feed.is_list() {
            said.join(&before.said);
        }
        New { since: since(&said), said, was: Some((before.body, first)) }
    }

    fn row(&self, new: New) -> Vec<Value> {
        let Edition { number, now, ttl, .. } = self.edition;
        let feed = new.said.feed;
        let end = (!feed.is_list()).then(|| now.as_micros().saturating_add(ttl));
        let (was, was_since) = new.was.unzip();
        vec![
            new.said.ip.to_string().into(),
            feed.name().into(),
            body(&new.said).into(),
            new.said.seen.map(UtcMicros::as_micros).into(),
            new.since.into(),
            number.into(),
            now.as_micros().into(),
            end.into(),
            was.into(),
            was_since.into(),
        ]
    }
}

async fn stored(tx: &mut Tx<'_>, ips: BTreeSet<IpAddr>) -> Result<HashMap<(IpAddr, Feed), Stored>, Stop> {
    let select =
        "SELECT ip, feed, body, seen_at, since, edition, was, was_since FROM intel_listing WHERE ip IN ";
    let lock = keys::locked(tx);
    let find = chunk::selects(select, ips.into_iter().map(|ip| ip.to_string().into()), lock);
    let mut found = HashMap::new();
    for row in chunk::all(tx, find).await? {
        let stored = one(&row)?;
        found.insert((stored.said.ip, stored.said.feed), stored);
    }
    Ok(found)
}

fn one(row: &Row) -> Result<Stored, StoreError> {
    let (ip, feed, body): (String, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
    let seen = row.get::<Option<i64>>(3)?.map(UtcMicros::from_micros);
    let said = said(&ip, &feed, &body, seen)?;
    let was = row.get::<Option<String>>(6)?.zip(row.get::<Option<i64>>(7)?);
    Ok(Stored { said, body, since: row.get(4)?, edition: row.get(5)?, was })
}

fn body(said: &Said) -> String {
    vespid_model::Body::Intel(Box::new(said.body())).to_json()
}

struct Settle {
    lists: Vec<Feed>,
    edition: Edition,
}

impl Change for Settle {
    type Done = u64;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        let Edition { number, now, keep, .. } = self.edition;
        let mut same = Query::new("UPDATE intel_listing SET since = was_since WHERE edition = ");
        same.bind(number).push(" AND was = body");
        tx.run(&same).await?;
        let mut old = Query::new("DELETE FROM intel_listing WHERE expires_at <= ");
        old.bind(now.as_micros());
        let mut deleted = tx.run(&old).await?;
        for feed in &self.lists {
            if !keep {
                let mut gone = Query::new("DELETE FROM intel_listing WHERE feed = ");
                gone.bind(feed.name()).push(" AND edition < ").bind(number);
                deleted += tx.run(&gone).await?;
            }
            let set = Query::new("UPDATE intel_feed SET edition = ?, imported_at = ? WHERE feed = ?");
            let set = set.with(number).with(now.as_micros()).with(feed.name());
            if tx.run(&set).await? == 0 {
                let mut insert = Query::new("INSERT INTO intel_feed (feed, edition, imported_at) VALUES ");
                insert.list([feed.name().into(), number.into(), Value::from(now.as_micros())]);
                tx.run(&insert).await?;
            }
        }
        Ok(deleted)
    }
}

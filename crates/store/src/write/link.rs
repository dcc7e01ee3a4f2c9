//! Whose attackers and identities are.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::Error;
use vespid_model::UtcMicros;
use vespid_model::id::{AttackerId, CampaignId, IdentityId};

use super::keys;
use super::roots::{self, Noun};
use super::{Change, Stop};
use crate::Store;
use crate::error::StoreError;
use crate::rollup::recount_campaigns;
use crate::sql::{Query, Tx, Value, chunk};

impl Store {
    /// Links attackers to identities, or to none; of an attacker that comes twice the last link counts. Returns how
    /// many links changed; the identities of those have `now` as `updated_at`.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when an attacker or identity is not there: no link changes then. [`StoreError`] when the
    /// transaction failed.
    pub async fn identity_link(
        &self,
        links: Vec<(AttackerId, Option<IdentityId>)>,
        now: UtcMicros,
    ) -> Result<u64, StoreError> {
        let links = links.iter().map(|(whose, to)| (*whose.as_bytes(), to.map(|to| *to.as_bytes())));
        self.change(Owning { what: Owned::Attacker, links: links.collect(), now }).await
    }

    /// Assigns identities to campaigns, or to none, in the same way. A campaign's `identity_count` is kept right.
    ///
    /// # Errors
    /// As [`Store::identity_link`].
    pub async fn identity_assign(
        &self,
        links: Vec<(IdentityId, Option<CampaignId>)>,
        now: UtcMicros,
    ) -> Result<u64, StoreError> {
        let links = links.iter().map(|(whose, to)| (*whose.as_bytes(), to.map(|to| *to.as_bytes())));
        self.change(Owning { what: Owned::Identity, links: links.collect(), now }).await
    }
}

/// What belongs to something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Owned {
    /// An attacker, to an identity.
    Attacker,
    /// An identity, to a campaign.
    Identity,
}

/// Whose they are to be, by id.
pub(super) type Links = BTreeMap<[u8; 16], Option<[u8; 16]>>;

struct Owning {
    what: Owned,
    links: Links,
    now: UtcMicros,
}

impl Owned {
    /// Its table.
    const fn table(self) -> &'static str {
        match self {
            Self::Attacker => "attacker",
            Self::Identity => "identity",
        }
    }

    /// The owner's table, which is also the name of the column.
    const fn owner(self) -> &'static str {
        match self {
            Self::Attacker => "identity",
            Self::Identity => "campaign",
        }
    }
}

impl Change for Owning {
    type Done = u64;
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<u64, Stop> {
        own(tx, self.what, &self.links, Some(self.now)).await
    }
}

/// Changes these links, while nobody else writes, and counts again what depends on them; returns how many changed.
/// Imported links have no `now`: nothing else of their rows changes.
pub(super) async fn own(
    tx: &mut Tx<'_>,
    what: Owned,
    links: &Links,
    now: Option<UtcMicros>,
) -> Result<u64, Stop> {
    let owners = keys::all(tx, what.owner(), links.values().flatten().copied()).await?;
    let before = owned(tx, what, links).await?;
    let (mut touched, mut changed) = (BTreeSet::new(), Vec::new());
    let mut by_owner: BTreeMap<Option<i64>, Vec<i64>> = BTreeMap::new();
    for (whose, to) in links {
        let (key, from) = *before.get(whose).ok_or_else(|| keys::unknown(what.table(), whose))?;
        let to = match to {
            Some(to) => Some(*owners.get(to).ok_or_else(|| keys::unknown(what.owner(), to))?),
            None => None,
        };
        if from != to {
            by_owner.entry(to).or_default().push(key);
            changed.push(key);
            touched.extend(from.into_iter().chain(to));
        }
    }
    for (owner, keys) in by_owner {
        keys::set(tx, (what.table(), what.owner()), Value::from(owner), &keys).await?;
    }
    let touched: Vec<i64> = touched.into_iter().collect();
    if let Some(now) = now {
        let now = Value::from(now.as_micros());
        keys::set(tx, (what.owner(), "updated_at"), now.clone(), &touched).await?;
        if what == Owned::Identity {
            keys::set(tx, ("identity", "updated_at"), now, &changed).await?;
        }
    }
    let find = format!("SELECT DISTINCT root FROM {} WHERE id IN ", what.owner());
    let roots: BTreeSet<i64> = keys::of(tx, &find, &touched).await?.into_iter().collect();
    match what {
        Owned::Attacker => roots::recount(tx, Noun::Identity, &roots).await?,
        Owned::Identity => {
            count_identities(tx, &touched).await?;
            recount_campaigns(tx, &roots.into_iter().collect::<Vec<_>>()).await?;
        }
    }
    Ok(changed.len() as u64)
}

/// The keys of what is owned, each with its owner's.
async fn owned(
    tx: &mut Tx<'_>,
    what: Owned,
    links: &Links,
) -> Result<HashMap<[u8; 16], (i64, Option<i64>)>, Error> {
    let find = format!("SELECT uid, id, {} FROM {} WHERE uid IN ", what.owner(), what.table());
    let find = chunk::selects(&find, links.keys().map(Value::from), "");
    let rows = chunk::all(tx, find).await?;
    rows.iter().map(|row| Ok((keys::sixteen(row.get(0)?)?, (row.get(1)?, row.get(2)?)))).collect()
}

async fn count_identities(tx: &mut Tx<'_>, campaigns: &[i64]) -> Result<(), Error> {
    for part in campaigns.chunks(chunk::ROWS) {
        let mut query = Query::new(
            "UPDATE campaign SET identity_count = (SELECT COUNT(*) FROM identity WHERE identity.campaign = campaign.id)
             WHERE id IN ",
        );
        query.list(chunk::padded(part).into_iter().map(Value::from));
        tx.run(&query).await?;
    }
    Ok(())
}

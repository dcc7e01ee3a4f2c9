//! Merging identities and campaigns, and taking them apart again.

use serde_json::json;
use sqlx::Error;
use uuid::Uuid;
use vespid_model::UtcMicros;
use vespid_model::id::{CampaignId, IdentityId};

use super::audit::{self, Note};
use super::keys;
use super::pointers::HOPS;
use super::roots::{self, Noun};
use super::{Change, Stop};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx, Value};

impl Store {
    /// Merges an identity into another: a pointer is set, nothing else of either changes, and `identity_unmerge` takes
    /// it back. The winner is followed to the end of its own pointers first; that one is returned. Whatever the loser
    /// stood for counts for the winner from now on.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when one of them is not there; [`StoreError::Merge`] for a row into itself or into one
    /// that is merged into it, for one that is merged already, and where a chain would have more than eight pointers;
    /// [`StoreError`] when the transaction failed.
    pub async fn identity_merge(
        &self,
        loser: IdentityId,
        winner: IdentityId,
        actor: &str,
        now: UtcMicros,
    ) -> Result<IdentityId, StoreError> {
        let asked = (Noun::Identity, *loser.as_bytes(), *winner.as_bytes());
        self.merge(asked, actor, now).await.map(IdentityId::from_bytes)
    }

    /// Takes an identity out of the one it is merged into, with all that is merged into itself.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when it is not there; [`StoreError::Merge`] when it is not merged; [`StoreError`] when
    /// the transaction failed.
    pub async fn identity_unmerge(
        &self,
        loser: IdentityId,
        actor: &str,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        self.unmerge((Noun::Identity, *loser.as_bytes()), actor, now).await
    }

    /// Merges a campaign into another, as [`Store::identity_merge`] does. Identities keep the campaign they name.
    ///
    /// # Errors
    /// As [`Store::identity_merge`].
    pub async fn campaign_merge(
        &self,
        loser: CampaignId,
        winner: CampaignId,
        actor: &str,
        now: UtcMicros,
    ) -> Result<CampaignId, StoreError> {
        let asked = (Noun::Campaign, *loser.as_bytes(), *winner.as_bytes());
        self.merge(asked, actor, now).await.map(CampaignId::from_bytes)
    }

    /// Takes a campaign out of the one it is merged into.
    ///
    /// # Errors
    /// As [`Store::identity_unmerge`].
    pub async fn campaign_unmerge(
        &self,
        loser: CampaignId,
        actor: &str,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        self.unmerge((Noun::Campaign, *loser.as_bytes()), actor, now).await
    }

    async fn merge(
        &self,
        (noun, loser, winner): (Noun, [u8; 16], [u8; 16]),
        actor: &str,
        now: UtcMicros,
    ) -> Result<[u8; 16], StoreError> {
        self.change(Merge { noun, loser, winner, actor: actor.to_owned(), now }).await
    }

    async fn unmerge(
        &self,
        (noun, loser): (Noun, [u8; 16]),
        actor: &str,
        now: UtcMicros,
    ) -> Result<(), StoreError> {
        self.change(Unmerge { noun, loser, actor: actor.to_owned(), now }).await
    }
}

struct Merge {
    noun: Noun,
    loser: [u8; 16],
    winner: [u8; 16],
    actor: String,
    now: UtcMicros,
}

struct Unmerge {
    noun: Noun,
    loser: [u8; 16],
    actor: String,
    now: UtcMicros,
}

/// A row, where it points and where its pointers end.
struct Merged {
    key: i64,
    into: Option<[u8; 16]>,
    root: (i64, [u8; 16]),
    /// Does its root point on? Then it is one of a circle, or the chain is too long to be followed to its end.
    root_into: Option<i64>,
}

impl Change for Merge {
    /// The id of the winner's root.
    type Done = [u8; 16];
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<[u8; 16], Stop> {
        let loser = find(tx, self.noun, &self.loser).await?;
        let winner = find(tx, self.noun, &self.winner).await?;
        self.check(tx, &loser, &winner).await?;
        let (target, target_id) = winner.root;
        point(tx, self.noun, loser.key, Some(target), self.now).await?;
        keys::set(tx, (self.noun.name(), "updated_at"), Value::from(self.now.as_micros()), &[target]).await?;
        let moved = roots::settle(tx, self.noun, &[loser.key]).await?;
        roots::recount(tx, self.noun, &moved).await?;
        let detail = json!({ "into": shown(&target_id), "asked": shown(&self.winner) });
        note(tx, self.noun, "merge", (&self.loser, &self.actor, self.now), &detail).await?;
        Ok(target_id)
    }
}

impl Merge {
    async fn check(&self, tx: &mut Tx<'_>, loser: &Merged, winner: &Merged) -> Result<(), Stop> {
        let (root, root_id) = winner.root;
        let why = if loser.key == winner.key {
            "that is the same one; name two".to_owned()
        } else if let Some(into) = loser.into {
            format!("it is merged into {} already; unmerge it first", shown(&into))
        } else if root == loser.key {
            format!("{} is merged into it; unmerge that one first", shown(&self.winner))
        } else if winner.root_into.is_some() && circle_free(tx, self.noun, root).await? {
            format!("the pointers of {} go on for more than {HOPS}; unmerge some first", shown(&self.winner))
        } else if roots::depth(tx, self.noun, loser.key, HOPS).await? >= HOPS {
            format!(
                "there are chains of {HOPS} pointers to it, and more are not followed; unmerge some first"
            )
        } else {
            return Ok(());
        };
        let attempt = if root == winner.key {
            format!("merged into {}", shown(&root_id))
        } else {
            format!("merged into {}, which stands for {}", shown(&root_id), shown(&self.winner))
        };
        Err(refused(self.noun, &self.loser, attempt, why))
    }
}

impl Change for Unmerge {
    type Done = ();
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        let loser = find(tx, self.noun, &self.loser).await?;
        let Some(into) = loser.into else {
            let why = "it is not merged into any; there is nothing to do".to_owned();
            return Err(refused(self.noun, &self.loser, "unmerged".to_owned(), why));
        };
        point(tx, self.noun, loser.key, None, self.now).await?;
        let moved = roots::settle(tx, self.noun, &[loser.key]).await?;
        roots::recount(tx, self.noun, &moved).await?;
        let detail = json!({ "from": shown(&into), "root": shown(&loser.root.1) });
        note(tx, self.noun, "unmerge", (&self.loser, &self.actor, self.now), &detail).await
    }
}

async fn find(tx: &mut Tx<'_>, noun: Noun, id: &[u8; 16]) -> Result<Merged, Stop> {
    let table = noun.name();
    let mut query = Query::new(&format!(
        "SELECT l.id, m.uid, r.id, r.uid, r.merged_into FROM {table} l JOIN {table} r ON r.id = l.root
         LEFT JOIN {table} m ON m.id = l.merged_into WHERE l.uid = "
    ));
    query.bind(id);
    let row = tx.first(&query).await?.ok_or_else(|| keys::unknown(table, id))?;
    Ok(Merged {
        key: row.get(0)?,
        into: row.get::<Option<Vec<u8>>>(1)?.map(keys::sixteen).transpose()?,
        root: (row.get(2)?, keys::sixteen(row.get(3)?)?),
        root_into: row.get(4)?,
    })
}

/// A root that points on is the smallest of a circle, and its own root, or one that a long chain was left at.
async fn circle_free(tx: &mut Tx<'_>, noun: Noun, root: i64) -> Result<bool, Error> {
    let find = format!("SELECT root FROM {} WHERE id IN ", noun.name());
    Ok(keys::of(tx, &find, &[root]).await? != [root])
}

async fn point(
    tx: &mut Tx<'_>,
    noun: Noun,
    key: i64,
    into: Option<i64>,
    now: UtcMicros,
) -> Result<(), Error> {
    let set = Query::new(&format!("UPDATE {} SET merged_into = ?, updated_at = ? WHERE id = ?", noun.name()));
    tx.run(&set.with(into).with(now.as_micros()).with(key)).await?;
    Ok(())
}

async fn note(
    tx: &mut Tx<'_>,
    noun: Noun,
    action: &str,
    (loser, actor, at): (&[u8; 16], &str, UtcMicros),
    detail: &serde_json::Value,
) -> Result<(), Stop> {
    let action = format!("{}.{action}", noun.name());
    audit::note(tx, Note { at, actor, action: &action, subject: &shown(loser), detail }).await
}

fn refused(noun: Noun, id: &[u8; 16], attempt: String, why: String) -> Stop {
    StoreError::Merge { noun: noun.name(), id: shown(id), attempt, why }.into()
}

fn shown(id: &[u8; 16]) -> String {
    Uuid::from_bytes(*id).to_string()
}

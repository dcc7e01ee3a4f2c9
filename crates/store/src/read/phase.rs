//! What an identity did on each decoy, in its order.

use vespid_attack::phase::{self, Phase};
use vespid_model::id::{IdentityId, TagId};
use vespid_model::rows::Scope;
use vespid_model::{TacticId, UtcMicros, listing};

use super::{column, scope};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

/// The most rows of one page.
const MOST: u32 = 10_000;

/// A tag seen on a decoy, for the kill chain.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeckyPhase {
    /// The tag.
    pub id: TagId,
    /// The decoy.
    pub decky: String,
    /// The tactic.
    pub tactic: TacticId,
    /// The tactic's phase of the Unified Kill Chain; None for a tactic that has none.
    pub phase: Option<Phase>,
    /// When the attacker acted.
    pub created_at: UtcMicros,
}

impl DeckyPhase {
    /// When the attacker acted, in seconds since 1970, UTC on any host; whole microseconds up to the year 2100.
    #[expect(clippy::cast_precision_loss, reason = "fewer than 2^52 microseconds")]
    pub fn epoch_seconds(&self) -> f64 {
        self.created_at.as_micros() as f64 / 1e6
    }
}

impl Store {
    /// The tags of an identity, and of all attackers that project to it, that name a decoy: by event time, then by
    /// tag id, from behind `after` on; at most `limit` of them, 1 to 10,000. Empty for an unknown identity, and behind
    /// the last tag.
    ///
    /// # Errors
    /// [`StoreError::Limit`] for another limit; [`StoreError`] when the database cannot be read.
    pub async fn decky_phases(
        &self,
        identity: IdentityId,
        limit: u32,
        after: Option<(UtcMicros, TagId)>,
    ) -> Result<Vec<DeckyPhase>, StoreError> {
        if !(1..=MOST).contains(&limit) {
            return Err(StoreError::Limit { given: limit, most: MOST });
        }
        let mut query = Query::new("SELECT k.uid, d.name, k.tactic, k.created_at FROM (");
        for (place, condition) in scope::conditions(&Scope::Identity(identity)).iter().enumerate() {
            query.push(if place == 0 { "" } else { " UNION " });
            query.push("SELECT t.uid, t.decky, t.tactic, t.created_at FROM tag t WHERE ").append(condition);
            query.push(" AND t.decky IS NOT NULL AND t.decky NOT IN (SELECT id FROM decky WHERE name = ");
            // Events of providers name no decoy.
            query.bind(listing::DECKY).push(")");
            if let Some((time, id)) = after {
                query.push(" AND t.created_at >= ").bind(time.as_micros());
                query.push(" AND (t.created_at > ").bind(time.as_micros());
                query.push(" OR t.uid > ").bind(id.as_bytes()).push(")");
            }
        }
        query.push(") k JOIN decky d ON d.id = k.decky ORDER BY k.created_at, k.uid LIMIT ").bind(limit);
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                let tactic = column::tactic(row.get(2)?)?;
                Ok(DeckyPhase {
                    id: column::tag_id(row.get(0)?)?,
                    decky: row.get(1)?,
                    tactic,
                    phase: phase::of(tactic),
                    created_at: UtcMicros::from_micros(row.get(3)?),
                })
            })
            .collect()
    }
}

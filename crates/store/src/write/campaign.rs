//! Campaigns.

use vespid_model::actor::{Campaign, CampaignPut, Stored};

use super::columns::{Columns, insert, text, time, update};
use super::roots::{self, Noun};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Tx;

impl Store {
    /// Makes or updates campaigns, in one transaction; of one that comes twice the last counts. A campaign that is
    /// there keeps its `created_at`, and its pointer unless it is given. `identity_count` is counted, never given.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the campaign that one points to is not there: nothing is stored then.
    /// [`StoreError`] when the transaction failed.
    pub async fn campaign_put(&self, puts: Vec<CampaignPut>) -> Result<Stored, StoreError> {
        if puts.iter().any(|put| put.merged_into.is_some()) {
            self.change(Put::<true>(puts)).await
        } else {
            self.change(Put::<false>(puts)).await
        }
    }
}

/// `MOVES`: some point to another, which changes whose tags are whose.
struct Put<const MOVES: bool>(Vec<CampaignPut>);

impl<const MOVES: bool> Change for Put<MOVES> {
    type Done = Stored;
    const ALONE: bool = MOVES;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Stored, Stop> {
        let mut puts: Vec<&CampaignPut> = self.0.iter().collect();
        puts.sort_by_key(|put| put.campaign.id);
        let mut stored = Stored::default();
        for put in &puts {
            let id = put.campaign.id.as_bytes();
            let mut columns = columns(&put.campaign);
            if let Some(key) = keys::find(tx, "campaign", id).await? {
                tx.run(&update("campaign", columns, ("id", key))).await?;
                stored.known += 1;
            } else {
                columns.push(("uid", id.into()));
                columns.push(("created_at", put.campaign.created_at.as_micros().into()));
                tx.run(&insert("campaign", columns)).await?;
                roots::begin(tx, Noun::Campaign, id).await?;
                stored.new += 1;
            }
        }
        let pointers =
            puts.iter().filter_map(|put| Some((*put.campaign.id.as_bytes(), *put.merged_into?.as_bytes())));
        roots::point_all(tx, Noun::Campaign, pointers.collect()).await?;
        Ok(stored)
    }
}

fn columns(campaign: &Campaign) -> Columns {
    vec![
        ("schema_version", campaign.schema_version.into()),
        ("first_seen_at", time(campaign.first_seen_at)),
        ("last_seen_at", time(campaign.last_seen_at)),
        ("updated_at", campaign.updated_at.as_micros().into()),
        ("confidence", campaign.confidence.map(f64::from).into()),
        ("ja3_hashes", text(campaign.ja3_hashes.as_ref())),
        ("hassh_hashes", text(campaign.hassh_hashes.as_ref())),
        ("tls_cert_sha256", text(campaign.tls_cert_sha256.as_ref())),
        ("payload_simhashes", text(campaign.payload_simhashes.as_ref())),
        ("c2_endpoints", text(campaign.c2_endpoints.as_ref())),
        ("notes", text(campaign.notes.as_ref())),
    ]
}

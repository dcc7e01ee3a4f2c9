//! Campaigns.

use vespid_model::actor::{Campaign, CampaignRow, IdentityRow};
use vespid_model::id::CampaignId;
use vespid_model::rows::Page;

use super::fields::Fields;
use super::{column, identity};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// A campaign; the query goes on with a condition or an order.
const SELECT: &str = "
    SELECT c.uid, c.schema_version, c.first_seen_at, c.last_seen_at, c.created_at, c.updated_at, c.confidence,
           c.ja3_hashes, c.hassh_hashes, c.tls_cert_sha256, c.payload_simhashes, c.c2_endpoints, c.notes,
           c.identity_count, m.uid, r.uid
    FROM campaign c JOIN campaign r ON r.id = c.root LEFT JOIN campaign m ON m.id = c.merged_into";

impl Store {
    /// The campaign that this one stands for: the end of its pointers, itself when it is not merged. None when there is
    /// none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn campaign_find(&self, id: CampaignId) -> Result<Option<CampaignRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE c.id = (SELECT root FROM campaign WHERE uid = ").bind(id.as_bytes()).push(")");
        self.pool.first(&query).await?.as_ref().map(campaign).transpose()
    }

    /// The campaign with exactly this id, merged or not; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn campaign_row(&self, id: CampaignId) -> Result<Option<CampaignRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE c.uid = ").bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(campaign).transpose()
    }

    /// The campaigns that stand for themselves, newest updated first, then by id. One that clustering made and that has
    /// no identities any more is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn campaign_list(&self, limit: u32, offset: u32) -> Result<Page<CampaignRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE c.root = c.id AND (c.clustered = 0 OR c.identity_count > 0) ORDER BY c.updated_at DESC, c.uid LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let all = "SELECT COUNT(*) FROM campaign WHERE root = id AND (clustered = 0 OR identity_count > 0)";
        let total = self.total(&Query::new(all)).await?;
        Ok(Page { rows: rows.iter().map(campaign).collect::<Result<_, _>>()?, total })
    }

    /// The identities that count for a campaign: those that stand for themselves and name it, or one that is merged into
    /// it. Newest updated first, then by id. A merged campaign stands for the one it is merged into. None when there
    /// is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn campaign_identities(
        &self,
        id: CampaignId,
        limit: u32,
        offset: u32,
    ) -> Result<Option<Page<IdentityRow>>, StoreError> {
        let mut find = Query::new("SELECT root FROM campaign WHERE uid = ");
        find.bind(id.as_bytes());
        let Some(row) = self.pool.first(&find).await? else { return Ok(None) };
        let root = row.get(0)?;
        let rows = self.pool.all(&identity::of_campaign(root, limit, offset)).await?;
        let mut count = Query::new(
            "SELECT COUNT(*) FROM campaign c JOIN identity i ON i.campaign = c.id WHERE i.root = i.id AND c.root = ",
        );
        count.bind(root);
        let total = self.total(&count).await?;
        Ok(Some(Page { rows: rows.iter().map(identity::identity).collect::<Result<_, _>>()?, total }))
    }
}

fn campaign(row: &Row) -> Result<CampaignRow, StoreError> {
    let mut row = Fields::of(row);
    Ok(CampaignRow {
        campaign: Campaign {
            id: row.id("campaign.uid", CampaignId::from_bytes)?,
            schema_version: column::version(row.get()?)?,
            first_seen_at: row.maybe_time()?,
            last_seen_at: row.maybe_time()?,
            created_at: row.time()?,
            updated_at: row.time()?,
            confidence: row.get::<Option<f64>>()?.map(column::confidence).transpose()?,
            ja3_hashes: row.get()?,
            hassh_hashes: row.get()?,
            tls_cert_sha256: row.get()?,
            payload_simhashes: row.get()?,
            c2_endpoints: row.get()?,
            notes: row.get()?,
        },
        identity_count: row.count()?,
        merged_into: row.maybe_id("campaign.uid", CampaignId::from_bytes)?,
        root: row.id("campaign.uid", CampaignId::from_bytes)?,
    })
}

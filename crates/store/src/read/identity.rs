//! Identities, and the attackers that they stand for.

use vespid_model::UtcMicros;
use vespid_model::actor::{Identity, IdentityRow, ObservationRow};
use vespid_model::id::{CampaignId, IdentityId};
use vespid_model::rows::Page;

use super::column;
use super::fields::Fields;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// An identity; the query goes on with a condition or an order.
const SELECT: &str = "
    SELECT i.uid, i.schema_version, i.first_seen_at, i.last_seen_at, i.created_at, i.updated_at, i.confidence,
           i.observation_count, i.ja3_hashes, i.hassh_hashes, i.ja4h_hashes, i.ja4_quic_hashes, i.http_versions_seen,
           i.tls_cert_sha256, i.ipv6_link_local_iids, i.payload_simhashes, i.c2_endpoints, i.kd_digraph_simhash,
           i.notes, c.uid, m.uid, r.uid, i.ipv6_unreadable
    FROM identity i JOIN identity r ON r.id = i.root LEFT JOIN identity m ON m.id = i.merged_into
    LEFT JOIN campaign c ON c.id = i.campaign";

impl Store {
    /// The identity that this one stands for: the end of its pointers, itself when it is not merged. None when there is
    /// none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_find(&self, id: IdentityId) -> Result<Option<IdentityRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE i.id = (SELECT root FROM identity WHERE uid = ").bind(id.as_bytes()).push(")");
        self.pool.first(&query).await?.as_ref().map(identity).transpose()
    }

    /// The identity with exactly this id, merged or not; None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_row(&self, id: IdentityId) -> Result<Option<IdentityRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE i.uid = ").bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(identity).transpose()
    }

    /// The identities that stand for themselves, newest updated first, then by id. One that clustering made and that
    /// has no attackers any more is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_list(&self, limit: u32, offset: u32) -> Result<Page<IdentityRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(" WHERE i.root = i.id AND (i.clustered = 0 OR i.observation_count > 0) ORDER BY i.updated_at DESC, i.uid LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let all =
            "SELECT COUNT(*) FROM identity WHERE root = id AND (clustered = 0 OR observation_count > 0)";
        let total = self.total(&Query::new(all)).await?;
        Ok(Page { rows: rows.iter().map(identity).collect::<Result<_, _>>()?, total })
    }

    /// The attackers that an identity stands for: those linked to it, or to one that is merged into it. Newest last
    /// seen first, then by id. A merged identity stands for the one it is merged into. None when there is none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_observations(
        &self,
        id: IdentityId,
        limit: u32,
        offset: u32,
    ) -> Result<Option<Page<ObservationRow>>, StoreError> {
        let mut find = Query::new("SELECT root FROM identity WHERE uid = ");
        find.bind(id.as_bytes());
        let Some(row) = self.pool.first(&find).await? else { return Ok(None) };
        let mut from = Query::new(" FROM identity i JOIN attacker a ON a.identity = i.id WHERE i.root = ");
        from.bind(row.get::<i64>(0)?);
        let mut query = Query::new("SELECT a.uid, a.ip, i.uid, a.first_seen, a.last_seen, a.event_count");
        query.append(&from).push(" ORDER BY a.last_seen DESC, a.uid LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let mut count = Query::new("SELECT COUNT(*)");
        count.append(&from);
        let total = self.total(&count).await?;
        Ok(Some(Page { rows: rows.iter().map(observation).collect::<Result<_, _>>()?, total }))
    }

    pub(super) async fn total(&self, count: &Query) -> Result<u64, StoreError> {
        Ok(column::count(self.pool.one(count).await?.get(0)?))
    }
}

/// Those of a campaign, ordered as all are.
pub(super) fn of_campaign(root: i64, limit: u32, offset: u32) -> Query {
    let mut query = Query::new(SELECT);
    query.push(" WHERE i.root = i.id AND c.root = ").bind(root);
    query.push(" ORDER BY i.updated_at DESC, i.uid LIMIT ").bind(limit).push(" OFFSET ").bind(offset);
    query
}

pub(super) fn identity(row: &Row) -> Result<IdentityRow, StoreError> {
    let mut row = Fields::of(row);
    Ok(IdentityRow {
        identity: Identity {
            id: row.id("identity.uid", IdentityId::from_bytes)?,
            schema_version: column::version(row.get()?)?,
            first_seen_at: row.maybe_time()?,
            last_seen_at: row.maybe_time()?,
            created_at: row.time()?,
            updated_at: row.time()?,
            confidence: row.get::<Option<f64>>()?.map(column::confidence).transpose()?,
            observation_count: row.count()?,
            ja3_hashes: row.get()?,
            hassh_hashes: row.get()?,
            ja4h_hashes: row.get()?,
            ja4_quic_hashes: row.get()?,
            http_versions_seen: row.get()?,
            tls_cert_sha256: row.get()?,
            ipv6_link_local_iids: row.get()?,
            payload_simhashes: row.get()?,
            c2_endpoints: row.get()?,
            kd_digraph_simhash: row.get()?,
            notes: row.get()?,
        },
        campaign: row.maybe_id("campaign.uid", CampaignId::from_bytes)?,
        merged_into: row.maybe_id("identity.uid", IdentityId::from_bytes)?,
        root: row.id("identity.uid", IdentityId::from_bytes)?,
        ipv6_unreadable: row.get()?,
    })
}

fn observation(row: &Row) -> Result<ObservationRow, StoreError> {
    Ok(ObservationRow {
        attacker: column::attacker_id(row.get(0)?)?,
        ip: column::ip(&row.get::<String>(1)?)?,
        identity: column::id("identity.uid", row.get(2)?).map(IdentityId::from_bytes)?,
        first_seen: UtcMicros::from_micros(row.get(3)?),
        last_seen: UtcMicros::from_micros(row.get(4)?),
        events: column::count(row.get(5)?),
    })
}

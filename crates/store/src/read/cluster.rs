//! Who is who, and what persons say of it.

use std::net::IpAddr;

use vespid_model::UtcMicros;
use vespid_model::features::Verdict;
use vespid_model::id::{AttackerId, CampaignId, IdentityId};

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// What clustering wrote the last time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clustered {
    /// Attackers that belong to an identity that clustering made.
    pub links: Vec<(AttackerId, IdentityId)>,
    /// The identities that it made, each with where it is merged into, its members and times.
    pub identities: Vec<ClusteredGroup<IdentityId>>,
    /// The campaigns that it made.
    pub campaigns: Vec<ClusteredGroup<CampaignId>>,
    /// Identities that belong to such a campaign.
    pub assignments: Vec<(IdentityId, CampaignId)>,
    /// Which state this is; see [`Store::clustering_put`].
    pub generation: u64,
}

/// An identity or campaign that clustering made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClusteredGroup<I> {
    /// Its id.
    pub id: I,
    /// What it is merged into.
    pub merged_into: Option<I>,
    /// How many members it has.
    pub members: u64,
    /// Time of the first event.
    pub first_seen: Option<UtcMicros>,
    /// Time of the last event.
    pub last_seen: Option<UtcMicros>,
}

/// Why two attackers belong together, or nearly do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EdgeRow {
    /// One of them.
    pub a: IpAddr,
    /// The other.
    pub b: IpAddr,
    /// Is it what makes them one identity?
    pub joins: bool,
    /// Thousandths; 1000 joins.
    pub score: u32,
    /// For a reader; what attackers wrote stands in it.
    pub sentence: String,
}

/// Edges between attackers; the query goes on with a condition.
const EDGE: &str = "
    SELECT a.ip, b.ip, e.joins, e.score, e.sentence FROM cluster_edge e
    JOIN attacker a ON a.id = e.a JOIN attacker b ON b.id = e.b ";

impl Store {
    /// What clustering wrote the last time.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn clustered(&self) -> Result<Clustered, StoreError> {
        let links = "SELECT a.uid, i.uid FROM attacker a JOIN identity i ON i.id = a.identity
                     WHERE i.clustered = 1 ORDER BY a.uid";
        let assignments = "SELECT i.uid, c.uid FROM identity i JOIN campaign c ON c.id = i.campaign
                           WHERE i.clustered = 1 AND c.clustered = 1 ORDER BY i.uid";
        let group = |noun: &str, count: &str| {
            Query::new(&format!(
                "SELECT g.uid, m.uid, g.{count}, g.first_seen_at, g.last_seen_at FROM {noun} g
                 LEFT JOIN {noun} m ON m.id = g.merged_into WHERE g.clustered = 1 ORDER BY g.uid"
            ))
        };
        // First: what is written meanwhile is of a later one.
        let generation =
            self.pool.one(&Query::new("SELECT generation FROM cluster_generation")).await?.get(0)?;
        let mut clustered = Clustered { generation: column::count(generation), ..Clustered::default() };
        for row in self.pool.all(&Query::new(links)).await? {
            clustered.links.push((column::attacker_id(row.get(0)?)?, column::identity_id(row.get(1)?)?));
        }
        for row in self.pool.all(&Query::new(assignments)).await? {
            clustered
                .assignments
                .push((column::identity_id(row.get(0)?)?, column::campaign_id(row.get(1)?)?));
        }
        for row in self.pool.all(&group("identity", "observation_count")).await? {
            clustered.identities.push(read_group(&row, column::identity_id)?);
        }
        for row in self.pool.all(&group("campaign", "identity_count")).await? {
            clustered.campaigns.push(read_group(&row, column::campaign_id)?);
        }
        Ok(clustered)
    }

    /// What persons say of attackers, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_verdicts(&self) -> Result<Vec<Verdict<AttackerId>>, StoreError> {
        self.verdicts(0, column::attacker_id).await
    }

    /// What persons say of identities, by id.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_verdicts(&self) -> Result<Vec<Verdict<IdentityId>>, StoreError> {
        self.verdicts(1, column::identity_id).await
    }

    async fn verdicts<T>(
        &self,
        noun: u8,
        id: fn(Vec<u8>) -> Result<T, StoreError>,
    ) -> Result<Vec<Verdict<T>>, StoreError> {
        let mut query = Query::new("SELECT a, b, same FROM verdict WHERE noun = ");
        query.bind(noun).push(" ORDER BY a, b");
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                Ok(Verdict { a: id(row.get(0)?)?, b: id(row.get(1)?)?, same: row.get::<i64>(2)? != 0 })
            })
            .collect()
    }

    /// The identity of an attacker: the end of the pointers of the one that it is linked to. None where it has none.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn identity_of(&self, ip: IpAddr) -> Result<Option<IdentityId>, StoreError> {
        let mut query = Query::new(
            "SELECT r.uid FROM attacker a JOIN identity i ON i.id = a.identity JOIN identity r ON r.id = i.root
             WHERE a.ip = ",
        );
        query.bind(ip.to_canonical().to_string());
        self.pool.first(&query).await?.map(|row| column::identity_id(row.get(0)?)).transpose()
    }

    /// The edges of an attacker that tie it, the strongest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn edges_of(&self, ip: IpAddr, limit: u32) -> Result<Vec<EdgeRow>, StoreError> {
        let ip = ip.to_canonical().to_string();
        let mut query = Query::new(EDGE);
        // By the keys of the edges, which have indexes.
        let key =
            |query: &mut Query| _ = query.push("(SELECT id FROM attacker WHERE ip = ").bind(&*ip).push(")");
        query.push("WHERE e.joins = 1 AND (e.a = ");
        key(&mut query);
        query.push(" OR e.b = ");
        key(&mut query);
        query.push(") ORDER BY e.score DESC, a.ip, b.ip LIMIT ").bind(limit);
        self.pool.all(&query).await?.iter().map(edge).collect()
    }

    /// The edges between the attackers of an identity, the strongest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn edge_list(&self, identity: IdentityId, limit: u32) -> Result<Vec<EdgeRow>, StoreError> {
        let mut query = Query::new(EDGE);
        query.push("WHERE a.identity = (SELECT root FROM identity WHERE uid = ");
        query
            .bind(identity.as_bytes())
            .push(") AND b.identity = a.identity ORDER BY e.score DESC, a.ip, b.ip");
        query.push(" LIMIT ").bind(limit);
        self.pool.all(&query).await?.iter().map(edge).collect()
    }
}

fn edge(row: &Row) -> Result<EdgeRow, StoreError> {
    Ok(EdgeRow {
        a: column::ip(&row.get::<String>(0)?)?,
        b: column::ip(&row.get::<String>(1)?)?,
        joins: row.get::<i64>(2)? != 0,
        score: u32::try_from(row.get::<i64>(3)?).unwrap_or(0),
        sentence: row.get(4)?,
    })
}

fn read_group<I>(
    row: &Row,
    id: fn(Vec<u8>) -> Result<I, StoreError>,
) -> Result<ClusteredGroup<I>, StoreError> {
    Ok(ClusteredGroup {
        id: id(row.get(0)?)?,
        merged_into: row.get::<Option<Vec<u8>>>(1)?.map(id).transpose()?,
        members: column::count(row.get(2)?),
        first_seen: row.get::<Option<i64>>(3)?.map(UtcMicros::from_micros),
        last_seen: row.get::<Option<i64>>(4)?.map(UtcMicros::from_micros),
    })
}

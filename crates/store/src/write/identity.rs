//! Identities.

use vespid_model::actor::{Identity, IdentityPut, Stored};

use super::columns::{Columns, insert, text, time, update};
use super::link::{Links, Owned, own};
use super::roots::{self, Noun};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Tx, Value};

impl Store {
    /// Makes or updates identities, in one transaction; of one that comes twice the last counts. An identity that is
    /// there keeps its `created_at`, its list of link-local addresses unless another is given, and its campaign and
    /// pointer unless they are given. Pointers may be among those of the same call, in any order.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when a campaign, or the identity that one points to, is not there: nothing is stored
    /// then. [`StoreError`] when the transaction failed.
    pub async fn identity_put(&self, puts: Vec<IdentityPut>) -> Result<Stored, StoreError> {
        if puts.iter().any(|put| put.campaign.is_some() || put.merged_into.is_some()) {
            self.change(Put::<true>(puts)).await
        } else {
            self.change(Put::<false>(puts)).await
        }
    }
}

/// `MOVES`: some name their campaign or point to another, which changes whose tags are whose.
struct Put<const MOVES: bool>(Vec<IdentityPut>);

impl<const MOVES: bool> Change for Put<MOVES> {
    type Done = Stored;
    const ALONE: bool = MOVES;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Stored, Stop> {
        let mut puts: Vec<&IdentityPut> = self.0.iter().collect();
        puts.sort_by_key(|put| put.identity.id);
        let mut stored = Stored::default();
        for put in &puts {
            let id = put.identity.id.as_bytes();
            let columns = columns(&put.identity);
            if let Some(key) = keys::find(tx, "identity", id).await? {
                tx.run(&update("identity", columns, ("id", key))).await?;
                stored.known += 1;
            } else {
                tx.run(&insert("identity", new(&put.identity, columns))).await?;
                roots::begin(tx, Noun::Identity, id).await?;
                stored.new += 1;
            }
        }
        let campaigns = puts.iter().filter_map(|put| {
            let campaign = put.campaign.map(|campaign| *campaign.as_bytes())?;
            Some((*put.identity.id.as_bytes(), Some(campaign)))
        });
        own(tx, Owned::Identity, &campaigns.collect::<Links>(), None).await?;
        let pointers =
            puts.iter().filter_map(|put| Some((*put.identity.id.as_bytes(), *put.merged_into?.as_bytes())));
        roots::point_all(tx, Noun::Identity, pointers.collect()).await?;
        Ok(stored)
    }
}

fn columns(identity: &Identity) -> Columns {
    let mut columns = vec![
        ("schema_version", identity.schema_version.into()),
        ("first_seen_at", time(identity.first_seen_at)),
        ("last_seen_at", time(identity.last_seen_at)),
        ("updated_at", identity.updated_at.as_micros().into()),
        ("confidence", identity.confidence.map(f64::from).into()),
        ("observation_count", identity.observation_count.into()),
        ("ja3_hashes", text(identity.ja3_hashes.as_ref())),
        ("hassh_hashes", text(identity.hassh_hashes.as_ref())),
        ("ja4h_hashes", text(identity.ja4h_hashes.as_ref())),
        ("ja4_quic_hashes", text(identity.ja4_quic_hashes.as_ref())),
        ("http_versions_seen", text(identity.http_versions_seen.as_ref())),
        ("tls_cert_sha256", text(identity.tls_cert_sha256.as_ref())),
        ("payload_simhashes", text(identity.payload_simhashes.as_ref())),
        ("c2_endpoints", text(identity.c2_endpoints.as_ref())),
        ("kd_digraph_simhash", Value::Bytes(identity.kd_digraph_simhash.clone())),
        ("notes", text(identity.notes.as_ref())),
    ];
    // Sensors add to it: whoever knows nothing of it must not empty it.
    let addresses = identity.ipv6_link_local_iids.as_ref();
    columns.extend(addresses.map(|addresses| ("ipv6_link_local_iids", text(Some(addresses)))));
    columns
}

fn new(identity: &Identity, mut columns: Columns) -> Columns {
    columns.push(("uid", identity.id.as_bytes().into()));
    columns.push(("created_at", identity.created_at.as_micros().into()));
    columns
}

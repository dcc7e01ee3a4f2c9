//! Identities, with their campaigns.

use vespid_model::actor::{Identity, IdentityPut};
use vespid_model::id::{CampaignId, IdentityId};

use super::Run;
use super::line::{Bad, Line};
use super::source::Table;
use super::stored::sixteen;
use crate::error::StoreError;
use crate::sql::Value;
use crate::write::roots::Noun;

static IDENTITIES: Table = Table {
    name: "attacker_identities",
    columns: &[
        "uuid",
        "schema_version",
        "campaign_id",
        "first_seen_at",
        "last_seen_at",
        "created_at",
        "updated_at",
        "confidence",
        "observation_count",
        "ja3_hashes",
        "hassh_hashes",
        "ja4h_hashes",
        "ja4_quic_hashes",
        "http_versions_seen",
        "tls_cert_sha256",
        "ipv6_link_local_iids",
        "payload_simhashes",
        "c2_endpoints",
        "kd_digraph_simhash",
        "merged_into_uuid",
        "notes",
    ],
    large: &[
        "ja3_hashes",
        "hassh_hashes",
        "ja4h_hashes",
        "ja4_quic_hashes",
        "http_versions_seen",
        "tls_cert_sha256",
        "ipv6_link_local_iids",
        "payload_simhashes",
        "c2_endpoints",
        "notes",
    ],
    rows: 1000,
};

static POINTERS: Table =
    Table { name: "attacker_identities", columns: &["uuid", "merged_into_uuid"], large: &[], rows: 5000 };

impl Run<'_> {
    pub(super) async fn identities(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&IDENTITIES).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                break;
            }
            let mut puts = Vec::new();
            for line in &lines {
                match identity(line) {
                    Ok(put) => puts.push((line.key(), put)),
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
            self.leave_out_campaigns(&mut puts).await?;
            self.keep_lists(&mut puts).await?;
            self.put_all(puts, async |store, all| store.identity_put(all).await).await?;
        }
        self.point(Noun::Identity, &POINTERS).await
    }

    async fn leave_out_campaigns(&mut self, puts: &mut [(String, IdentityPut)]) -> Result<(), StoreError> {
        let campaigns = puts.iter().filter_map(|(_, put)| Some(*put.campaign?.as_bytes()));
        let there = self.store.having("campaign", campaigns).await?;
        for (key, put) in puts {
            if let Some(campaign) = put.campaign.take_if(|campaign| !there.contains(campaign.as_bytes())) {
                let why = "campaign_id names a campaign that is not there and was left out";
                self.told.changed(key, why, campaign.to_string());
            }
        }
        Ok(())
    }

    /// A list of leaked addresses that has grown here stays.
    async fn keep_lists(&mut self, puts: &mut [(String, IdentityPut)]) -> Result<(), StoreError> {
        let find = "SELECT uid, ipv6_link_local_iids FROM identity WHERE uid IN ";
        let ids = puts.iter().map(|(_, put)| Value::from(put.identity.id.as_bytes()));
        let lists =
            self.store.found(find, ids, |row| Ok((sixteen(row, 0)?, row.get::<Option<String>>(1)?))).await?;
        for (key, IdentityPut { identity, .. }) in puts {
            let here = lists.get(identity.id.as_bytes()).and_then(Option::as_ref);
            let differs = here.is_some() && here != identity.ipv6_link_local_iids.as_ref();
            if differs && identity.ipv6_link_local_iids.take().is_some() {
                let why = "ipv6_link_local_iids is another here, which stays";
                self.told.changed(key, why, String::new());
            }
        }
        Ok(())
    }
}

fn identity(line: &Line) -> Result<IdentityPut, Bad> {
    line.maybe_id::<IdentityId>("merged_into_uuid")?;
    let campaign = line.maybe_id::<CampaignId>("campaign_id")?;
    let identity = Identity {
        id: line.id("uuid")?,
        schema_version: line.version("schema_version")?,
        first_seen_at: line.maybe_time("first_seen_at")?,
        last_seen_at: line.maybe_time("last_seen_at")?,
        created_at: line.time("created_at")?,
        updated_at: line.time("updated_at")?,
        confidence: line.maybe_confidence("confidence")?,
        observation_count: line.count("observation_count")?,
        ja3_hashes: line.maybe_text("ja3_hashes")?,
        hassh_hashes: line.maybe_text("hassh_hashes")?,
        ja4h_hashes: line.maybe_text("ja4h_hashes")?,
        ja4_quic_hashes: line.maybe_text("ja4_quic_hashes")?,
        http_versions_seen: line.maybe_text("http_versions_seen")?,
        tls_cert_sha256: line.maybe_text("tls_cert_sha256")?,
        ipv6_link_local_iids: line.maybe_text("ipv6_link_local_iids")?,
        payload_simhashes: line.maybe_text("payload_simhashes")?,
        c2_endpoints: line.maybe_text("c2_endpoints")?,
        kd_digraph_simhash: line.maybe_bytes("kd_digraph_simhash")?,
        notes: line.maybe_text("notes")?,
    };
    Ok(IdentityPut { identity, campaign, merged_into: None })
}

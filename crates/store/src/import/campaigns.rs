//! Campaigns, and the pointers of what is merged.

use std::collections::{BTreeMap, HashSet};

use vespid_model::actor::{Campaign, CampaignPut};
use vespid_model::id::CampaignId;

use super::Run;
use super::line::{Bad, Line};
use super::source::Table;
use crate::error::StoreError;
use crate::sql::Tx;
use crate::write::roots::{self, Noun};
use crate::write::{Change, Stop};

static CAMPAIGNS: Table = Table {
    name: "campaigns",
    columns: &[
        "uuid",
        "schema_version",
        "first_seen_at",
        "last_seen_at",
        "created_at",
        "updated_at",
        "confidence",
        "ja3_hashes",
        "hassh_hashes",
        "tls_cert_sha256",
        "payload_simhashes",
        "c2_endpoints",
        "merged_into_uuid",
        "notes",
    ],
    large: &["ja3_hashes", "hassh_hashes", "tls_cert_sha256", "payload_simhashes", "c2_endpoints", "notes"],
    rows: 1000,
};

static POINTERS: Table =
    Table { name: "campaigns", columns: &["uuid", "merged_into_uuid"], large: &[], rows: 5000 };

impl Run<'_> {
    pub(super) async fn campaigns(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&CAMPAIGNS).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                break;
            }
            let mut campaigns = Vec::new();
            for line in &lines {
                match campaign(line) {
                    Ok(campaign) => {
                        campaigns.push((line.key(), CampaignPut { campaign, merged_into: None }));
                    }
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
            self.put_all(campaigns, async |store, all| store.campaign_put(all).await).await?;
        }
        self.point(Noun::Campaign, &POINTERS).await
    }

    /// Begins to read a table of the source; None when it has none.
    pub(super) async fn begin(
        &mut self,
        table: &'static Table,
    ) -> Result<Option<super::source::Reading>, StoreError> {
        let read = self.source.read(table).await?;
        let (reading, missing) = read.unzip();
        self.told.begin(table.name, missing);
        Ok(reading)
    }

    /// Sets the pointers of merged rows as they stand, circles too, once all rows are there; the roots are settled then.
    pub(super) async fn point(&mut self, noun: Noun, table: &'static Table) -> Result<(), StoreError> {
        let Some((mut reading, _)) = self.source.read(table).await? else { return Ok(()) };
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut pointers = BTreeMap::new();
            for line in &lines {
                // What cannot be read was told of the whole row.
                if let (Ok(Some(from)), Ok(Some(to))) =
                    (line.maybe_id::<CampaignId>("uuid"), line.maybe_id::<CampaignId>("merged_into_uuid"))
                {
                    pointers.insert(*from.as_bytes(), (*to.as_bytes(), line.key()));
                }
            }
            let ids = pointers.iter().flat_map(|(from, (to, _))| [*from, *to]);
            let there: HashSet<_> = self.store.having(noun.name(), ids).await?;
            pointers.retain(|from, _| there.contains(from));
            for (to, key) in pointers.values().filter(|(to, _)| !there.contains(to)) {
                let detail = CampaignId::from_bytes(*to).to_string();
                self.told.changed(
                    key,
                    "merged_into_uuid names a row that is not there and was left out",
                    detail,
                );
            }
            pointers.retain(|_, (to, _)| there.contains(to));
            let pointers = pointers.into_iter().map(|(from, (to, _))| (from, to)).collect();
            self.store.change(Point { noun, pointers }).await?;
        }
    }
}

struct Point {
    noun: Noun,
    pointers: BTreeMap<[u8; 16], [u8; 16]>,
}

impl Change for Point {
    type Done = ();
    const ALONE: bool = true;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<(), Stop> {
        roots::point_all(tx, self.noun, self.pointers.clone()).await
    }
}

fn campaign(line: &Line) -> Result<Campaign, Bad> {
    line.maybe_id::<CampaignId>("merged_into_uuid")?;
    Ok(Campaign {
        id: line.id("uuid")?,
        schema_version: line.version("schema_version")?,
        first_seen_at: line.maybe_time("first_seen_at")?,
        last_seen_at: line.maybe_time("last_seen_at")?,
        created_at: line.time("created_at")?,
        updated_at: line.time("updated_at")?,
        confidence: line.maybe_confidence("confidence")?,
        ja3_hashes: line.maybe_text("ja3_hashes")?,
        hassh_hashes: line.maybe_text("hassh_hashes")?,
        tls_cert_sha256: line.maybe_text("tls_cert_sha256")?,
        payload_simhashes: line.maybe_text("payload_simhashes")?,
        c2_endpoints: line.maybe_text("c2_endpoints")?,
        notes: line.maybe_text("notes")?,
    })
}

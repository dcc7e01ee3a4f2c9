//! What others say of an address.

use vespid_model::id::IntelId;
use vespid_model::intel::Intel;

use super::columns::{Columns, insert, text, time, update};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

impl Store {
    /// Stores what is said of an attacker, in the place of what was said before. Returns the id of the row, which keeps
    /// the one it has.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the attacker is not there; [`StoreError::Taken`] when a row about another one has
    /// the id; [`StoreError`] when the transaction failed.
    pub async fn intel_put(&self, intel: Intel) -> Result<IntelId, StoreError> {
        let id = intel.id;
        Ok(self.intel_put_all(vec![intel]).await?.pop().unwrap_or(id))
    }

    /// The same for many attackers, in one transaction. Returns the ids in the order given.
    ///
    /// # Errors
    /// As [`Store::intel_put`]; nothing is stored then.
    pub async fn intel_put_all(&self, all: Vec<Intel>) -> Result<Vec<IntelId>, StoreError> {
        self.change(Put(all)).await
    }
}

struct Put(Vec<Intel>);

impl Change for Put {
    type Done = Vec<IntelId>;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<IntelId>, Stop> {
        let mut ids = Vec::with_capacity(self.0.len());
        for intel in &self.0 {
            ids.push(put(tx, intel).await?);
        }
        Ok(ids)
    }
}

async fn put(tx: &mut Tx<'_>, intel: &Intel) -> Result<IntelId, Stop> {
    let attacker = keys::known(tx, ("attacker", "attacker"), intel.attacker.as_bytes()).await?;
    let mut find = Query::new("SELECT id, uid FROM intel WHERE attacker = ");
    find.bind(attacker).push(keys::locked(tx));
    let mut columns = columns(intel);
    if let Some(row) = tx.first(&find).await? {
        tx.run(&update("intel", columns, ("id", row.get(0)?))).await?;
        return Ok(IntelId::from_bytes(keys::sixteen(row.get(1)?)?));
    }
    if keys::find(tx, "intel", intel.id.as_bytes()).await?.is_some() {
        let why = "it is that of what is said of another attacker; give another id".to_owned();
        return Err(StoreError::Taken { noun: "intel", id: intel.id.to_string(), why }.into());
    }
    columns.extend([("uid", intel.id.as_bytes().into()), ("attacker", attacker.into())]);
    tx.run(&insert("intel", columns)).await?;
    Ok(intel.id)
}

fn columns(intel: &Intel) -> Columns {
    vec![
        ("schema_version", intel.schema_version.into()),
        ("greynoise_classification", text(intel.greynoise_classification.as_ref())),
        ("greynoise_name", text(intel.greynoise_name.as_ref())),
        ("greynoise_tags", intel.greynoise_tags.as_str().into()),
        ("greynoise_raw", intel.greynoise_raw.as_str().into()),
        ("greynoise_queried_at", time(intel.greynoise_queried_at)),
        ("abuseipdb_score", intel.abuseipdb_score.into()),
        ("abuseipdb_categories", intel.abuseipdb_categories.as_str().into()),
        ("abuseipdb_raw", intel.abuseipdb_raw.as_str().into()),
        ("abuseipdb_queried_at", time(intel.abuseipdb_queried_at)),
        ("feodo_listed", intel.feodo_listed.map(i64::from).into()),
        ("feodo_malware_family", text(intel.feodo_malware_family.as_ref())),
        ("feodo_raw", intel.feodo_raw.as_str().into()),
        ("feodo_queried_at", time(intel.feodo_queried_at)),
        ("threatfox_listed", intel.threatfox_listed.map(i64::from).into()),
        ("threatfox_threat_types", intel.threatfox_threat_types.as_str().into()),
        ("threatfox_ioc_types", intel.threatfox_ioc_types.as_str().into()),
        ("threatfox_malware_families", intel.threatfox_malware_families.as_str().into()),
        ("threatfox_raw", intel.threatfox_raw.as_str().into()),
        ("threatfox_queried_at", time(intel.threatfox_queried_at)),
        ("aggregate_verdict", text(intel.aggregate_verdict.as_ref())),
        ("cached_at", intel.cached_at.as_micros().into()),
        ("expires_at", intel.expires_at.as_micros().into()),
    ]
}

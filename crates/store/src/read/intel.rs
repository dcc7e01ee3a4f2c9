//! What others say of addresses.

use vespid_model::id::{AttackerId, IntelId};
use vespid_model::intel::Intel;
use vespid_model::rows::Page;

use super::fields::Fields;
use super::{column, page};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

pub(super) const SELECT: &str = "
    SELECT n.uid, a.uid, n.schema_version, n.greynoise_classification, n.greynoise_name, n.greynoise_tags,
           n.greynoise_raw, n.greynoise_queried_at, n.abuseipdb_score, n.abuseipdb_categories, n.abuseipdb_raw,
           n.abuseipdb_queried_at, n.feodo_listed, n.feodo_malware_family, n.feodo_raw, n.feodo_queried_at,
           n.threatfox_listed, n.threatfox_threat_types, n.threatfox_ioc_types, n.threatfox_malware_families,
           n.threatfox_raw, n.threatfox_queried_at, n.aggregate_verdict, n.cached_at, n.expires_at";
pub(super) const FROM: &str = " FROM intel n JOIN attacker a ON a.id = n.attacker";

impl Store {
    /// What is said of an attacker, expired or not; None when nobody was asked, or it never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn intel_find(&self, attacker: AttackerId) -> Result<Option<Intel>, StoreError> {
        let mut query = Query::new(SELECT);
        query.push(FROM).push(" WHERE a.uid = ").bind(attacker.as_bytes());
        self.pool.first(&query).await?.as_ref().map(intel).transpose()
    }

    /// What is said of all, newest asked first, then by id. Fewer than `limit` where answers are large: go on after as
    /// many as there were.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn intel_list(&self, limit: u32, offset: u32) -> Result<Page<Intel>, StoreError> {
        let rest = |query: &mut Query, limit: u32| {
            query.push(FROM).push(" ORDER BY n.cached_at DESC, n.uid LIMIT ").bind(limit);
            query.push(" OFFSET ").bind(offset);
        };
        let answers = ["greynoise_raw", "abuseipdb_raw", "feodo_raw", "threatfox_raw"];
        let size = answers.map(|answer| format!("OCTET_LENGTH(n.{answer})")).join(" + ");
        let mut sizes = Query::new(&format!("SELECT CAST({size} AS {})", self.pool.dialect().integer()));
        rest(&mut sizes, limit);
        let limit = page::fitting(&self.pool.all(&sizes).await?)?;
        let mut query = Query::new(SELECT);
        rest(&mut query, limit);
        let rows = self.pool.all(&query).await?;
        let total = self.total(&Query::new("SELECT COUNT(*) FROM intel")).await?;
        Ok(Page { rows: rows.iter().map(intel).collect::<Result<_, _>>()?, total })
    }
}

pub(super) fn intel(row: &Row) -> Result<Intel, StoreError> {
    let mut row = Fields::of(row);
    Ok(Intel {
        id: row.id("intel.uid", IntelId::from_bytes)?,
        attacker: row.id("attacker.uid", AttackerId::from_bytes)?,
        schema_version: column::version(row.get()?)?,
        greynoise_classification: row.get()?,
        greynoise_name: row.get()?,
        greynoise_tags: row.get()?,
        greynoise_raw: row.get()?,
        greynoise_queried_at: row.maybe_time()?,
        abuseipdb_score: row.get()?,
        abuseipdb_categories: row.get()?,
        abuseipdb_raw: row.get()?,
        abuseipdb_queried_at: row.maybe_time()?,
        feodo_listed: row.maybe_flag()?,
        feodo_malware_family: row.get()?,
        feodo_raw: row.get()?,
        feodo_queried_at: row.maybe_time()?,
        threatfox_listed: row.maybe_flag()?,
        threatfox_threat_types: row.get()?,
        threatfox_ioc_types: row.get()?,
        threatfox_malware_families: row.get()?,
        threatfox_raw: row.get()?,
        threatfox_queried_at: row.maybe_time()?,
        aggregate_verdict: row.get()?,
        cached_at: row.time()?,
        expires_at: row.time()?,
    })
}

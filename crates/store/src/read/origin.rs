//! Where attackers are.

use std::net::IpAddr;

use vespid_model::actor::Origin;
use vespid_model::id::AttackerId;

use super::column;
use super::fields::Fields;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// An attacker, and where it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Located {
    /// The store's own key of it: the next page is behind the last one.
    pub key: i64,
    /// Its id.
    pub attacker: AttackerId,
    /// Its address.
    pub ip: IpAddr,
    /// Where it is, as far as is known.
    pub origin: Origin,
}

impl Store {
    /// The next attackers behind a key, 0 to begin with; none behind the last.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn origin_list(&self, after: i64, limit: u32) -> Result<Vec<Located>, StoreError> {
        let mut query = Query::new(
            "SELECT a.id, a.uid, a.ip, p.country_code, p.country_source, p.asn, p.as_name, p.asn_source
             FROM attacker a LEFT JOIN attacker_profile p ON p.attacker = a.id WHERE a.id > ",
        );
        query.bind(after).push(" ORDER BY a.id LIMIT ").bind(limit);
        self.pool.all(&query).await?.iter().map(located).collect()
    }
}

fn located(row: &Row) -> Result<Located, StoreError> {
    let mut row = Fields::of(row);
    Ok(Located {
        key: row.get()?,
        attacker: row.id("attacker.uid", AttackerId::from_bytes)?,
        ip: column::ip(&row.get::<String>()?)?,
        origin: Origin {
            country_code: row.get()?,
            country_source: row.get()?,
            asn: row.maybe_count()?,
            as_name: row.get()?,
            asn_source: row.get()?,
        },
    })
}

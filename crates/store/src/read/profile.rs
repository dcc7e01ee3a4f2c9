//! What is known of an address beyond its own events.

use vespid_model::actor::{AttackerProfile, Ipv6Leaks};
use vespid_model::id::{AttackerId, IdentityId};
use vespid_model::rows::AttackerRow;

use super::column;
use super::fields::Fields;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

const SELECT: &str = "
    SELECT p.service_count, p.decky_count, p.services, p.deckies, p.traversal_path, p.is_traversal, p.bounty_count,
           p.credential_count, p.fingerprints, p.commands, p.country_code, p.country_source, p.asn, p.as_name,
           p.bgp_prefix, p.asn_source, p.rpki_status, p.rpki_source, p.ptr_record, p.rotation_count,
           p.last_rotation_at, p.ipv6_leak_count, p.last_ipv6_leak_at, p.last_ipv6_link_local, p.last_ipv6_iid_kind,
           p.last_ipv6_mac_oui, p.updated_at
    FROM attacker_profile p JOIN attacker a ON a.id = p.attacker WHERE a.uid = ";

impl Store {
    /// One attacker by its id; None when it never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_find_by_id(&self, id: AttackerId) -> Result<Option<AttackerRow>, StoreError> {
        let mut query = Query::new("SELECT ip FROM attacker WHERE uid = ");
        query.bind(id.as_bytes());
        match self.pool.first(&query).await? {
            Some(row) => self.attacker_find(column::ip(&row.get::<String>(0)?)?).await,
            None => Ok(None),
        }
    }

    /// The identity that an attacker is linked to, which may be merged into another; None when it is linked to none, or
    /// never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_identity(&self, id: AttackerId) -> Result<Option<IdentityId>, StoreError> {
        let mut query =
            Query::new("SELECT i.uid FROM attacker a JOIN identity i ON i.id = a.identity WHERE a.uid = ");
        query.bind(id.as_bytes());
        let row = self.pool.first(&query).await?;
        row.map(|row| Fields::of(&row).id("identity.uid", IdentityId::from_bytes)).transpose()
    }

    /// What is known of an attacker beyond its events; None when nobody said anything, or it never came.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn attacker_profile(&self, id: AttackerId) -> Result<Option<AttackerProfile>, StoreError> {
        let mut query = Query::new(SELECT);
        query.bind(id.as_bytes());
        self.pool.first(&query).await?.as_ref().map(profile).transpose()
    }
}

fn profile(row: &Row) -> Result<AttackerProfile, StoreError> {
    let mut row = Fields::of(row);
    Ok(AttackerProfile {
        service_count: row.maybe_count()?,
        decky_count: row.maybe_count()?,
        services: row.get()?,
        deckies: row.get()?,
        traversal_path: row.get()?,
        is_traversal: row.count()? != 0,
        bounty_count: row.count()?,
        credential_count: row.count()?,
        fingerprints: row.get()?,
        commands: row.get()?,
        country_code: row.get()?,
        country_source: row.get()?,
        asn: row.maybe_count()?,
        as_name: row.get()?,
        bgp_prefix: row.get()?,
        asn_source: row.get()?,
        rpki_status: row.get()?,
        rpki_source: row.get()?,
        ptr_record: row.get()?,
        rotation_count: row.count()?,
        last_rotation_at: row.maybe_time()?,
        ipv6: Some(Ipv6Leaks {
            count: row.count()?,
            last_at: row.maybe_time()?,
            last_link_local: row.get()?,
            last_iid_kind: row.get()?,
            last_mac_oui: row.get()?,
        }),
        updated_at: row.time()?,
    })
}

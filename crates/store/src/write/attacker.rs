//! Attackers as others describe them.

use vespid_model::actor::{AttackerProfile, AttackerPut, Ipv6Leaks};
use vespid_model::id::AttackerId;

use super::columns::{Columns, flag, insert, text, time, update};
use super::link::{Links, Owned, own};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx};

impl Store {
    /// Makes or updates the attacker of an address; see [`AttackerPut`] for what changes. Returns its id as it is
    /// stored, which is another than the given one where the address was known.
    ///
    /// # Errors
    /// [`StoreError::Unknown`] when the identity is not there; [`StoreError::Taken`] when another address has the id;
    /// [`StoreError`] when the transaction failed.
    pub async fn attacker_put(&self, put: AttackerPut) -> Result<AttackerId, StoreError> {
        let id = AttackerId::derive(put.ip);
        Ok(self.attacker_put_all(vec![put]).await?.pop().unwrap_or(id))
    }

    /// The same for many, in one transaction; of one address that comes twice the last counts. Returns their ids in the
    /// order given.
    ///
    /// # Errors
    /// As [`Store::attacker_put`]; nothing is stored then.
    pub async fn attacker_put_all(&self, puts: Vec<AttackerPut>) -> Result<Vec<AttackerId>, StoreError> {
        if puts.iter().any(|put| put.identity.is_some()) {
            self.change(Put::<true>(puts)).await
        } else {
            self.change(Put::<false>(puts)).await
        }
    }
}

/// `LINKS`: some name their identity, which changes whose tags are whose.
struct Put<const LINKS: bool>(Vec<AttackerPut>);

impl<const LINKS: bool> Change for Put<LINKS> {
    type Done = Vec<AttackerId>;
    const ALONE: bool = LINKS;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<Vec<AttackerId>, Stop> {
        // In the order of the addresses, in which all writers lock them.
        let mut order: Vec<(String, usize)> = self
            .0
            .iter()
            .enumerate()
            .map(|(place, put)| (put.ip.to_canonical().to_string(), place))
            .collect();
        order.sort();
        let mut ids: Vec<AttackerId> = self.0.iter().map(|put| AttackerId::derive(put.ip)).collect();
        let mut links = Links::new();
        for (ip, place) in order {
            let put = &self.0[place];
            let (key, id) = store(tx, &ip, put).await?;
            if let Some(profile) = &put.profile {
                store_profile(tx, key, profile).await?;
            }
            if let Some(identity) = put.identity {
                links.insert(*id.as_bytes(), Some(*identity.as_bytes()));
            }
            ids[place] = id;
        }
        own(tx, Owned::Attacker, &links, None).await?;
        Ok(ids)
    }
}

/// Makes or updates the row; returns its key and id.
async fn store(tx: &mut Tx<'_>, ip: &str, put: &AttackerPut) -> Result<(i64, AttackerId), Stop> {
    let (first, last) = (put.first_seen.min(put.last_seen), put.first_seen.max(put.last_seen));
    let (first, last) = (first.as_micros(), last.as_micros());
    let mut find = Query::new("SELECT id, uid, first_seen, last_seen FROM attacker WHERE ip = ");
    find.bind(ip).push(keys::locked(tx));
    if let Some(row) = tx.first(&find).await? {
        let (key, id) = (row.get(0)?, AttackerId::from_bytes(keys::sixteen(row.get(1)?)?));
        let mut columns: Columns =
            vec![("first_seen", first.min(row.get(2)?).into()), ("last_seen", last.max(row.get(3)?).into())];
        columns.extend(put.events.map(|events| ("event_count", events.into())));
        tx.run(&update("attacker", columns, ("id", key))).await?;
        return Ok((key, id));
    }
    let id = put.id.unwrap_or_else(|| AttackerId::derive(put.ip));
    let mut other = Query::new("SELECT ip FROM attacker WHERE uid = ");
    other.bind(id.as_bytes());
    if let Some(row) = tx.first(&other).await? {
        let why = format!("it is that of {}; give another id, or none", row.get::<String>(0)?);
        return Err(StoreError::Taken { noun: "attacker", id: id.to_string(), why }.into());
    }
    let columns = vec![
        ("uid", id.as_bytes().into()),
        ("ip", ip.into()),
        ("first_seen", first.into()),
        ("last_seen", last.into()),
        ("event_count", put.events.unwrap_or(0).into()),
    ];
    tx.run(&insert("attacker", columns)).await?;
    Ok((keys::known(tx, ("attacker", "attacker"), id.as_bytes()).await?, id))
}

async fn store_profile(tx: &mut Tx<'_>, attacker: i64, profile: &AttackerProfile) -> Result<(), Stop> {
    let mut find = Query::new("SELECT attacker FROM attacker_profile WHERE attacker = ");
    find.bind(attacker).push(keys::locked(tx));
    let mut columns = columns(profile);
    if tx.first(&find).await?.is_some() {
        tx.run(&update("attacker_profile", columns, ("attacker", attacker))).await?;
    } else {
        columns.push(("attacker", attacker.into()));
        tx.run(&insert("attacker_profile", columns)).await?;
    }
    Ok(())
}

fn columns(profile: &AttackerProfile) -> Columns {
    let mut columns = vec![
        ("service_count", profile.service_count.into()),
        ("decky_count", profile.decky_count.into()),
        ("services", text(profile.services.as_ref())),
        ("deckies", text(profile.deckies.as_ref())),
        ("traversal_path", text(profile.traversal_path.as_ref())),
        ("is_traversal", flag(profile.is_traversal)),
        ("bounty_count", profile.bounty_count.into()),
        ("credential_count", profile.credential_count.into()),
        ("fingerprints", text(profile.fingerprints.as_ref())),
        ("commands", text(profile.commands.as_ref())),
        ("country_code", text(profile.country_code.as_ref())),
        ("country_source", text(profile.country_source.as_ref())),
        ("asn", profile.asn.into()),
        ("as_name", text(profile.as_name.as_ref())),
        ("bgp_prefix", text(profile.bgp_prefix.as_ref())),
        ("asn_source", text(profile.asn_source.as_ref())),
        ("rpki_status", text(profile.rpki_status.as_ref())),
        ("rpki_source", text(profile.rpki_source.as_ref())),
        ("ptr_record", text(profile.ptr_record.as_ref())),
        ("rotation_count", profile.rotation_count.into()),
        ("last_rotation_at", time(profile.last_rotation_at)),
        ("updated_at", profile.updated_at.as_micros().into()),
    ];
    columns.extend(profile.ipv6.iter().flat_map(leaks));
    columns
}

fn leaks(leaks: &Ipv6Leaks) -> Columns {
    vec![
        ("ipv6_leak_count", leaks.count.into()),
        ("last_ipv6_leak_at", time(leaks.last_at)),
        ("last_ipv6_link_local", text(leaks.last_link_local.as_ref())),
        ("last_ipv6_iid_kind", text(leaks.last_iid_kind.as_ref())),
        ("last_ipv6_mac_oui", text(leaks.last_mac_oui.as_ref())),
    ]
}

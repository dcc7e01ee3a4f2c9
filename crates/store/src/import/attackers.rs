//! Attackers, with their profiles and identities.

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;

use vespid_model::actor::AttackerPut;
use vespid_model::id::AttackerId;

use super::Run;
use super::attacker_row::attacker;
use super::source::Table;
use super::stored::{refused, sixteen};
use crate::error::StoreError;
use crate::sql::Value;

static ATTACKERS: Table = Table {
    name: "attackers",
    columns: &[
        "uuid",
        "ip",
        "identity_id",
        "first_seen",
        "last_seen",
        "event_count",
        "service_count",
        "decky_count",
        "services",
        "deckies",
        "traversal_path",
        "is_traversal",
        "bounty_count",
        "credential_count",
        "fingerprints",
        "commands",
        "country_code",
        "country_source",
        "asn",
        "as_name",
        "bgp_prefix",
        "asn_source",
        "rpki_status",
        "rpki_source",
        "ptr_record",
        "rotation_count",
        "last_rotation_at",
        "ipv6_leak_count",
        "last_ipv6_leak_at",
        "last_ipv6_link_local",
        "last_ipv6_iid_kind",
        "last_ipv6_mac_oui",
        "updated_at",
    ],
    large: &["services", "deckies", "traversal_path", "fingerprints", "commands"],
    rows: 500,
};

/// What is here of an address.
struct Here {
    id: [u8; 16],
    events: u64,
    leaks: u64,
}

/// An address that the source may have several attackers of, once the first came.
#[derive(Default)]
struct Shared {
    events: u64,
    linked: bool,
}

impl Run<'_> {
    pub(super) async fn attackers(&mut self) -> Result<(), StoreError> {
        let Some(mut reading) = self.begin(&ATTACKERS).await? else { return Ok(()) };
        let addresses = self.source.shared_addresses().await?;
        let mut shared: HashMap<IpAddr, Option<Shared>> = addresses
            .iter()
            .filter_map(|ip| Some((ip.parse::<IpAddr>().ok()?.to_canonical(), None)))
            .collect();
        loop {
            let lines = self.source.page(&mut reading).await?;
            if lines.is_empty() {
                return Ok(());
            }
            let mut puts = Vec::new();
            for line in &lines {
                match attacker(line) {
                    Ok(put) => puts.push((line.key(), put)),
                    Err(bad) => self.told.reject(&line.key(), &bad),
                }
            }
            self.leave_out_identities(&mut puts).await?;
            self.attackers_put(puts, &mut shared).await?;
        }
    }

    async fn leave_out_identities(&mut self, puts: &mut [(String, AttackerPut)]) -> Result<(), StoreError> {
        let identities = puts.iter().filter_map(|(_, put)| Some(*put.identity?.as_bytes()));
        let there = self.store.having("identity", identities).await?;
        for (key, put) in puts {
            if let Some(identity) = put.identity.take_if(|identity| !there.contains(identity.as_bytes())) {
                let why = "identity_id names an identity that is not there and was left out";
                self.told.changed(key, why, identity.to_string());
            }
        }
        Ok(())
    }

    async fn attackers_put(
        &mut self,
        mut puts: Vec<(String, AttackerPut)>,
        shared: &mut HashMap<IpAddr, Option<Shared>>,
    ) -> Result<(), StoreError> {
        let find = "SELECT a.ip, a.uid, a.event_count, COALESCE(p.ipv6_leak_count, 0)
                    FROM attacker a LEFT JOIN attacker_profile p ON p.attacker = a.id WHERE a.ip IN ";
        let ips = puts.iter().map(|(_, put)| Value::from(put.ip.to_string()));
        let here = self.store.found(find, ips, |row| {
            let count = |place| Ok::<_, sqlx::Error>(u64::try_from(row.get::<i64>(place)?).unwrap_or(0));
            let here = Here { id: sixteen(row, 1)?, events: count(2)?, leaks: count(3)? };
            Ok((row.get::<String>(0)?, here))
        });
        let here = here.await?;
        for (_, put) in &mut puts {
            fold(put, shared);
            if let Some(here) = here.get(&put.ip.to_string()) {
                // What was counted here stays counted.
                put.events = put.events.map(|events| events.max(here.events));
                if let Some(profile) = &mut put.profile {
                    profile.ipv6.take_if(|leaks| leaks.count < here.leaks);
                }
            }
        }
        let all: Vec<AttackerPut> = puts.iter().map(|(_, put)| put.clone()).collect();
        let ids = match self.store.attacker_put_all(all).await {
            Ok(ids) => ids.into_iter().map(Ok).collect(),
            Err(error) => {
                refused(error)?;
                self.one_by_one(&puts).await?
            }
        };
        let mut seen = HashSet::new();
        for ((key, put), id) in puts.iter().zip(ids) {
            match id {
                Ok(id) => {
                    let new = !here.contains_key(&put.ip.to_string()) && seen.insert(put.ip);
                    self.told.stored(new);
                    self.moved(key, put, id, here.get(&put.ip.to_string()));
                }
                Err((reason, detail)) => self.told.reject_for(key, &reason, detail),
            }
        }
        Ok(())
    }

    async fn one_by_one(
        &self,
        puts: &[(String, AttackerPut)],
    ) -> Result<Vec<Result<AttackerId, (String, String)>>, StoreError> {
        let mut ids = Vec::with_capacity(puts.len());
        for (_, put) in puts {
            ids.push(match self.store.attacker_put(put.clone()).await {
                Ok(id) => Ok(id),
                Err(error) => Err(refused(error)?),
            });
        }
        Ok(ids)
    }

    fn moved(&mut self, key: &str, put: &AttackerPut, id: AttackerId, here: Option<&Here>) {
        let Some(own) = put.id.filter(|own| *own != id) else { return };
        self.moved.insert(own, id);
        let folded = put.profile.is_none();
        let why = match here {
            Some(here) if here.id == *id.as_bytes() && !folded => {
                "its address is here under another id, which stays"
            }
            _ => "its address is that of another attacker, which it was folded into",
        };
        self.told.changed(key, why, format!("{} is {id}", put.ip));
    }
}

/// Of several attackers with one address the first stands; the others widen its times and add their events.
fn fold(put: &mut AttackerPut, shared: &mut HashMap<IpAddr, Option<Shared>>) {
    let Some(known) = shared.get_mut(&put.ip) else { return };
    let first = known.is_none();
    let known = known.get_or_insert_default();
    known.events += put.events.unwrap_or(0);
    put.events = Some(known.events);
    if !first {
        put.profile = None;
        put.identity.take_if(|_| known.linked);
    }
    known.linked |= put.identity.is_some();
}

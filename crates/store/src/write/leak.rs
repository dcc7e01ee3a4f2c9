//! Link-local IPv6 addresses that attackers give away.

use std::cmp::Ordering;

use vespid_model::actor::{Leak, LeakListed, LeakOutcome};
use vespid_model::event::Event;
use vespid_model::id::{AttackerId, IdentityId};
use vespid_model::{Body, UtcMicros};

use super::columns::{Columns, insert, text, time, update};
use super::leak_list::{self, Listed};
use super::{Change, Stop, keys};
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Tx, Value};

impl Store {
    /// Counts a leak of an attacker, and adds the address to the list of exactly this identity, merged or not, unless it
    /// is there, however it is spelt. What was leaked last changes only when no later leak is known, and of two at one time
    /// the one told last stays; empty texts are none. A list that cannot be read is kept in `ipv6_unreadable` and a new one begun. What is not there is told, and
    /// the rest done.
    ///
    /// # Errors
    /// [`StoreError`] when the transaction failed.
    pub async fn ipv6_leak(
        &self,
        attacker: AttackerId,
        identity: Option<IdentityId>,
        leak: Leak,
        at: UtcMicros,
    ) -> Result<LeakOutcome, StoreError> {
        self.change(Leaked { attacker, identity, leak, at }).await
    }
}

struct Leaked {
    attacker: AttackerId,
    identity: Option<IdentityId>,
    leak: Leak,
    at: UtcMicros,
}

impl Change for Leaked {
    type Done = LeakOutcome;
    const ALONE: bool = false;

    async fn run(&self, tx: &mut Tx<'_>) -> Result<LeakOutcome, Stop> {
        let attacker = keys::find(tx, "attacker", self.attacker.as_bytes()).await?;
        if let Some(attacker) = attacker {
            count(tx, attacker, &self.leak, self.at, AtOneTime::ToldLast).await?;
        }
        let (identity, unreadable_kept) = match &self.identity {
            Some(identity) => self.list(tx, identity).await?,
            None => (LeakListed::NotAsked, false),
        };
        Ok(LeakOutcome { attacker_known: attacker.is_some(), identity, unreadable_kept })
    }
}

/// Which of two leaks at one time is the last. Callers tell leaks in their order; events come in any order, and must
/// give the same row.
#[derive(Clone, Copy)]
enum AtOneTime {
    ToldLast,
    SmallerAddress,
}

/// Counts the leaks among new events, each with the key of its attacker.
pub(crate) async fn count_new(tx: &mut Tx<'_>, events: &[(&Event, i64)]) -> Result<(), Stop> {
    for (event, attacker) in events {
        if let Body::Ipv6Leak(body) = &event.body {
            let (addr, iid_kind, mac_oui) = (body.addr.clone(), body.iid_kind.clone(), body.mac_oui.clone());
            let leak = Leak { addr, iid_kind, mac_oui };
            count(tx, *attacker, &leak, event.time, AtOneTime::SmallerAddress).await?;
        }
    }
    Ok(())
}

async fn count(
    tx: &mut Tx<'_>,
    attacker: i64,
    leak: &Leak,
    at: UtcMicros,
    at_one_time: AtOneTime,
) -> Result<(), Stop> {
    let mut last = last(leak, at);
    let at = at.as_micros();
    // Counting locks the row, before it is known what else to change.
    let mut count =
        Query::new("UPDATE attacker_profile SET ipv6_leak_count = ipv6_leak_count + 1 WHERE attacker = ");
    count.bind(attacker);
    let known = tx.run(&count).await? > 0;
    if !known {
        last.extend([
            ("attacker", attacker.into()),
            ("ipv6_leak_count", 1_u32.into()),
            ("updated_at", at.into()),
        ]);
        tx.run(&insert("attacker_profile", last)).await?;
        return Ok(());
    }
    let mut find = Query::new(
        "SELECT last_ipv6_leak_at, last_ipv6_link_local, updated_at FROM attacker_profile WHERE attacker = ",
    );
    find.bind(attacker);
    let row = tx.first(&find).await?.ok_or(sqlx::Error::RowNotFound)?;
    let (known_at, known): (Option<i64>, Option<String>) = (row.get(0)?, row.get(1)?);
    let is_last = known_at.is_none_or(|known_at| match known_at.cmp(&at) {
        Ordering::Less => true,
        Ordering::Equal => match at_one_time {
            AtOneTime::ToldLast => true,
            AtOneTime::SmallerAddress => leak.addr.as_str() < known.as_deref().unwrap_or_default(),
        },
        Ordering::Greater => false,
    });
    if is_last {
        last.push(("updated_at", at.max(row.get(2)?).into()));
        tx.run(&update("attacker_profile", last, ("attacker", attacker))).await?;
    }
    Ok(())
}

fn last(leak: &Leak, at: UtcMicros) -> Columns {
    let given = |value: Option<&String>| text(value.filter(|text| !text.is_empty()));
    vec![
        ("last_ipv6_leak_at", time(Some(at))),
        ("last_ipv6_link_local", given(Some(&leak.addr))),
        ("last_ipv6_iid_kind", given(leak.iid_kind.as_ref())),
        ("last_ipv6_mac_oui", given(leak.mac_oui.as_ref())),
    ]
}

impl Leaked {
    /// Is the address listed, and was an old list unreadable?
    async fn list(&self, tx: &mut Tx<'_>, identity: &IdentityId) -> Result<(LeakListed, bool), Stop> {
        let mut find =
            Query::new("SELECT id, ipv6_link_local_iids, ipv6_unreadable FROM identity WHERE uid = ");
        find.bind(identity.as_bytes()).push(keys::locked(tx));
        let Some(row) = tx.first(&find).await? else { return Ok((LeakListed::UnknownIdentity, false)) };
        if self.leak.addr.is_empty() {
            return Ok((LeakListed::NoAddress, false));
        }
        let (key, text): (i64, Option<String>) = (row.get(0)?, row.get(1)?);
        let Listed { list, unreadable, added } = leak_list::listed(text.as_deref(), &self.leak, self.at);
        let Some(list) = list else { return Ok((LeakListed::Already, false)) };
        let mut columns: Columns = vec![("ipv6_link_local_iids", list.into())];
        let kept = unreadable.is_some();
        if let Some(line) = unreadable {
            let before: Option<String> = row.get(2)?;
            let lines = before.map_or_else(|| line.clone(), |before| format!("{before}\n{line}"));
            columns.push(("ipv6_unreadable", Value::from(lines)));
        }
        tx.run(&update("identity", columns, ("id", key))).await?;
        Ok((if added { LeakListed::Added } else { LeakListed::Already }, kept))
    }
}

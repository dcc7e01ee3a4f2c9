//! What was seen with attackers.

use std::net::IpAddr;

use vespid_model::rows::{ObservableRow, Page, SightingRow, TogetherRow};
use vespid_model::{Observable, ObservableKind, UtcMicros};

use super::column;
use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row};

/// Sightings of one attacker that are looked through, where no kind is asked for: who tries a million passwords has a
/// million. Of more, these are some that the fleet knows longest.
pub const LOOKED_THROUGH: u32 = 10_000;

/// Which observables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ObservableFilter {
    /// Of this kind only.
    pub kind: Option<ObservableKind>,
    /// Of this attacker only. Its events alone are counted; attackers are all that have it.
    pub attacker: Option<IpAddr>,
    /// Seen with this many attackers at least, where not one of them is asked for.
    pub attackers: u64,
}

impl Store {
    /// What was seen, first what most attackers have, then what most events have, then by kind and value; of one attacker,
    /// first what most of its events have, of [`LOOKED_THROUGH`] sightings of any kind. All others read every sighting that
    /// the filter leaves.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn observable_list(
        &self,
        filter: ObservableFilter,
        limit: u32,
        offset: u32,
    ) -> Result<Page<ObservableRow>, StoreError> {
        if let Some(ip) = filter.attacker {
            return self.observables_of(ip, filter.kind, limit, offset).await;
        }
        let mut grouped = Query::new("SELECT s.observable AS id, COUNT(*) AS attackers, ");
        grouped.push(&format!("CAST(SUM(s.event_count) AS {}) AS events,", self.pool.dialect().integer()));
        grouped.push(" MIN(s.first_seen) AS first_seen, MAX(s.last_seen) AS last_seen FROM sighting s");
        if let Some(kind) = filter.kind {
            grouped.push(" WHERE s.observable IN (SELECT id FROM observable WHERE kind = ");
            grouped.bind(kind.code()).push(")");
        }
        grouped.push(" GROUP BY s.observable HAVING COUNT(*) >= ").bind(filter.attackers);

        let mut count = Query::new("SELECT COUNT(*) FROM (");
        count.append(&grouped).push(") k");
        let total: i64 = self.pool.one(&count).await?.get(0)?;
        let mut query =
            Query::new("SELECT o.kind, o.value, k.attackers, k.events, k.first_seen, k.last_seen FROM (");
        query.append(&grouped).push(") k JOIN observable o ON o.id = k.id ");
        query.push("ORDER BY k.attackers DESC, k.events DESC, o.kind, o.value LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        Ok(Page { rows: rows.iter().map(row).collect::<Result<_, _>>()?, total: column::count(total) })
    }

    async fn observables_of(
        &self,
        ip: IpAddr,
        kind: Option<ObservableKind>,
        limit: u32,
        offset: u32,
    ) -> Result<Page<ObservableRow>, StoreError> {
        let mut of = Query::new(" FROM sighting s");
        if kind.is_some() {
            of.push(" JOIN observable o ON o.id = s.observable");
        }
        of.push(" WHERE s.attacker = (SELECT id FROM attacker WHERE ip = ");
        of.bind(ip.to_canonical().to_string()).push(")");
        if let Some(kind) = kind {
            of.push(" AND o.kind = ").bind(kind.code());
        }
        let total = self.total(Query::new("SELECT COUNT(*)").append(&of)).await?;

        let mut query = Query::new(
            "SELECT p.kind, p.value, (SELECT COUNT(*) FROM sighting x WHERE x.observable = p.id), p.event_count,
                    p.first_seen, p.last_seen FROM (
                 SELECT k.observable AS id, o.kind, o.value, k.event_count, k.first_seen, k.last_seen FROM (
                     SELECT s.observable, s.event_count, s.first_seen, s.last_seen",
        );
        query.append(&of);
        if kind.is_none() {
            query.push(" ORDER BY s.observable LIMIT ").bind(LOOKED_THROUGH);
        }
        query.push(") k JOIN observable o ON o.id = k.observable");
        query.push(" ORDER BY k.event_count DESC, o.kind, o.value LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        query.push(") p ORDER BY p.event_count DESC, p.kind, p.value");
        let rows = self.pool.all(&query).await?;
        Ok(Page { rows: rows.iter().map(row).collect::<Result<_, _>>()?, total })
    }

    /// What was in the same sessions as something that is kept by session (files, addresses to fetch from, keys, wallets,
    /// names): where a file came from, what a host served. First what was in most of them, then by kind and value.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn seen_together(
        &self,
        observable: &Observable,
        limit: u32,
    ) -> Result<Vec<TogetherRow>, StoreError> {
        let mut query = Query::new(
            "SELECT o.kind, o.value, COUNT(*) FROM session_observable i
             JOIN session_observable j ON j.session = i.session AND j.observable <> i.observable
             JOIN observable o ON o.id = j.observable
             WHERE i.observable = (SELECT id FROM observable WHERE uid = ",
        );
        query.bind(observable.id().as_bytes());
        query.push(") GROUP BY o.kind, o.value ORDER BY COUNT(*) DESC, o.kind, o.value LIMIT ").bind(limit);
        let rows = self.pool.all(&query).await?;
        rows.iter()
            .map(|row| {
                let observable = column::observable(row.get(0)?, &row.get::<String>(1)?)?;
                Ok(TogetherRow { observable, sessions: column::count(row.get(2)?) })
            })
            .collect()
    }

    /// The attackers with which something was seen, the earliest first, then by address.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn sighting_list(
        &self,
        observable: &Observable,
        limit: u32,
        offset: u32,
    ) -> Result<Page<SightingRow>, StoreError> {
        let mut from = Query::new(" FROM sighting s JOIN attacker a ON a.id = s.attacker");
        from.push(" WHERE s.observable = (SELECT id FROM observable WHERE uid = ");
        from.bind(observable.id().as_bytes()).push(")");
        let mut count = Query::new("SELECT COUNT(*)");
        let total: i64 = self.pool.one(count.append(&from)).await?.get(0)?;
        let mut query = Query::new("SELECT a.ip, s.event_count, s.first_seen, s.last_seen");
        query.append(&from).push(" ORDER BY s.first_seen, a.ip LIMIT ").bind(limit);
        query.push(" OFFSET ").bind(offset);
        let rows = self.pool.all(&query).await?;
        let row = |row: &Row| {
            Ok::<_, StoreError>(SightingRow {
                ip: column::ip(&row.get::<String>(0)?)?,
                events: column::count(row.get(1)?),
                first_seen: UtcMicros::from_micros(row.get(2)?),
                last_seen: UtcMicros::from_micros(row.get(3)?),
            })
        };
        Ok(Page { rows: rows.iter().map(row).collect::<Result<_, _>>()?, total: column::count(total) })
    }
}

fn row(row: &Row) -> Result<ObservableRow, StoreError> {
    Ok(ObservableRow {
        observable: column::observable(row.get(0)?, &row.get::<String>(1)?)?,
        attackers: column::count(row.get(2)?),
        events: column::count(row.get(3)?),
        first_seen: UtcMicros::from_micros(row.get(4)?),
        last_seen: UtcMicros::from_micros(row.get(5)?),
    })
}

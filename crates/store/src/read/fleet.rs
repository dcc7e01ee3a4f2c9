//! The fleet's techniques, of some days, a decoy, a kind of event.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use vespid_attack::Catalogue;
use vespid_model::rows::{FleetFilter, NamedTechnique, Scope, TechniqueRow};
use vespid_model::{TacticId, TechniqueId, UtcMicros};

use super::technique::{named, sums, technique};
use crate::Store;
use crate::error::StoreError;
use crate::rollup::DAY;
use crate::sql::Query;

impl Store {
    /// The techniques of the tags that the filter lets through, named, in the order of the matrix, then by technique
    /// id. Without a filter it costs as many rows as there are techniques; with days, a decoy or a kind as many as
    /// there are techniques a day; the rest of a day that is cut, and a least confidence, are counted tag by tag. Whole
    /// days tell of purged tags too where a purge kept them.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn technique_list_filtered(
        &self,
        filter: &FleetFilter,
        attack: &Catalogue,
    ) -> Result<Vec<NamedTechnique>, StoreError> {
        if *filter == FleetFilter::default() {
            return self.technique_list_named(&Scope::Fleet, attack).await;
        }
        let mut found = BTreeMap::new();
        for part in parts(filter) {
            let query = match part {
                Part::Days(from, until) => self.of_days(filter, from, until),
                Part::Tags(from, until) => of_tags(filter, from, until),
            };
            for row in self.pool.all(&query).await? {
                merge(&mut found, technique(&row, 0)?);
            }
        }
        Ok(named(found.into_values().collect(), attack))
    }

    fn of_days(&self, filter: &FleetFilter, from: Option<i64>, until: Option<i64>) -> Query {
        let mut query = Query::new("SELECT ");
        query.push(&sums(self.pool.dialect().integer())).push(" FROM rollup_day r WHERE 1 = 1");
        if let Some(day) = from {
            query.push(" AND day >= ").bind(day);
        }
        if let Some(day) = until {
            query.push(" AND day < ").bind(day);
        }
        narrow(&mut query, filter, "decky", "kind");
        query.push(" GROUP BY tactic, technique");
        query
    }
}

/// Technique by technique, of which the index finds those of a time.
fn of_tags(filter: &FleetFilter, from: Option<i64>, until: Option<i64>) -> Query {
    let mut query = Query::new(
        "SELECT t.tactic, t.technique, COUNT(*), MIN(t.created_at), MAX(t.created_at), MAX(t.confidence)
         FROM (SELECT DISTINCT technique FROM rollup_scope WHERE scope = 0 AND subject = 0) k
         JOIN tag t ON t.technique = k.technique WHERE 1 = 1",
    );
    if let Some(time) = from {
        query.push(" AND t.created_at >= ").bind(time);
    }
    if let Some(time) = until {
        query.push(" AND t.created_at < ").bind(time);
    }
    narrow(&mut query, filter, "t.decky", "t.kind");
    if let Some(confidence) = filter.confidence_min {
        query.push(" AND t.confidence >= ").bind(confidence.get());
    }
    query.push(" GROUP BY t.tactic, t.technique");
    query
}

fn narrow(query: &mut Query, filter: &FleetFilter, decky: &str, kind: &str) {
    if let Some(name) = &filter.decky {
        query.push(&format!(" AND {decky} = (SELECT id FROM decky WHERE name = ")).bind(&**name).push(")");
    }
    if let Some(it) = filter.kind {
        query.push(&format!(" AND {kind} = ")).bind(it.code());
    }
}

fn merge(found: &mut BTreeMap<(TacticId, TechniqueId), TechniqueRow>, row: TechniqueRow) {
    match found.entry((row.tactic, row.technique)) {
        Entry::Vacant(place) => _ = place.insert(row),
        Entry::Occupied(mut place) => {
            let known = place.get_mut();
            known.count += row.count;
            known.first_seen = known.first_seen.min(row.first_seen);
            known.last_seen = known.last_seen.max(row.last_seen);
            known.confidence_max = known.confidence_max.max(row.confidence_max);
        }
    }
}

/// A part of a time range: whole days, or microseconds; up to, not including, the second.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    Days(Option<i64>, Option<i64>),
    Tags(Option<i64>, Option<i64>),
}

fn parts(filter: &FleetFilter) -> Vec<Part> {
    let (from, until) = (filter.from.map(UtcMicros::as_micros), filter.until.map(UtcMicros::as_micros));
    if filter.confidence_min.is_some() {
        return vec![Part::Tags(from, until)];
    }
    // The first whole day, and the one behind the last.
    let first = from.map(|time| time.div_euclid(DAY) + i64::from(time.rem_euclid(DAY) > 0));
    let end = until.map(|time| time.div_euclid(DAY));
    if let (Some(first), Some(end)) = (first, end)
        && first >= end
    {
        return vec![Part::Tags(from, until)];
    }
    let mut parts = vec![Part::Days(first, end)];
    if let (Some(from), Some(first)) = (from, first)
        && from < first * DAY
    {
        parts.push(Part::Tags(Some(from), Some(first * DAY)));
    }
    if let (Some(until), Some(end)) = (until, end)
        && end * DAY < until
    {
        parts.push(Part::Tags(Some(end * DAY), Some(until)));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: Option<i64>, until: Option<i64>) -> Vec<Part> {
        let time = |it: Option<i64>| it.map(UtcMicros::from_micros);
        parts(&FleetFilter { from: time(from), until: time(until), ..FleetFilter::default() })
    }

    #[test]
    fn a_range_is_whole_days_and_what_is_left() {
        assert_eq!(range(None, None), [Part::Days(None, None)]);
        assert_eq!(range(Some(DAY), Some(3 * DAY)), [Part::Days(Some(1), Some(3))]);
        assert_eq!(
            range(Some(DAY - 1), Some(3 * DAY + 1)),
            [
                Part::Days(Some(1), Some(3)),
                Part::Tags(Some(DAY - 1), Some(DAY)),
                Part::Tags(Some(3 * DAY), Some(3 * DAY + 1))
            ]
        );
        assert_eq!(range(Some(5), Some(9)), [Part::Tags(Some(5), Some(9))]);
        assert_eq!(range(Some(5), Some(DAY + 9)), [Part::Tags(Some(5), Some(DAY + 9))]);
        assert_eq!(range(Some(DAY), Some(DAY)), [Part::Tags(Some(DAY), Some(DAY))]);
    }
}

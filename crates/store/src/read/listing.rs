//! Lists of tags, newest first.

use std::cmp::Reverse;

use vespid_model::rows::{Scope, TagCursor, TagPage, Techniques};
use vespid_model::{TechniqueId, UtcMicros};

use super::{column, page, scope, tag};
use crate::Store;
use crate::error::StoreError;
use crate::sql::Query;

/// The most tags of one page.
const MOST: u32 = 1000;

impl Store {
    /// Tags of a scope, newest first, then by id from the greatest; from behind `after` on. At most `limit` of them, 1
    /// to 1000, and fewer where their evidence is large: `next` tells where to go on, and is None at the end only.
    /// Empty for an unknown scope.
    ///
    /// # Errors
    /// [`StoreError::Limit`] for another limit; [`StoreError`] when the database cannot be read.
    pub async fn tag_list(
        &self,
        scope: &Scope,
        techniques: Techniques,
        limit: u32,
        after: Option<TagCursor>,
    ) -> Result<TagPage, StoreError> {
        if !(1..=MOST).contains(&limit) {
            return Err(StoreError::Limit { given: limit, most: MOST });
        }
        let codes = self.codes(scope, techniques).await?;
        if codes.is_empty() {
            return Ok(TagPage::default());
        }
        let by_technique = *scope == Scope::Fleet;
        let narrow = Narrow { conditions: scope::conditions(scope), codes: &codes, after, by_technique };
        // One more than asked for tells whether there is a next page.
        let oldest = self.oldest(scope, &narrow, limit + 1).await?;
        let mut query = Query::new("SELECT k.id, k.created_at, k.uid, ");
        query.push(&tag::size(self.pool.dialect().integer())).push(" FROM (");
        for (place, condition) in narrow.conditions.iter().enumerate() {
            // A tag that fulfils both conditions is one.
            query.push(if place == 0 { "" } else { " UNION " });
            query.push("SELECT t.id, t.created_at, t.uid FROM tag t WHERE ").append(condition);
            narrow.push(&mut query);
            if let Some(oldest) = oldest {
                query.push(" AND t.created_at >= ").bind(oldest);
            }
        }
        query.push(") k JOIN tag t ON t.id = k.id LEFT JOIN event e ON e.id = t.event");
        query.push(" ORDER BY k.created_at DESC, k.uid DESC LIMIT ").bind(limit + 1);
        let found = self.pool.all(&query).await?;

        let sizes: Vec<i64> = found.iter().map(|row| row.get(3)).collect::<Result<_, _>>()?;
        let fitting = page::first(&sizes).min(limit) as usize;
        let keys: Vec<i64> = found.iter().take(fitting).map(|row| row.get(0)).collect::<Result<_, _>>()?;
        let mut rows = self.tags_of_keys(&keys).await?;
        rows.sort_by_key(|row| Reverse((row.tag.created_at, row.tag.id)));
        let next = match found.get(fitting.wrapping_sub(1)) {
            Some(last) if fitting < found.len() => Some(TagCursor {
                created_at: UtcMicros::from_micros(last.get(1)?),
                id: column::tag_id(last.get(2)?)?,
            }),
            _ => None,
        };
        Ok(TagPage { rows, next })
    }

    /// The stored techniques of a scope that are meant: an index finds the tags of each.
    async fn codes(&self, scope: &Scope, techniques: Techniques) -> Result<Vec<u32>, StoreError> {
        let mut query = Query::new("SELECT DISTINCT technique FROM rollup_scope");
        scope::rollup(&mut query, scope);
        match techniques {
            Techniques::All => {}
            Techniques::Family(parent) => {
                let first = parent.parent().code();
                query.push(" AND technique >= ").bind(first).push(" AND technique < ").bind(first + 1000);
            }
            Techniques::Exactly(technique) => _ = query.push(" AND technique = ").bind(technique.code()),
        }
        let rows = self.pool.all(&query).await?;
        rows.iter().map(|row| column::technique(row.get(0)?).map(TechniqueId::code)).collect()
    }

    /// The time of the last tag of a page, found in an index alone; None where the page is not known to be full. Those
    /// of the page are then a short range, whatever a database makes of an order by time and id.
    async fn oldest(
        &self,
        scope: &Scope,
        narrow: &Narrow<'_>,
        limit: u32,
    ) -> Result<Option<i64>, StoreError> {
        let [condition] = &*narrow.conditions else { return Ok(None) };
        // The fleet's index begins with the technique, those of the others with the attacker or session.
        let single: Vec<&[u32]> = match scope {
            Scope::Fleet => narrow.codes.chunks(1).collect(),
            _ => vec![narrow.codes],
        };
        let mut times: Vec<i64> = Vec::new();
        for codes in single {
            let mut query = Query::new("SELECT t.created_at FROM tag t WHERE ");
            query.append(condition);
            Narrow { codes, conditions: Vec::new(), ..*narrow }.push(&mut query);
            query.push(" ORDER BY t.created_at DESC LIMIT ").bind(limit);
            for row in self.pool.all(&query).await? {
                times.push(row.get(0)?);
            }
        }
        times.sort_unstable_by(|a, b| b.cmp(a));
        Ok(times.get(limit as usize - 1).copied())
    }
}

/// Which tags of a scope.
struct Narrow<'a> {
    conditions: Vec<Query>,
    codes: &'a [u32],
    after: Option<TagCursor>,
    by_technique: bool,
}

impl Narrow<'_> {
    fn push(&self, query: &mut Query) {
        // Of the index that begins with the technique only the fleet has use; the sum keeps others from it.
        let column = if self.by_technique { "t.technique" } else { "t.technique + 0" };
        query.push(" AND ").push(column);
        match self.codes {
            [code] => _ = query.push(" = ").bind(*code),
            codes => _ = query.push(" IN ").list(codes.iter().map(|code| (*code).into())),
        }
        if let Some(after) = self.after {
            let time = after.created_at.as_micros();
            query.push(" AND t.created_at <= ").bind(time).push(" AND (t.created_at < ").bind(time);
            query.push(" OR t.uid < ").bind(after.id.as_bytes()).push(")");
        }
    }
}

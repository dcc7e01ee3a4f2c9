//! What is here already, and rows that the store refuses.

use std::collections::{HashMap, HashSet};
use std::hash::Hash;

use crate::Store;
use crate::error::StoreError;
use crate::sql::{Query, Row, Value, chunk};

impl Store {
    /// Those of these ids that a table has.
    pub(super) async fn having(
        &self,
        table: &str,
        ids: impl IntoIterator<Item = [u8; 16]>,
    ) -> Result<HashSet<[u8; 16]>, StoreError> {
        let ids = ids.into_iter().map(|id| Value::from(&id));
        let find = format!("SELECT uid FROM {table} WHERE uid IN ");
        let found = self.found(&find, ids, |row| Ok((sixteen(row, 0)?, ()))).await?;
        Ok(found.into_keys().collect())
    }

    /// The rows of a query that ends with `IN `.
    pub(super) async fn found<K: Eq + Hash, V>(
        &self,
        find: &str,
        values: impl Iterator<Item = Value>,
        read: impl Fn(&Row) -> Result<(K, V), sqlx::Error>,
    ) -> Result<HashMap<K, V>, StoreError> {
        let mut found = HashMap::new();
        for query in chunk::selects(find, values, "") {
            for row in self.pool.all(&query).await? {
                let (key, value) = read(&row)?;
                found.insert(key, value);
            }
        }
        Ok(found)
    }

    /// Does a query find anything?
    pub(super) async fn is_there(&self, query: &Query) -> Result<bool, StoreError> {
        Ok(self.pool.first(query).await?.is_some())
    }
}

pub(super) fn sixteen(row: &Row, place: usize) -> Result<[u8; 16], sqlx::Error> {
    row.get::<Vec<u8>>(place)?
        .try_into()
        .map_err(|_| sqlx::Error::Decode("an id that has not sixteen bytes".into()))
}

/// Why the store refuses a row: a reason and more about it. Other errors are not the row's fault.
pub(super) fn refused(error: StoreError) -> Result<(String, String), StoreError> {
    match error {
        StoreError::Unknown { noun, id } => Ok((format!("the {noun} that it names is not there"), id)),
        StoreError::Taken { why, .. } => Ok(("another row has what only one may have".to_owned(), why)),
        StoreError::NameTooLong { .. } => Ok(("a name is longer than a server takes".to_owned(), error.to_string())),
        StoreError::ServerWrite(sqlx::Error::Database(ref cause))
            // Data exceptions: too long, or a character that the database cannot hold.
            if cause.code().is_some_and(|code| code.starts_with("22")) =>
        {
            Ok(("the database cannot hold a value".to_owned(), error.to_string()))
        }
        other => Err(other),
    }
}

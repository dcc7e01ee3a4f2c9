//! Imported ATT&CK releases.

use vespid_model::release::Release;

use super::column;
use crate::Store;
use crate::error::StoreError;

impl Store {
    /// The text of an imported release, None when it was never imported.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn catalogue_find(&self, release: Release) -> Result<Option<String>, StoreError> {
        let find = sqlx::query_scalar("SELECT body FROM attack_catalogue WHERE attack_release = ?1");
        Ok(find.bind(release.code()).fetch_optional(&self.pool).await?)
    }

    /// The imported releases, newest first.
    ///
    /// # Errors
    /// [`StoreError`] when the database cannot be read.
    pub async fn catalogue_list(&self) -> Result<Vec<Release>, StoreError> {
        let codes: Vec<i64> =
            sqlx::query_scalar("SELECT attack_release FROM attack_catalogue ORDER BY attack_release DESC")
                .fetch_all(&self.pool)
                .await?;
        codes.into_iter().map(column::release).collect()
    }
}
